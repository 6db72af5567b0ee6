/**
 * Gives every value the word by which the emitted file knows it, and every fused kernel its name. What the user and
 * definitions have said stands (`ir/called.ts`); the rest is called after what makes it (`ir/words.ts`). No other pass
 * looks at words.
 */
import {
  altered,
  beforeEveryTurn,
  calledAs,
  calledWithin,
  everyTurn,
  isCotangent,
  localWord,
  parted,
  partOf,
} from '../ir/called.ts';
import type { Called } from '../ir/called.ts';
import { isLoop } from '../ir/loops.ts';
import { constantOf, isCall, isFused } from '../ir/traits.ts';
import type { Graph, Node, OutputRole, Value } from '../ir/types.ts';
import { Words } from '../ir/words.ts';
import { loopOf } from '../ops/rules/loop.ts';
import { formsOf } from './name/forms.ts';
import type { Said } from './name/forms.ts';
import { OTHERS, kernelName } from './name/kernels.ts';
import type { Result } from './name/kernels.ts';
import { numberWords } from './name/numbers.ts';

/** What functions give, and no graph of the model alone. */
const OF_FUNCTIONS: ReadonlySet<OutputRole> = new Set(['value', 'state', 'grad']);

export function name(graph: Graph): Graph {
  const naming = new Naming(graph, scopesOf(graph), (called) => called);
  const named = naming.graph();
  return graph.outputs.every(({ role }) => OF_FUNCTIONS.has(role)) ? withoutScope(named) : named;
}

/** Every layer, block and round that something belongs to. */
function scopesOf(graph: Graph): ReadonlySet<string> {
  const scopes = new Set<string>();
  // Calls share their functions.
  const graphs = new Set([graph]);
  for (const { nodes } of graphs) {
    for (const { origin, bodies } of nodes) {
      if (origin.scope !== undefined) scopes.add(origin.scope);
      for (const body of bodies) graphs.add(body);
    }
  }
  return scopes;
}

/** What is known of a body outside, by position: what its inputs are called, and what its results are made for. */
interface Outside {
  readonly given?: readonly (Said | undefined)[];
  readonly results?: readonly (Said | undefined)[];
}

/** Names the values of one graph: what is said of them, as it is shown there. */
class Naming {
  readonly #graph: Graph;
  readonly #scopes: ReadonlySet<string>;
  readonly #shown: (called: Said, value: Value) => Called;
  readonly #words: Words;
  readonly #numbers: ReadonlyMap<Value, string>;
  /** Gradients and their sums, as updates call them. */
  readonly #updating: ReadonlyMap<Value, string>;
  readonly #forms: ReadonlyMap<Value, Said>;
  readonly #now = new Map<Value, Value>();

  constructor(
    graph: Graph,
    scopes: ReadonlySet<string>,
    shown: (called: Said, value: Value) => Called,
    { given = [], results = [] }: Outside = {},
  ) {
    this.#graph = graph;
    this.#scopes = scopes;
    this.#shown = shown;
    this.#words = new Words(graph.nodes);
    this.#numbers = numberWords(graph);
    this.#updating = new Map([
      ...graph.outputs.flatMap(({ role, value }) => (role === 'grad' ? [[value, 'grad'] as const] : [])),
      ...[...graph.inputs, ...graph.outputs].flatMap(({ role, value }) =>
        role === 'accumulator' ? [[value, 'grad_sum'] as const] : [],
      ),
    ]);
    for (const [i, { value, name: port }] of graph.inputs.entries())
      this.#say(value, given[i] ?? { ...calledAs(value), word: value.word ?? port });
    this.#forms = formsOf(graph, results);
  }

  graph(): Graph {
    const nodes = this.#graph.nodes.map((node) => this.#node(node));
    return {
      inputs: this.#graph.inputs.map((input) => ({ ...input, value: this.#read(input.value) })),
      nodes,
      outputs: this.#graph.outputs.map((output) => ({ ...output, value: this.#read(output.value) })),
    };
  }

  /** What an output is called by those who read it outside. */
  said(output: number): Said | undefined {
    const value = this.#graph.outputs[output]?.value;
    return value === undefined ? undefined : this.#words.of(value);
  }

  /** What an output is called in this graph, where somebody has said it or it replaces what the graph is given. */
  result(output: number): Result | undefined {
    const value = this.#graph.outputs[output]?.value;
    if (value === undefined) return undefined;
    const { word = '' } = this.#read(value);
    const given = this.#graph.inputs.map(({ value: input }) => this.#read(input).word);
    const replaces = given.some((each) => word === each || word === `new_${each}`);
    return {
      word,
      isSaid: value.word !== undefined,
      isMadeFor: this.#forms.has(value),
      replaces,
      isCotangent: isCotangent(this.#words.of(value)),
    };
  }

  #node(node: Node): Node {
    const given = node.inputs.map((input) => this.#given(input, node));
    const results = node.outputs.map((output) => this.#forms.get(output));
    const inside = node.bodies.map((body) => this.#body(node, body, { given, results }));
    const bodies = inside.map((naming) => naming?.graph());
    for (const [i, output] of node.outputs.entries()) {
      const result = resultOf(node, inside[0], i);
      if (constantOf(node) === undefined) this.#say(output, this.#called(output, result));
    }
    return {
      ...node,
      inputs: node.inputs.map((input) => this.#read(input)),
      outputs: node.outputs.map((output) => this.#read(output)),
      bodies: node.bodies.map((body, i) => bodies[i] ?? body),
      attrs: isFused(node) ? { ...node.attrs, name: kernelName(node, resultsOf(node, inside[0])) } : node.attrs,
    };
  }

  /** How the body of a node is named: by the words of what it stands in. Functions are graphs of their own. */
  #body(node: Node, body: Graph, outside: Outside): Naming | undefined {
    const { origin } = node;
    const { scope = '' } = origin;
    if (isCall(node)) return undefined;
    if (isLoop(node)) {
      const own = body.inputs.map(({ value }, i) => (value.word === undefined ? outside.given?.[i] : undefined));
      return new Naming(body, this.#scopes, (called) => calledWithin(scope, called), { given: own });
    }
    // What another layer has made has no word of that layer's here: kernels are shared, and layers come and go.
    const neutral = (path: string, local: string): string => {
      const { whole, part } = partOf(path);
      if (scope === '') return local;
      return this.#scopes.has(whole) ? `${OTHERS}${part}` : local.slice(local.lastIndexOf('.') + 1);
    };
    return new Naming(
      body,
      this.#scopes,
      (called, { type }) => ({ word: localWord(called, origin, type.dtype === 'f64' ? undefined : neutral) }),
      isFused(node) ? outside : {},
    );
  }

  /** What a node is given: an update knows of no parameter by its path. */
  #given(input: Value, { section }: Node): Said {
    const word = section === 'update' || section === 'accumulate' ? this.#updating.get(input) : undefined;
    return word === undefined ? this.#words.of(input) : { word };
  }

  #called(output: Value, result: Said | undefined): Said {
    if (output.word !== undefined) return { ...calledAs(output), word: output.word };
    const number = this.#numbers.get(output);
    if (number !== undefined) return { word: number };
    return this.#forms.get(output) ?? result ?? this.#words.of(output);
  }

  #say(value: Value, called: Said): void {
    this.#words.say(value, called);
    this.#now.set(value, { type: value.type, ...this.#shown(called, value) });
  }

  #read(value: Value): Value {
    return this.#now.get(value) ?? value;
  }
}

/** What a result is called after the body that makes it. */
function resultOf(node: Node, body: Naming | undefined, output: number): Said | undefined {
  const said = isFused(node) || isLoop(node) ? body?.said(output) : undefined;
  if (said === undefined || !isLoop(node) || output < loopOf(node).carried) return said;
  return { word: altered(said.word, givenToTurn(node, output) ? beforeEveryTurn : everyTurn) };
}

/** Whether what a loop stacks is what its turns were given. */
function givenToTurn(node: Node, output: number): boolean {
  const { body, carried } = loopOf(node);
  const stacked = body.outputs[output]?.value;
  return body.inputs.slice(0, carried).some(({ value }) => value === stacked);
}

const resultsOf = ({ outputs }: Node, body: Naming | undefined): readonly Result[] =>
  outputs.flatMap((_, i) => body?.result(i) ?? []);

/**
 * What a function calls its values, without the layer that they lie in: that much of a path is left out where no other
 * value would be called so then.
 */
function withoutScope(graph: Graph): Graph {
  const wordsOf = (values: readonly Value[]): readonly string[] =>
    values.flatMap(({ word, type }) => (type.dtype === 'f64' || word === undefined ? [] : [parted(word).path]));
  const given = new Set(wordsOf(graph.inputs.flatMap(({ role, value }) => (role === 'input' ? [value] : []))));
  const paths = new Set(wordsOf(graph.nodes.flatMap(({ outputs }) => outputs)));
  const short = (path: string): string => path.slice(path.indexOf('.') + 1);
  // What two parameters have as their gradient in common is to be told from the gradient of each.
  const trained = graph.outputs.some(({ role }) => role === 'grad')
    ? graph.inputs.flatMap(({ role, name: path }) => (role === 'parameter' ? [path] : []))
    : [];
  const owners = new Map<string, number>();
  const longer = new Set([...paths, ...trained].filter((path) => !given.has(path)));
  for (const word of [...given, ...[...longer].map(short)]) owners.set(word, (owners.get(word) ?? 0) + 1);
  const now = new Map<Value, Value>();
  const read = (value: Value): Value => {
    const { marks, path } = parted(value.word ?? '');
    const isLeftOut = paths.has(path) && owners.get(short(path)) === 1;
    const known = now.get(value) ?? (isLeftOut ? { ...value, word: marks + short(path) } : value);
    now.set(value, known);
    return known;
  };
  return {
    inputs: graph.inputs.map((input) => ({ ...input, value: read(input.value) })),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(read), outputs: node.outputs.map(read) })),
    outputs: graph.outputs.map((output) => ({ ...output, value: read(output.value) })),
  };
}
