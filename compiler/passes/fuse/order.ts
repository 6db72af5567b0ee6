/** The order of a map's operands and results: that of an update, whatever the definition mentions first. */
import type { Graph, Section, Value } from '../../ir/types.ts';

/** What the values of a graph are to it. */
export class Roles {
  readonly #ranks = new Map<Value, number>();

  constructor(graph: Graph) {
    for (const { role, value } of [...graph.inputs, ...graph.outputs]) {
      if (role === 'parameter') this.#ranks.set(value, 0);
      if (role === 'grad' || role === 'accumulator') this.#ranks.set(value, 1);
      if (role === 'slot') this.#ranks.set(value, 2);
    }
  }

  /** New parameters before new slots, other results as they come. */
  order(results: readonly Value[]): readonly Value[] {
    return stable(results, (value) => this.#ranks.get(value) ?? 1);
  }

  /** Parameter, gradient, slots; other tensors; numbers of the host. */
  orderInputs<T extends { readonly outer: Value }>(inputs: readonly T[], section: Section): readonly T[] {
    const rank = ({ outer }: T): number => {
      if (outer.type.dtype === 'f64') return 4;
      return section === 'update' ? (this.#ranks.get(outer) ?? 3) : 3;
    };
    return stable(inputs, rank);
  }
}

/** By rank; equal ranks keep their order. */
function stable<T>(items: readonly T[], rank: (item: T) => number): readonly T[] {
  return items
    .map((item, i) => ({ item, i }))
    .sort((a, b) => rank(a.item) - rank(b.item) || a.i - b.i)
    .map(({ item }) => item);
}
