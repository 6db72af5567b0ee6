/** Definitions of the library: other defaults, other constants, operators and functions taken for their counterparts. */
import type { BinaryOperator, Definition, Expression, IndexItem, Item, Span, Statement } from '../../../grammar/ast.ts';
import { parse } from '../../../grammar/parser.ts';
import type { Edit } from '../mutation.ts';

type Node = Expression | Statement | IndexItem | Item;

/** Defaults of parameters. */
export const defaults = (text: string): readonly Edit[] =>
  definitionsOf(text).flatMap(({ parameters }) =>
    parameters.flatMap(({ default: value, span }) =>
      value === undefined ? [] : within(value).flatMap((node) => ofLiteral(text, node, span)),
    ),
  );

/** What stands in bodies. */
export const bodies = (text: string): readonly Edit[] =>
  definitionsOf(text).flatMap(({ body }) =>
    within(body).flatMap((node) => [...ofLiteral(text, node), ...ofNode(text, node)]),
  );

const definitionsOf = (text: string): readonly Definition[] =>
  parse(text).file.statements.filter((statement): statement is Definition => statement.type === 'def');

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'span' in value;

/** A node and all that are in it. */
function within(root: unknown): readonly Node[] {
  if (Array.isArray(root)) return root.flatMap(within);
  if (typeof root !== 'object' || root === null) return [];
  const inside = Object.values(root).flatMap(within);
  return isNode(root) ? [root, ...inside] : inside;
}

const edit = (text: string, { start, end }: Span, replacement: string, around: Span): Edit => ({
  start,
  end,
  replacement,
  how: `${text.slice(around.start, start)}${replacement}${text.slice(end, around.end)}`
    .replace(/\s+/g, ' ')
    .slice(0, 80),
});

/** A small whole number is off by one, any other is doubled. */
function ofLiteral(text: string, node: Node, around = lineAt(text, node.span)): readonly Edit[] {
  if (node.type === 'boolean') return [edit(text, node.span, `${!node.value}`, around)];
  if (node.type !== 'number') return [];
  const isCount = Number.isInteger(node.value) && Math.abs(node.value) < 5;
  return [edit(text, node.span, `${isCount ? node.value + 1 : 2 * node.value}`, around)];
}

const lineAt = (text: string, { start }: Span): Span => ({
  start: text.lastIndexOf('\n', start - 1) + 1,
  end: (text + '\n').indexOf('\n', start),
});

const operators: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
  and: 'or',
  or: 'and',
};

const functions: ReadonlyMap<string, string> = new Map(
  [
    ['min', 'max'],
    ['minimum', 'maximum'],
    ['sum', 'mean'],
    ['batch_sum', 'batch_mean'],
    ['floor', 'ceil'],
    ['ones', 'zeros'],
  ].flatMap(([a = '', b = '']) => [
    [a, b],
    [b, a],
  ]),
);

function ofNode(text: string, node: Node): readonly Edit[] {
  const around = lineAt(text, node.span);
  switch (node.type) {
    case 'binary': {
      const other = operators[node.operator];
      return other === undefined ? [] : [edit(text, node.operatorSpan, other, around)];
    }
    case 'unary': {
      return [edit(text, node.span, text.slice(node.of.span.start, node.of.span.end), around)];
    }
    case 'call': {
      const other = functions.get(text.slice(node.callee.span.start, node.callee.span.end));
      return other === undefined ? [] : [edit(text, node.callee.span, other, around)];
    }
    case 'if': {
      const { span } = node.condition;
      return [edit(text, span, `not (${text.slice(span.start, span.end)})`, around)];
    }
    case 'update':
      return [edit(text, node.value.span, node.name.text, around)];
    default:
      return [];
  }
}
