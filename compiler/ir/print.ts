/** A graph as text that a person reads and `parseGraph` reads back: one node a line, bodies indented below theirs. */
import { registry } from '../ops/index.ts';
import type { Attr, Attrs, Graph, Node, Origin, Type, Value } from './types.ts';

/**
 * ```
 * graph {
 *   input %x: f32[B, 4] = input "x"
 * forward:
 *   %h: f32[B, 2] = matmul(%x, %w) {transposeA = false}  # model.nn:3 dense 40..58
 *   output loss "loss" = %loss
 * }
 * ```
 * A repeated name is numbered from its second value on: `%h~2`; a value without a word is named after its op: `%:exp`.
 * What a definition calls it stands behind its type: `as "xent.logits"`. A function stands where it is called first, as
 * `graph @1 { … }`; other calls of it say `graph @1`.
 */
export function printGraph(graph: Graph): string {
  return `graph ${print(graph, '', new Map())}\n`;
}

/** Functions that were printed have numbers, under which later calls of them name them. */
type Functions = Map<Graph, number>;

function print(graph: Graph, indent: string, functions: Functions): string {
  const name = namer(graph.nodes);
  const lines = graph.inputs.map(
    ({ role, name: word, value }) => `  input ${name(value)}: ${made(value)} = ${role} ${JSON.stringify(word)}`,
  );
  let section: string | undefined;
  for (const node of graph.nodes) {
    if (node.section !== section) lines.push(`${node.section}:`);
    section = node.section;
    lines.push(`  ${line(node, name, indent, functions)}`);
  }
  lines.push(
    ...graph.outputs.map((output) => `  output ${output.role} ${JSON.stringify(output.name)} = ${name(output.value)}`),
  );
  return ['{', ...lines.map((text) => `${indent}${text}`), `${indent}}`].join('\n');
}

function line(node: Node, name: (value: Value) => string, indent: string, functions: Functions): string {
  // The names of the operands come before those of the results: a result may have the name of an operand.
  const operands = node.inputs.map(name).join(', ');
  const results = node.outputs.map((output) => `${name(output)}: ${made(output)}`).join(', ');
  const bodies = node.bodies.map((each) => ` ${body(node, each, `${indent}  `, functions)}`).join('');
  return `${results} = ${node.op}(${operands})${attributes(node.attrs)}${bodies}  # ${origin(node.origin)}`;
}

function body(node: Node, graph: Graph, indent: string, functions: Functions): string {
  if (registry.get(node.op)?.bodies !== 'function') return `graph ${print(graph, indent, functions)}`;
  const known = functions.get(graph);
  if (known !== undefined) return `graph @${known}`;
  const text = print(graph, indent, functions);
  functions.set(graph, functions.size + 1);
  return `graph @${functions.size} ${text}`;
}

function attributes(attrs: Attrs): string {
  const given = Object.entries(attrs).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return ` {${given.map(([key, value]) => `${key} = ${attribute(value)}`).join(', ')}}`;
}

function attribute(value: Attr): string {
  if (typeof value === 'object') return `[${value.map(number).join(', ')}]`;
  return typeof value === 'string' ? JSON.stringify(value) : number(value);
}

/** JavaScript prints −0 as 0. */
function number(value: number | string | boolean | undefined): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Its type, and what those call it that are given it. */
function made({ type: own, givenAs }: Value): string {
  const others = [...(givenAs ?? [])].map(([scope, name]) => JSON.stringify(`${scope}.${name}`));
  return `${type(own)}${others.length === 0 ? '' : ` as ${others.join(', ')}`}`;
}

function type({ dtype, shape }: Type): string {
  return `${dtype}[${shape.join(', ')}]`;
}

function origin({ source, line, what, scope = '', span, statement }: Origin): string {
  const within = statement === undefined ? '' : ` in ${statement.start}..${statement.end}`;
  const at = scope === '' ? '' : `@${word(scope)}`;
  return `${word(source.file)}:${line} ${word(what)}${at} ${span.start}..${span.end}${within}`;
}

/** Names that are plain stand as they are, others as JSON strings. */
function word(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : JSON.stringify(text);
}

/** A name for each value, made when it is first asked for; one without a word is named after what makes it. */
function namer(nodes: readonly Node[]): (value: Value) => string {
  const names = new Map<Value, string>();
  const counts = new Map<string, number>();
  const ops = new Map(nodes.flatMap(({ op, outputs }) => outputs.map((output) => [output, op] as const)));
  return (value) => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const stem = value.word === undefined ? `:${ops.get(value) ?? ''}` : plainOr(value.word);
    const count = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, count);
    const name = count === 1 ? `%${stem}` : `%${stem}~${count}`;
    names.set(value, name);
    return name;
  };
}

const plainOr = (word: string): string => (/^[\w.∂]+$/u.test(word) ? word : JSON.stringify(word));
