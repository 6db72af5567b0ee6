/** Rebuilds a graph node by node: each node is kept, or replaced by what its visitor builds instead. */
import { InternalError } from '../diagnostics/types.ts';
import { Builder } from '../ir/builder.ts';
import { calledAs } from '../ir/called.ts';
import type { Called } from '../ir/called.ts';
import { constantOf } from '../ir/traits.ts';
import type { Graph, Node, Value } from '../ir/types.ts';
import { oneTime } from './sections.ts';

/** What a visitor may ask and build while it stands at one node. */
export class Rewriter {
  /** New nodes go here; section and origin are those of the node that is visited. */
  readonly b: Builder;
  readonly #made = new Map<Value, Node>();
  readonly #heads = new Map<Value, Node[]>();
  readonly #now = new Map<Value, Value>();
  #seen = 0;

  constructor(b: Builder) {
    this.b = b;
  }

  /**
   * The node that makes a value of the new graph, for a visitor that may read what that node reads; undefined for
   * inputs. What another function made (a gradient, for an update) is given: its makings are that function's locals.
   */
  producer(value: Value): Node | undefined {
    const node = this.maker(value);
    return node === undefined || isNumber(value) || oneTime(node.section, this.b.section) ? node : undefined;
  }

  /** The node that makes a value of the new graph, wherever it stands. */
  maker(value: Value): Node | undefined {
    this.#look();
    return this.#made.get(value);
  }

  /** The nodes of the new graph whose first input a value is, and which a visitor may read. */
  readers(value: Value): readonly Node[] {
    this.#look();
    return (this.#heads.get(value) ?? []).filter(({ section }) => oneTime(section, this.b.section));
  }

  /** Notes what has been built since. */
  #look(): void {
    for (; this.#seen < this.b.nodes.length; this.#seen++) {
      const node = this.b.nodes[this.#seen];
      if (node === undefined) continue;
      for (const output of node.outputs) this.#made.set(output, node);
      const [head] = node.inputs;
      if (head === undefined) continue;
      const known = this.#heads.get(head);
      if (known === undefined) this.#heads.set(head, [node]);
      else known.push(node);
    }
  }

  /** What stands for a value of the old graph now. */
  now(old: Value): Value {
    return this.#now.get(old) ?? old;
  }

  replace(old: Value, value: Value): void {
    if (old !== value) this.#now.set(old, value);
  }

  /** The node over the values that stand for its inputs now. */
  current(node: Node): Node {
    return node.inputs.some((input) => this.#now.has(input))
      ? { ...node, inputs: node.inputs.map((x) => this.now(x)) }
      : node;
  }
}

/**
 * A visitor gets each node with its inputs already replaced. It answers with the values that stand for the node's
 * outputs from there on (built with `r.b`, or older ones), or undefined to keep the node as it is. What has no word takes
 * that of what it replaces, or what `wordFor` calls it.
 */
export type Visitor = (node: Node, r: Rewriter) => readonly Value[] | undefined;

export function rewrite(graph: Graph, visit: Visitor, wordFor?: (replaced: Value) => Called): Graph {
  const [first] = graph.nodes;
  if (first === undefined) return graph;
  const b = new Builder(first.origin, first.section);
  const r = new Rewriter(b);
  const words = new Map<Value, Called>();
  for (const old of graph.nodes) {
    const node = r.current(old);
    b.section = node.section;
    b.origin = node.origin;
    const replaced = visit(node, r);
    if (replaced === undefined) {
      b.nodes.push(node);
      continue;
    }
    if (replaced.length !== old.outputs.length) throw new InternalError(`${old.op} was replaced by too few values`);
    for (const [i, output] of old.outputs.entries()) {
      const value = replaced[i] ?? output;
      r.replace(output, value);
      const called = isNamed(output) ? calledAs(output) : wordFor?.(output);
      if (called !== undefined && takesWord(value, r.maker(value)) && !words.has(value)) words.set(value, called);
    }
  }
  // What was left as it was is the same graph, node or output to who remembers what is known of it.
  if (isSame(b.nodes, graph.nodes)) return graph;
  const outputs = graph.outputs.map((output) => {
    const value = r.now(output.value);
    return value === output.value ? output : { ...output, value };
  });
  return renamed({ inputs: graph.inputs, nodes: b.nodes, outputs }, words);
}

/** Whether no node was replaced: then no value stands for another one either. */
const isSame = (now: readonly Node[], before: readonly Node[]): boolean =>
  now.length === before.length && now.every((node, i) => node === before[i]);

/** Numbers of the host are at hand in every function. */
const isNumber = (value: Value): boolean => value.type.dtype === 'f64';

const isNamed = ({ word }: Value): boolean => word !== undefined;

/** Whether a value that stands for another takes over its word: an input is what it is, a number stands for many. */
const takesWord = (value: Value, maker: Node | undefined): boolean =>
  !isNamed(value) && maker !== undefined && constantOf(maker) === undefined;

/** The graph with other words for some of its values. */
function renamed(graph: Graph, words: ReadonlyMap<Value, Called>): Graph {
  if (words.size === 0) return graph;
  const values = new Map([...words].map(([value, called]): [Value, Value] => [value, { ...value, ...called }]));
  const now = (value: Value): Value => values.get(value) ?? value;
  const isTouched = (value: Value): boolean => values.has(value);
  return {
    inputs: graph.inputs,
    nodes: graph.nodes.map((node) => {
      if (!node.inputs.some(isTouched) && !node.outputs.some(isTouched)) return node;
      return { ...node, inputs: node.inputs.map(now), outputs: node.outputs.map(now) };
    }),
    outputs: graph.outputs.map((output) =>
      isTouched(output.value) ? { ...output, value: now(output.value) } : output,
    ),
  };
}
