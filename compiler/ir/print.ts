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
 * A repeated name is numbered from its second value on: `%h.2`. A function stands where it is called first, as
 * `graph @1 { … }`; other calls of it say `graph @1`.
 */
export function printGraph(graph: Graph): string {
  return `graph ${print(graph, '', new Map())}\n`;
}

/** Functions that were printed have numbers, under which later calls of them name them. */
type Functions = Map<Graph, number>;

function print(graph: Graph, indent: string, functions: Functions): string {
  const name = namer();
  const lines = graph.inputs.map(
    (input) => `  input ${name(input.value)}: ${type(input.value.type)} = ${input.role} ${JSON.stringify(input.name)}`,
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
  const results = node.outputs.map((output) => `${name(output)}: ${type(output.type)}`).join(', ');
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

function type({ dtype, shape }: Type): string {
  return `${dtype}[${shape.join(', ')}]`;
}

function origin({ source, line, what, span, statement }: Origin): string {
  const within = statement === undefined ? '' : ` in ${statement.start}..${statement.end}`;
  return `${word(source.file)}:${line} ${word(what)} ${span.start}..${span.end}${within}`;
}

/** Names that are plain stand as they are, others as JSON strings. */
function word(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : JSON.stringify(text);
}

/** A name for each value, made when it is first asked for. */
function namer(): (value: Value) => string {
  const names = new Map<Value, string>();
  const counts = new Map<string, number>();
  return (value) => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const count = (counts.get(value.name) ?? 0) + 1;
    counts.set(value.name, count);
    const stem = /^\w+$/.test(value.name) ? value.name : JSON.stringify(value.name);
    const name = count === 1 ? `%${stem}` : `%${stem}.${count}`;
    names.set(value, name);
    return name;
  };
}
