/** The operators of the language, and the ops that they stand for. */
import type { BinaryOperator, UnaryOperator } from '../../grammar/ast.ts';

/** What stands before an operand. */
export const prefixOpOf: Readonly<Record<UnaryOperator, string>> = { '-': 'neg', not: 'not' };

/** What stands between two. */
export const opOf: Readonly<Record<Exclude<BinaryOperator, '@'>, string>> = {
  '^': 'pow',
  '*': 'mul',
  '/': 'div',
  '%': 'mod',
  '+': 'add',
  '-': 'sub',
  '==': 'equal',
  '!=': 'not_equal',
  '<': 'less',
  '<=': 'less_equal',
  '>': 'greater',
  '>=': 'greater_equal',
  and: 'and',
  or: 'or',
};

const isBinary = (key: string): key is BinaryOperator => Object.hasOwn(opOf, key);
const isPrefix = (key: string): key is UnaryOperator => Object.hasOwn(prefixOpOf, key);

/** Those between two operands, by op. */
export const binaryOperators: ReadonlyMap<string, BinaryOperator> = new Map(
  Object.entries(opOf).flatMap(([operator, op]) => (isBinary(operator) ? [[op, operator] as const] : [])),
);

/** Those before one. */
export const prefixOperators: ReadonlyMap<string, UnaryOperator> = new Map(
  Object.entries(prefixOpOf).flatMap(([operator, op]) => (isPrefix(operator) ? [[op, operator] as const] : [])),
);

/** How an op is written with the operator that stands for it: `a + b`, `-x`, `not x`; undefined where there is none. */
export function withOperator(op: string, [a = '', b = '']: readonly string[]): string | undefined {
  const between = binaryOperators.get(op);
  if (between !== undefined) return between === '^' ? `${a}^${b}` : `${a} ${between} ${b}`;
  const before = prefixOperators.get(op);
  return before === undefined ? undefined : before === '-' ? `-${a}` : `${before} ${a}`;
}

/** Ops that are words of the language alone: `a and b` is no call. */
export const isWord = (op: string): boolean => op === (binaryOperators.get(op) ?? prefixOperators.get(op));
