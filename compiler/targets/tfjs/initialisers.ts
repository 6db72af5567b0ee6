/** Initial values: a short one stands in its table, others are functions, shared by graphs that differ in numbers alone. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { hostCall } from '../../ir/traits.ts';
import { allArguments } from '../../ops/rules/call.ts';
import { constantOf, constantText, hostText, isNumber, sizesText } from './host-code.ts';
import { call, layLines, render } from './layout.ts';
import type { Scope } from './names.ts';
import { literal } from './names.ts';
import { atom, nest } from './nesting.ts';
import { numberWord } from './words.ts';

/** An initial value: of what shape, by which graph. */
export interface Initial {
  readonly shape: readonly number[];
  readonly graph: Graph;
}

export interface Initialisers {
  /** What stands after `init: `. */
  readonly text: ReadonlyMap<Initial, string>;
  readonly functions: readonly string[];
}

/** A place of a graph where two graphs of one kind may differ: a number, or the shape of a result. */
interface Hole {
  readonly at: Value;
  readonly kind: 'number' | 'shape';
  readonly text: string;
  readonly word: string;
}

const INLINE = 60;

export function writeInitialisers(
  initials: readonly Initial[],
  scope: Scope,
  values: ReadonlySet<string>,
): Initialisers {
  const text = new Map<Initial, string>();
  const functions: string[] = [];
  const kinds = new Map<string, Initial[]>();
  for (const initial of initials) {
    const kind = skeleton(initial.graph);
    const members = kinds.get(kind);
    if (members === undefined) kinds.set(kind, [initial]);
    else members.push(initial);
  }
  for (const members of kinds.values()) {
    const plain = members.map((member) => [member, inline(member)] as const);
    if (plain.every(([, code]) => code !== undefined)) plain.forEach(([member, code]) => text.set(member, code ?? ''));
    else functions.push(shared(members, scope, values, text));
  }
  return { text, functions };
}

/** `() => host.full([128], 0)`, where the value takes one short line and no draw. */
function inline(initial: Initial): string | undefined {
  const { lines, body } = expression(initial, new Map());
  if (lines.length > 0 || body.includes('draw.') || body.length > INLINE) return undefined;
  return arrow(initial.graph, body);
}

function arrow(graph: Graph, body: string): string {
  const reads = graph.inputs.length > 0;
  const draws = body.includes('draw') || reads;
  return `(${[draws ? 'draw: Draw' : '', reads ? 'parameter: HostArray' : ''].filter(Boolean).join(', ')}) => ${body}`;
}

/** One function for all graphs of a kind; what differs between them becomes its parameters. */
function shared(
  members: readonly Initial[],
  scope: Scope,
  values: ReadonlySet<string>,
  text: Map<Initial, string>,
): string {
  const [first] = members;
  if (first === undefined) throw new InternalError('a kind of initial value has no member');
  const rows = members.map((member) => holes(member.graph));
  const columns = holes(first.graph).map((hole, i) => ({ hole, texts: rows.map((row) => row[i]?.text) }));
  const differing = columns.filter(({ texts }) => new Set(texts).size > 1);
  const what = first.graph.nodes.at(-1)?.origin.what ?? 'initial';
  const name = scope.takeFunction(values.has(what) ? `${what}_init` : what);
  const locals = scope.inner(['draw', 'parameter']);
  const parameters = new Map<
    string,
    { readonly name: string; readonly kind: Hole['kind']; readonly texts: readonly (string | undefined)[] }
  >();
  const filled = new Map<Value, string>();
  for (const { hole, texts } of differing) {
    const key = `${hole.kind} ${texts.join(' ')}`;
    const known = parameters.get(key) ?? { name: locals.take(hole.word), kind: hole.kind, texts };
    parameters.set(key, known);
    filled.set(hole.at, known.name);
  }
  const draws = first.graph.nodes.some((node) => hostCall(node).of === 'draw');
  const reads = first.graph.inputs.length > 0;
  const fixed = [...(draws ? ['draw'] : []), ...(reads ? ['parameter'] : [])];
  members.forEach((member, i) => {
    const args = [...fixed, ...[...parameters.values()].map(({ texts }) => texts[i] ?? '')];
    const direct = args.length === fixed.length && draws === (fixed[0] === 'draw');
    text.set(member, direct && !reads ? name : arrow(member.graph, `${name}(${args.join(', ')})`));
  });
  const typed = [
    ...(draws ? ['draw: Draw'] : []),
    ...(reads ? ['parameter: HostArray'] : []),
    ...[...parameters.values()].map((p) => `${p.name}: ${p.kind === 'shape' ? 'readonly number[]' : 'number'}`),
  ];
  const { lines, body } = expression(first, filled, locals);
  const head = render([call(`function ${name}`, typed), ' {'], 0, 0);
  return `/** Initial values: ${what}. */\n${head}\n${layLines([...lines, { code: `return ${body};` }])}\n}`;
}

/** The code of a graph, with some of its holes filled by names. */
function expression({ graph, shape }: Initial, filled: ReadonlyMap<Value, string>, scope?: Scope) {
  const constants = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, constantOf(node)] as const)),
  );
  const inputs = new Set(graph.inputs.map(({ value }) => value));
  const [result] = graph.outputs;
  if (result === undefined) throw new InternalError('an initial value has no result');
  const { lines, roots } = nest({
    nodes: graph.nodes,
    roots: [result.value],
    leaf: (value) => {
      const constant = constants.get(value);
      if (inputs.has(value)) return atom('parameter');
      if (constant === undefined) return undefined;
      const name = filled.get(value);
      return name === undefined ? constantText(constant) : atom(name);
    },
    write: (node, args) => hostText(node, args, (of) => shapeHole(of, filled)),
    name: (value, node) => scope?.take(numberWord(value, node)) ?? value.name,
    longest: 96,
  });
  const text = roots[0]?.text ?? '';
  return { lines, body: isNumber(result.value) ? `host.full([${shape.join(', ')}], ${text})` : text };
}

function shapeHole(node: Node, filled: ReadonlyMap<Value, string>): string {
  const [output] = node.outputs;
  return (output && filled.get(output)) ?? sizesText(output?.type.shape ?? []);
}

/** What the graph does, without its numbers and shapes. */
function skeleton(graph: Graph): string {
  const ids = new Map<Value, number>();
  const id = (value: Value): number => {
    const known = ids.get(value) ?? ids.size;
    ids.set(value, known);
    return known;
  };
  const inputs = graph.inputs.map(({ value }) => id(value));
  const nodes = graph.nodes.map((node) => {
    const operands = node.inputs.map(id).join();
    const ranks = [...node.inputs, ...node.outputs].map(isNumber).join();
    return `${node.op}(${operands};${ranks};${saidBeside(node)})${node.outputs.map(id).join()}`;
  });
  return [inputs.join(), ...nodes, ...graph.outputs.map(({ value }) => id(value))].join(' ');
}

/** What its call says beside operands and shapes. */
function saidBeside(node: Node): string {
  const { args, options } = hostCall(node);
  return JSON.stringify([args, options], (_, part: unknown) => (isOpen(part) ? null : part));
}

const isOpen = (part: unknown): boolean =>
  typeof part === 'object' && part !== null && 'kind' in part && (part.kind === 'value' || part.kind === 'shape');

function holes(graph: Graph): readonly Hole[] {
  return graph.nodes.flatMap((node): readonly Hole[] => {
    const [at] = node.outputs;
    const constant = constantOf(node);
    if (at === undefined) return [];
    if (constant !== undefined)
      return [
        {
          at,
          kind: 'number',
          text: literal(constant),
          word: at.name === node.op || at.name === 'number' ? 'scale' : at.name,
        },
      ];
    const shaped = allArguments(hostCall(node)).some(({ kind }) => kind === 'shape');
    return shaped ? [{ at, kind: 'shape', text: sizesText(at.type.shape), word: 'shape' }] : [];
  });
}
