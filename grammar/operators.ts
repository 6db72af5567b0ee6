/** Which operator binds tighter: a flat row of operands and operators becomes a tree. */
import type { BinaryOperator, Expression, Span, UnaryOperator } from './ast.ts';

export interface OperatorToken<Operator> {
  readonly operator: Operator;
  readonly span: Span;
}

/** An operand with the `-` and `not` before it. */
export interface Operand {
  readonly prefixes: readonly OperatorToken<UnaryOperator>[];
  readonly value: Expression;
}

/** `first op₁ rest₁ op₂ rest₂ …`. */
export interface Row {
  readonly first: Operand;
  readonly rest: readonly { readonly operator: OperatorToken<BinaryOperator>; readonly operand: Operand }[];
}

/** From loose to tight; unary `-` stands between `@ * / %` and `^`, `not` between `and` and the comparisons. */
const precedence: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '@': 6,
  '*': 6,
  '/': 6,
  '%': 6,
  '^': 8,
};
const prefixPrecedence: Readonly<Record<UnaryOperator, number>> = { not: 3, '-': 7 };
const comparison = 4;

const binaryOperators = new Map<string, BinaryOperator>(
  (['^', '@', '*', '/', '%', '+', '-', '==', '!=', '<', '<=', '>', '>=', 'and', 'or'] as const).map((op) => [op, op]),
);
export const binaryOperator = (image: string): BinaryOperator => binaryOperators.get(image) ?? '+';

/** What binds how tightly, for the printer too. */
export const tightness = (operator: BinaryOperator): number => precedence[operator];
export const prefixTightness = (operator: UnaryOperator): number => prefixPrecedence[operator];

/**
 * Precedence climbing (Richards 1979). The length of a row is capped before it gets here, which bounds the recursion.
 * `onChain` is told of `a < b < c`, which does not mean what it says.
 */
export const resolve = (row: Row, onChain: (span: Span) => void): Expression => {
  if (row.rest.length === 0 && row.first.prefixes.length === 0) return row.first.value;
  let at = 0;
  const operandAt = (i: number): Operand => (i === 0 ? row.first : (row.rest[i - 1]?.operand ?? row.first));

  const prefixed = (operand: Operand, i: number): Expression => {
    const prefix = operand.prefixes[i];
    if (prefix === undefined) return operand.value;
    const of = climb(prefixPrecedence[prefix.operator], () => prefixed(operand, i + 1));
    return { type: 'unary', operator: prefix.operator, of, span: { start: prefix.span.start, end: of.span.end } };
  };

  const climb = (least: number, start: () => Expression): Expression => {
    let left = start();
    let compared = false;
    for (;;) {
      const next = row.rest[at];
      if (next === undefined) return left;
      const { operator, span: operatorSpan } = next.operator;
      const level = precedence[operator];
      if (level < least) return left;
      if (level === comparison && compared) onChain(operatorSpan);
      compared = level === comparison;
      at++;
      const operand = operandAt(at);
      // `^` groups to the right, all others to the left.
      const right = climb(operator === '^' ? level : level + 1, () => prefixed(operand, 0));
      const span = { start: left.span.start, end: right.span.end };
      left = { type: 'binary', operator, operatorSpan, left, right, span };
    }
  };
  return climb(0, () => prefixed(row.first, 0));
};
