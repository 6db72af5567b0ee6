/**
 * Gives every value the word by which the emitted file knows it, and every fused kernel its name. What the user and
 * definitions have said stands (`ir/called.ts`); the rest is called after what makes it (`ir/words.ts`). No other pass
 * looks at words.
 */
import { altered, calledAs, calledWithin, everyTurn, localWord, parted } from '../ir/called.ts';
import type { Called } from '../ir/called.ts';
import { isLoop } from '../ir/loops.ts';
import { constantOf, isCall, isFused } from '../ir/traits.ts';
import type { Graph, Node, Value } from '../ir/types.ts';
import { uses } from '../ir/uses.ts';
import { Words } from '../ir/words.ts';
import { registry } from '../ops/index.ts';
import { loopOf } from '../ops/rules/loop.ts';
import { kernelName } from './name/kernels.ts';
import { numberWords } from './name/numbers.ts';

export function name(graph: Graph): Graph {
  const naming = new Naming(graph, (called) => called);
  const named = naming.graph();
  return graph.outputs.some(({ role }) => role === 'value') ? withoutScope(named) : named;
}

type Said = Called & { readonly word: string };

/** Names the values of one graph: what is said of them, as it is shown there. */
class Naming {
  readonly #graph: Graph;
  readonly #shown: (called: Said) => Called;
  readonly #words: Words;
  readonly #numbers: ReadonlyMap<Value, string>;
  /** Gradients and their sums, as updates call them. */
  readonly #updating: ReadonlyMap<Value, string>;
  readonly #forms: ReadonlyMap<Value, Said>;
  readonly #now = new Map<Value, Value>();

  /** `given` is what the inputs of a body are called outside, by position. */
  constructor(graph: Graph, shown: (called: Said) => Called, given: readonly (Said | undefined)[] = []) {
    this.#graph = graph;
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
    this.#forms = formsOf(graph);
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

  #node(node: Node): Node {
    const given = node.inputs.map((input) => this.#given(input, node));
    const inside = node.bodies.map((body) => bodyNaming(node, body, given));
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
      attrs: isFused(node) ? { ...node.attrs, name: kernelName(node) } : node.attrs,
    };
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
    this.#now.set(value, { type: value.type, ...this.#shown(called) });
  }

  #read(value: Value): Value {
    return this.#now.get(value) ?? value;
  }
}

/** How the body of a node is named: by the words of what it stands in. Functions are graphs of their own. */
function bodyNaming(node: Node, body: Graph, given: readonly Said[]): Naming | undefined {
  const { origin } = node;
  if (isCall(node)) return undefined;
  if (isLoop(node)) {
    const own = body.inputs.map(({ value }, i) => (value.word === undefined ? given[i] : undefined));
    return new Naming(body, (called) => calledWithin(origin.scope ?? '', called), own);
  }
  return new Naming(body, (called) => ({ word: localWord(called, origin) }), isFused(node) ? given : []);
}

/** What a result is called after the body that makes it. */
function resultOf(node: Node, body: Naming | undefined, output: number): Said | undefined {
  const said = isFused(node) || isLoop(node) ? body?.said(output) : undefined;
  if (said === undefined || !isLoop(node) || output < loopOf(node).carried) return said;
  return { word: altered(said.word, everyTurn) };
}

/** Values without a word that are made to be shown in another form, under the word of that. */
function formsOf(graph: Graph): ReadonlyMap<Value, Said> {
  const reads = uses(graph);
  const forms = new Map<Value, Said>();
  for (const { op, inputs, outputs } of graph.nodes.toReversed()) {
    const [input] = inputs;
    const [output] = outputs;
    if (input === undefined || output === undefined || input.word !== undefined || reads.get(input) !== 1) continue;
    const word = output.word ?? forms.get(output)?.word;
    if (registry.get(op)?.shows === true && word !== undefined) forms.set(input, { ...calledAs(output), word });
  }
  return forms;
}

/** What a function calls its values, without the scope that all of them lie in. */
function withoutScope(graph: Graph): Graph {
  const scope = commonScope(graph);
  if (scope === undefined) return graph;
  const now = new Map<Value, Value>();
  const read = (value: Value): Value => {
    const known = now.get(value) ?? { ...value, ...calledWithin(scope, value) };
    now.set(value, known);
    return known;
  };
  return withoutScope({
    inputs: graph.inputs.map((input) => ({ ...input, value: read(input.value) })),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(read), outputs: node.outputs.map(read) })),
    outputs: graph.outputs.map((output) => ({ ...output, value: read(output.value) })),
  });
}

/** The first part of all words, if some have more; undefined where they differ. Inputs are of nobody's scope. */
function commonScope({ inputs, nodes }: Graph): string | undefined {
  const given = new Set(inputs.map(({ value }) => value.word));
  const paths = nodes
    .flatMap(({ outputs }) => outputs)
    .flatMap(({ word = '', type }) => (type.dtype === 'f64' ? [] : [parted(word).path]))
    .filter((path) => !given.has(path));
  const [scope, other] = new Set(paths.map((path) => path.split('.', 1)[0]));
  return other === undefined && paths.some((path) => path !== scope) ? scope : undefined;
}
