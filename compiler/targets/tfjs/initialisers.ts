/** Initial values: functions of the file, shared by graphs that differ in numbers alone; a number alone is the runtime's. */
import { wordFor } from '../../ir/called.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { constantOf, hostCall } from '../../ir/traits.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { allArguments } from '../../ops/rules/call.ts';
import { constantText, constantsOf, hostText, isNumber, sizesText } from './host-code.ts';
import type { Line } from './layout.ts';
import { call, layLines, render } from './layout.ts';
import type { Scope } from './names.ts';
import { onOneLine } from './quotes.ts';
import { literal } from './literals.ts';
import { atom, nest } from './nesting.ts';

/** An initial value: of what shape, by which graph. */
export interface Initial {
  readonly shape: readonly number[];
  readonly graph: Graph;
}

export interface Initialisers {
  /** What stands for it in a table: `zeros`, or `glorot_uniform(0.1767766952966369)`. */
  readonly text: ReadonlyMap<Initial, string>;
  /** Functions of the file. */
  readonly functions: readonly string[];
  /** Functions of the runtime. */
  readonly imported: ReadonlySet<string>;
}

/** A place of a graph where two graphs of one kind may differ: a number, or the shape of a result. */
interface Hole {
  readonly at: Value;
  /** `own shape`: that of the initial value, which its function is given. */
  readonly kind: 'number' | 'shape' | 'own shape';
  readonly text: string;
  readonly word: string;
  /** The expression that a definition has for the number, where it is one: `sqrt(6 / fan_in)`. */
  readonly said?: string | undefined;
}

export function writeInitialisers(
  initials: readonly Initial[],
  scope: Scope,
  values: ReadonlySet<string>,
): Initialisers {
  const text = new Map<Initial, string>();
  const functions: string[] = [];
  const imported = new Set<string>();
  const kinds = new Map<string, Initial[]>();
  const same = equals(initials);
  for (const [initial] of same) {
    if (initial === undefined) continue;
    const everywhere = numberOf(initial.graph);
    if (everywhere !== undefined) {
      const name = Object.is(everywhere, 0) ? 'zeros' : everywhere === 1 ? 'ones' : 'constant';
      imported.add(name);
      text.set(initial, name === 'constant' ? `constant(${literal(everywhere)})` : name);
      continue;
    }
    const kind = skeleton(initial);
    const members = kinds.get(kind);
    if (members === undefined) kinds.set(kind, [initial]);
    else members.push(initial);
  }
  for (const members of kinds.values()) functions.push(shared(members, scope, values, text));
  for (const [first, ...others] of same) {
    const written = first === undefined ? undefined : text.get(first);
    if (written !== undefined) for (const other of others) text.set(other, written);
  }
  return { text, functions, imported };
}

/** Those of one graph and shape together, as rounds of a repeat have them: what is found of one holds for all. */
function equals(initials: readonly Initial[]): readonly (readonly Initial[])[] {
  const found: Initial[][] = [];
  const byGraph = new Map<Graph, Map<string, Initial[]>>();
  for (const initial of initials) {
    const byShape = byGraph.get(initial.graph) ?? new Map<string, Initial[]>();
    byGraph.set(initial.graph, byShape);
    const shape = initial.shape.join();
    const known = byShape.get(shape);
    if (known !== undefined) {
      known.push(initial);
      continue;
    }
    const first = [initial];
    byShape.set(shape, first);
    found.push(first);
  }
  return found;
}

/** The number that a graph gives to every element, where it is nothing else. */
function numberOf({ nodes, outputs: [result] }: Graph): number | undefined {
  const constants = constantsOf(nodes);
  const maker = nodes.find(({ outputs }) => outputs.some((output) => output === result?.value));
  if (result === undefined || maker === undefined) return undefined;
  const [filling] = hostCall(maker).method === 'full' ? maker.inputs : [result.value];
  return filling === undefined ? undefined : constants.get(filling);
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
  const rows = members.map(holes);
  const columns = holes(first).map((hole, i) => ({ hole, texts: rows.map((row) => row[i]?.text) }));
  const differing = columns.filter(({ hole, texts }) => hole.kind !== 'own shape' && new Set(texts).size > 1);
  const what = first.graph.nodes.at(-1)?.origin.what ?? 'initial';
  const name = scope.takeFunction(values.has(what) ? `${what}_init` : what);
  const locals = scope.inner(['draw', 'shape', 'parameter']);
  const parameters = new Map<
    string,
    { readonly name: string; readonly kind: Hole['kind']; readonly texts: readonly (string | undefined)[] }
  >();
  const filled = new Map<Value, string>();
  for (const { hole } of columns) if (hole.kind === 'own shape') filled.set(hole.at, 'shape');
  for (const { hole, texts } of differing) {
    const key = `${hole.kind} ${texts.join(' ')}`;
    const known = parameters.get(key) ?? { name: locals.take(hole.word), kind: hole.kind, texts };
    parameters.set(key, known);
    filled.set(hole.at, known.name);
  }
  members.forEach((member, i) => {
    const args = [...parameters.values()].map(({ texts }) => texts[i] ?? '');
    text.set(member, args.length === 0 ? name : `${name}(${args.join(', ')})`);
  });
  const doc = docOf(
    members.map(({ graph }, of) => {
      const said = columns.flatMap(({ hole }, i): readonly string[] => {
        const expression = rows[of]?.[i]?.said;
        return expression === undefined ? [] : [`${filled.get(hole.at) ?? hole.text} = ${expression}`];
      });
      const own = graph.nodes.at(-1)?.origin.what ?? what;
      return said.length === 0 ? own : `${own}, ${[...new Set(said)].join(', ')}`;
    }),
  );
  return functionOf(name, doc, [...parameters.values()], expression(first, filled, locals));
}

/** What initialisers a function stands for, and what of them its numbers are. */
function docOf(all: readonly string[]): string {
  const kinds = [...new Set(all)];
  const [only = ''] = kinds;
  if (kinds.length === 1) return `/** Initial values: ${only}. */`;
  return ['/**', ' * Initial values:', ...kinds.map((kind) => ` * ${kind}.`), ' */'].join('\n');
}

/** The function itself, or one that makes it from the numbers of a member. */
function functionOf(
  name: string,
  doc: string,
  parameters: readonly { readonly name: string; readonly kind: Hole['kind'] }[],
  { lines, body }: { readonly lines: readonly Line[]; readonly body: string },
): string {
  const code = [...lines.map(({ code }) => render(code, 0, 0)), body].join(' ');
  const reads = (word: string): boolean => new RegExp(`\\b${word}\\b`).test(code);
  const last = reads('parameter') ? 3 : reads('shape') ? 2 : reads('draw') ? 1 : 0;
  const names = ['draw', 'shape', 'parameter'].slice(0, last).map((word) => (reads(word) ? word : `_${word}`));
  if (parameters.length === 0) {
    const types = ['Draw', 'readonly number[]', 'HostArray'];
    const typed = names.map((word, i) => `${word}: ${types[i] ?? ''}`);
    const head = render([call(`function ${name}`, typed), ' {'], 0, 0);
    return `${doc}\n${head}\n${layLines([...lines, { code: `return ${body};` }])}\n}`;
  }
  const typed = parameters.map((p) => `${p.name}: ${p.kind === 'number' ? 'number' : 'readonly number[]'}`);
  const head = render([call(`function ${name}`, typed), ': Init {'], 0, 0);
  const inner =
    lines.length === 0
      ? layLines([{ code: `return (${names.join(', ')}) => ${body};` }])
      : [`  return (${names.join(', ')}) => {`, layLines([...lines, { code: `return ${body};` }], 4), '  };'].join(
          '\n',
        );
  return `${doc}\n${head}\n${inner}\n}`;
}

/** The code of a graph, with some of its holes filled by names. */
function expression({ graph }: Initial, filled: ReadonlyMap<Value, string>, scope: Scope) {
  const constants = constantsOf(graph.nodes);
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
    name: (value) => scope.take(wordFor(value)),
    longest: 90,
  });
  const text = roots[0]?.text ?? '';
  return { lines, body: isNumber(result.value) && !inputs.has(result.value) ? `host.full(shape, ${text})` : text };
}

function shapeHole(node: Node, filled: ReadonlyMap<Value, string>): string {
  const [output] = node.outputs;
  return (output && filled.get(output)) ?? sizesText(output?.type.shape ?? []);
}

/** What the graph does, without its numbers and shapes; but where a shape is that of the whole is part of it. */
function skeleton({ graph, shape }: Initial): string {
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
    const own = shaped(node) && isOwn(node, shape);
    return `${node.op}(${operands};${ranks};${String(own)};${saidBeside(node)})${node.outputs.map(id).join()}`;
  });
  const results = graph.outputs.map(({ value }) => `${id(value)} ${String(isNumber(value) && nodes.length > 0)}`);
  return [inputs.join(), ...nodes, ...results].join(' ');
}

/** Whether its call says a shape. */
const shaped = (node: Node): boolean => allArguments(hostCall(node)).some(({ kind }) => kind === 'shape');

const isOwn = ({ outputs: [output] }: Node, shape: readonly number[]): boolean =>
  output !== undefined && output.type.shape.join() === shape.join();

/** What its call says beside operands and shapes. */
function saidBeside(node: Node): string {
  const { args, options } = hostCall(node);
  return JSON.stringify([args, options], (_, part: unknown) => (isOpen(part) ? null : part));
}

const isOpen = (part: unknown): boolean =>
  typeof part === 'object' && part !== null && 'kind' in part && (part.kind === 'value' || part.kind === 'shape');

/** What a definition has written for a number, where that is more than the number or one name, and short. */
function expressionOf({ origin: { source, span } }: Node): string | undefined {
  const text = onOneLine(source.text.slice(span.start, span.end)).replace(/^\(([^()]*)\)$/, '$1');
  return /[a-z]/i.test(text) && /[^\w.]/.test(text) && text.length <= LONGEST ? text : undefined;
}

/** Characters of an expression that a comment has room for. */
const LONGEST = 48;

function holes({ graph, shape }: Initial): readonly Hole[] {
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
          word: at.word === undefined ? 'scale' : wordFor(at),
          said: expressionOf(node),
        },
      ];
    if (!shaped(node)) return [];
    return [{ at, kind: isOwn(node, shape) ? 'own shape' : 'shape', text: sizesText(at.type.shape), word: 'shape' }];
  });
}
