/** Rebuilds a graph node by node: each node is kept, or replaced by what its visitor builds instead. */
import { InternalError } from '../diagnostics/types.ts';
import { Builder } from '../ir/builder.ts';
import type { Graph, Node, Value } from '../ir/types.ts';

/** What a visitor may ask and build while it stands at one node. */
export class Rewriter {
  /** New nodes go here; section and origin are those of the node that is visited. */
  readonly b: Builder;
  readonly #made = new Map<Value, Node>();
  readonly #now = new Map<Value, Value>();
  #seen = 0;

  constructor(b: Builder) {
    this.b = b;
  }

  /** The node that makes a value of the new graph; undefined for inputs. */
  producer(value: Value): Node | undefined {
    for (; this.#seen < this.b.nodes.length; this.#seen++) {
      const node = this.b.nodes[this.#seen];
      for (const output of node?.outputs ?? []) if (node !== undefined) this.#made.set(output, node);
    }
    return this.#made.get(value);
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
    return node.inputs.some((input) => this.#now.has(input)) ? { ...node, inputs: node.inputs.map((x) => this.now(x)) } : node;
  }
}

/**
 * A visitor gets each node with its inputs already replaced. It answers with the values that stand for the node's
 * outputs from there on (built with `r.b`, or older ones), or undefined to keep the node as it is.
 */
export type Visitor = (node: Node, r: Rewriter) => readonly Value[] | undefined;

export function rewrite(graph: Graph, visit: Visitor): Graph {
  const [first] = graph.nodes;
  if (first === undefined) return graph;
  const b = new Builder(first.origin, first.section);
  const r = new Rewriter(b);
  for (const old of graph.nodes) {
    const node = r.current(old);
    b.section = node.section;
    b.origin = node.origin;
    const before = b.nodes.length;
    const replaced = visit(node, r);
    if (replaced === undefined) {
      b.nodes.push(node);
      continue;
    }
    if (replaced.length !== old.outputs.length) throw new InternalError(`${old.op} was replaced by too few values`);
    for (const [i, output] of old.outputs.entries()) {
      const value = replaced[i] ?? output;
      // A name that is only the op's says nothing of what stands in its place.
      r.replace(output, output.name === old.op ? value : carryName(b, before, output, value));
    }
  }
  return {
    inputs: graph.inputs,
    nodes: b.nodes,
    outputs: graph.outputs.map((output) => ({ ...output, value: r.now(output.value) })),
  };
}

/** A nameless value that was built in place of another takes over its name, which is the user's word for it. */
function carryName(b: Builder, from: number, old: Value, value: Value): Value {
  for (let at = b.nodes.length - 1; at >= from; at--) {
    const node = b.nodes[at];
    const position = node?.outputs.indexOf(value) ?? -1;
    if (node === undefined || position < 0) continue;
    // A visitor that gives a name of its own keeps it.
    if (value.name === old.name || value.name !== node.op) return value;
    const named = { ...value, name: old.name };
    b.nodes[at] = { ...node, outputs: node.outputs.map((output) => (output === value ? named : output)) };
    for (let later = at + 1; later < b.nodes.length; later++) {
      const reader = b.nodes[later];
      if (reader?.inputs.includes(value) === true) {
        b.nodes[later] = { ...reader, inputs: reader.inputs.map((input) => (input === value ? named : input)) };
      }
    }
    return named;
  }
  return value;
}
