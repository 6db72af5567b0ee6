/** Conditions and arithmetic of a TypeScript source, each changed in the ways in which one gets them wrong. */
import ts from 'typescript';
import type { Edit } from '../mutation.ts';

export const sourceOf = (file: string, text: string): ts.SourceFile =>
  ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);

/** Walks the tree, without what no run can reach or what only the type checker reads. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  if (isIdle(node)) return;
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

function isIdle(node: ts.Node): boolean {
  if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isThrowStatement(node)) return true;
  const { parent } = node;
  // `[x = anything]`, `sizes[i] ?? 1`: what the checker wants where nothing is ever missing.
  if (parent !== undefined && ts.isBindingElement(parent) && parent.initializer === node) return true;
  if (parent !== undefined && isBinary(parent, ts.SyntaxKind.QuestionQuestionToken) && parent.right === node)
    return ts.isLiteralExpression(node) || ts.isIdentifier(node) || ts.isPrefixUnaryExpression(node);
  // The guard of what cannot be.
  return (
    parent !== undefined && ts.isIfStatement(parent) && parent.expression === node && isInternal(parent.thenStatement)
  );
}

const isInternal = (statement: ts.Statement): boolean =>
  ts.isBlock(statement)
    ? statement.statements.length === 1 && statement.statements.every(isInternal)
    : ts.isThrowStatement(statement) && statement.expression.getText().startsWith('new InternalError');

const isBinary = (node: ts.Node, operator: ts.SyntaxKind): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === operator;

export const replaced = (node: ts.Node, replacement: string, how?: string): Edit => ({
  start: node.getStart(),
  end: node.getEnd(),
  replacement,
  ...(how === undefined ? {} : { how }),
});

/** Edges of comparisons and joins of conditions. */
const conditionOperators: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
]);

/** Conditions: negated, always or never so, one half of them forgotten, an edge moved. */
export function conditions(source: ts.SourceFile): readonly Edit[] {
  const edits: Edit[] = [];
  walk(source, (node) => {
    if (ts.isIfStatement(node) && !isInternal(node.thenStatement)) edits.push(...decided(node.expression));
    if (ts.isConditionalExpression(node)) edits.push(...decided(node.condition));
    if (ts.isBinaryExpression(node)) {
      const { operatorToken, left, right } = node;
      const edge = conditionOperators.get(operatorToken.kind);
      if (edge !== undefined) edits.push(replaced(operatorToken, edge, `${node.getText()}: ${edge}`));
      if (
        operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ||
        operatorToken.kind === ts.SyntaxKind.BarBarToken
      )
        edits.push(replaced(node, left.getText()), replaced(node, right.getText()));
    }
    if (ts.isPropertyAccessExpression(node) && ts.isCallExpression(node.parent) && node.parent.expression === node) {
      if (node.name.text === 'some') edits.push(replaced(node.name, 'every', `${node.parent.getText()}: every`));
      if (node.name.text === 'every') edits.push(replaced(node.name, 'some', `${node.parent.getText()}: some`));
    }
    if (ts.isReturnStatement(node) || (ts.isArrowFunction(node) && !ts.isBlock(node.body))) {
      const result = ts.isReturnStatement(node) ? node.expression : node.body;
      if (result?.kind === ts.SyntaxKind.TrueKeyword) edits.push(replaced(result, 'false'));
      if (result?.kind === ts.SyntaxKind.FalseKeyword) edits.push(replaced(result, 'true'));
    }
  });
  return edits;
}

/** Written so that what a condition narrows for the checker stays narrow. */
function decided(condition: ts.Expression): readonly Edit[] {
  const text = condition.getText();
  return [
    replaced(condition, `!(${text})`),
    replaced(condition, `(${text}) && Math.PI < 3`, `${text}: never`),
    replaced(condition, `(${text}) || Math.PI > 3`, `${text}: always`),
  ];
}

const arithmeticOperators: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AsteriskToken, '/'],
  [ts.SyntaxKind.SlashToken, '*'],
  [ts.SyntaxKind.PercentToken, '*'],
]);

/** Of `Math`, and of the instructions of WebAssembly. */
const counterparts: ReadonlyMap<string, string> = new Map(
  [
    ['min', 'max'],
    ['floor', 'ceil'],
    ['add', 'sub'],
    ['lt', 'le'],
    ['gt', 'ge'],
    ['ltS', 'leS'],
    ['gtS', 'geS'],
    ['ltU', 'leU'],
    ['gtU', 'geU'],
    ['eq', 'ne'],
    ['and', 'or'],
  ].flatMap(([a = '', b = '']) => [
    [a, b],
    [b, a],
  ]),
);

/** Whole numbers off by one, operators and instructions taken for their counterparts. */
export function arithmetic(source: ts.SourceFile): readonly Edit[] {
  const edits: Edit[] = [];
  walk(source, (node) => {
    if (ts.isNumericLiteral(node) && !ts.isPropertyAssignment(node.parent) && /^\d+$/.test(node.text)) {
      const around = brief(node.parent.getText());
      const value = Number(node.text);
      edits.push(replaced(node, `${value + 1}`, `${around}: ${value + 1}`));
      if (value > 1) edits.push(replaced(node, `${value - 1}`, `${around}: ${value - 1}`));
    }
    if (ts.isBinaryExpression(node)) {
      const other = arithmeticOperators.get(node.operatorToken.kind);
      if (other !== undefined) edits.push(replaced(node.operatorToken, other, `${brief(node.getText())}: ${other}`));
    }
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && ts.isCallExpression(node.parent)) {
      const other = counterparts.get(node.name.text);
      const isOfNumbers = node.expression.text === 'Math' || /^[fiv]\d+/.test(node.expression.text);
      if (other !== undefined && isOfNumbers && node.parent.expression === node)
        edits.push(replaced(node.name, other, `${brief(node.parent.getText())}: ${other}`));
    }
  });
  return edits;
}

const brief = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 70);
