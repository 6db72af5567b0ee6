/** Texts that are equal for what computes the same: attributes, nodes, the graphs that nodes hold. */
import type { Attrs, Graph, Node, Value } from './types.ts';

/** Attributes in any order. */
function attrsKey(attrs: Attrs): string {
  const entries = Object.entries(attrs).filter(([, value]) => value !== undefined);
  return entries
    .map(([name, value]) => `${name}=${typeof value === 'number' ? exact(value) : JSON.stringify(value, exactly)}`)
    .sort()
    .join();
}

/** JSON has neither −0 nor NaN nor infinities. */
const exact = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

const exactly = (_: string, value: unknown): unknown => (typeof value === 'number' ? exact(value) : value);

/** Keys of nodes. Functions are read once, however often they are called, and stand in the keys of their calls as numbers. */
export class NodeKeys {
  readonly #read = new Map<Graph, number>();
  readonly #numbers = new Map<string, number>();

  /** What a node computes of values that `id` tells apart, with the graphs that it holds. */
  of({ op, inputs, outputs, attrs, bodies }: Node, id: (value: Value) => string): string {
    const types = outputs.map(({ type }) => `${type.dtype}[${type.shape.join()}]`);
    const held = bodies.map((body) => this.#numberOf(body));
    return `${op}(${inputs.map(id).join()}) ${attrsKey(attrs)} ${types.join()} ${held.join()}`;
  }

  /** Graphs that compute the same have one number. */
  #numberOf(graph: Graph): number {
    const before = this.#read.get(graph);
    if (before !== undefined) return before;
    const text = this.#textOf(graph);
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    this.#read.set(graph, number);
    return number;
  }

  /** A closed graph: its values are told apart by the order in which they are made. */
  #textOf({ inputs, nodes, outputs }: Graph): string {
    const ids = new Map<Value, string>();
    const id = (value: Value): string => {
      const known = ids.get(value) ?? `v${ids.size}`;
      ids.set(value, known);
      return known;
    };
    const given = inputs.map(({ role, name, value }) => `${role} ${name} ${id(value)}`);
    const made = nodes.map((node) => `${node.section} ${node.outputs.map(id).join()} = ${this.of(node, id)}`);
    const results = outputs.map(({ role, name, value }) => `${role} ${name} ${id(value)}`);
    return [...given, ...made, ...results].join('; ');
  }
}
