/** Derivatives of ops: a cotangent with the wrong sign or factor or none at all, and formulas with a part forgotten. */
import ts from 'typescript';
import type { Edit } from '../mutation.ts';
import { replaced, walk } from './typescript.ts';

export function derivatives(source: ts.SourceFile): readonly Edit[] {
  const edits: Edit[] = [];
  walk(source, (node) => {
    const rule = ruleOf(node);
    if (rule !== undefined) edits.push(...ofCotangents(node, rule), ...ofFormula(rule));
  });
  return edits;
}

/** What stands behind `vjp:`, where the op has a derivative. */
function ruleOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isShorthandPropertyAssignment(node) && node.name.text === 'vjp') return node.name;
  if (!ts.isPropertyAssignment(node) || node.name.getText() !== 'vjp') return undefined;
  const { initializer } = node;
  return ts.isStringLiteral(initializer) || initializer.getText() === '() => []' ? undefined : initializer;
}

/** How a rule is called, and how it builds an op, by what makes the op of it. */
interface Form {
  readonly parameters: string;
  readonly apply: (op: string, dx: string) => string;
  /** What it gives: the cotangent, or one for each input. */
  readonly single?: true;
}

const formulas: Form = { parameters: 'at, f', apply: (op, dx) => `f.${op}(${dx})` };
const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['unary', { ...formulas, single: true }],
  ['binary', formulas],
]);
const general: Form = { parameters: 'context', apply: (op, dx) => `context.b.apply('${op}', [${dx}])` };

/** The rule as it stands, with one of its results spoiled. */
function ofCotangents(node: ts.Node, rule: ts.Expression): readonly Edit[] {
  const maker = node.parent.parent;
  const form = (ts.isCallExpression(maker) ? forms.get(maker.expression.getText()) : undefined) ?? general;
  // As many arguments as it has parameters.
  const given = form.parameters.split(', ').slice(0, ts.isArrowFunction(rule) ? rule.parameters.length : undefined);
  const result = `(${rule.getText()})(${given.join(', ')})`;
  return inputsWithOne(node.parent, rule, form).flatMap((input) =>
    Object.entries({
      negated: form.apply('neg', 'dx'),
      doubled: form.apply('add', 'dx, dx'),
      dropped: form.single === undefined ? 'null' : 'f.mul(dx, 0)',
    }).map(([how, spoiled]) => {
      const body =
        form.single === undefined
          ? `${result}.map((dx, i) => (i !== ${input} || dx === null ? dx : ${spoiled}))`
          : `[${result}].map((dx) => ${spoiled})[0] ?? at.dy`;
      // The checker wants pairs of a binary op.
      const whole = form === formulas ? `{ const [da, db] = ${body}; return [da ?? null, db ?? null]; }` : body;
      return replaced(node, `vjp: (${form.parameters}) => ${whole}`, `the cotangent of input ${input} ${how}`);
    }),
  );
}

/** The positions of inputs, without those that never have a cotangent. */
function inputsWithOne(op: ts.Node, rule: ts.Expression, form: Form): readonly number[] {
  const count = form.single === undefined ? (form === general ? inputCount(op) : 2) : 1;
  const given: (readonly ts.Expression[])[] = [];
  walk(rule, (node) => {
    const isResult = ts.isReturnStatement(node.parent) || (ts.isArrowFunction(node.parent) && node.parent === rule);
    if (ts.isArrayLiteralExpression(node) && isResult) given.push(node.elements);
  });
  const hasOne = (results: readonly ts.Expression[], input: number): boolean => {
    const result = results[input];
    return results.some(ts.isSpreadElement) || (result !== undefined && result.kind !== ts.SyntaxKind.NullKeyword);
  };
  return Array.from({ length: count }, (_, input) => input).filter(
    (input) => given.length === 0 || given.some((results) => hasOne(results, input)),
  );
}

/** As many as the op lists; those of a rule for several ops have one. */
function inputCount(op: ts.Node): number {
  if (!ts.isObjectLiteralExpression(op)) return 1;
  const inputs = op.properties.find((property) => property.name?.getText() === 'inputs');
  return inputs !== undefined && ts.isPropertyAssignment(inputs) && ts.isArrayLiteralExpression(inputs.initializer)
    ? inputs.initializer.elements.length
    : 1;
}

/** An op of a formula replaced by one of its operands or with two exchanged, a number or a flag that is another. */
function ofFormula(rule: ts.Expression): readonly Edit[] {
  const edits: Edit[] = [];
  walk(rule, (node) => {
    // A call whose result nobody takes is a check of what cannot be.
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && !ts.isExpressionStatement(node.parent)) {
      const operands = node.arguments.map((operand) => operand.getText());
      edits.push(...operands.map((operand) => replaced(node, operand)));
      const [a, b, ...more] = operands;
      if (b !== undefined && !['add', 'mul', 'equal'].includes(node.expression.text))
        edits.push(replaced(node, `${node.expression.text}(${[b, a, ...more].join(', ')})`));
    }
    if (ts.isNumericLiteral(node) && !ts.isElementAccessExpression(node.parent))
      edits.push(replaced(node, `${Number(node.text) + 1}`, `${node.parent.getText()}: ${Number(node.text) + 1}`));
    if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) {
      const other = node.kind === ts.SyntaxKind.TrueKeyword ? 'false' : 'true';
      edits.push(replaced(node, other, `${node.parent.getText()}: ${other}`));
    }
  });
  return edits;
}
