/** Words for fused kernels and their operands, the same for every parameter and layer of a kind. */
import type { Graph, Node, Section, Shape, Value } from '../../ir/types.ts';
import { partOf } from './parts.ts';

/** What the values of a graph are to it, where that says more than their names. */
export class Roles {
  readonly #words = new Map<Value, string>();
  readonly #ranks = new Map<Value, number>();

  constructor(graph: Graph) {
    for (const { role, name, value } of graph.inputs) {
      if (role === 'parameter') this.#set(value, 'param', 0);
      if (role === 'slot') this.#set(value, name.slice(name.lastIndexOf('/') + 1), 2);
      if (role === 'accumulator') this.#set(value, 'grad_sum', 1);
    }
    for (const { role, value } of graph.outputs) {
      if (role === 'grad') this.#set(value, 'grad', 1);
      if (role === 'accumulator') this.#set(value, 'grad_sum', 1);
      if (role === 'parameter') this.#ranks.set(value, 0);
      if (role === 'slot') this.#ranks.set(value, 2);
    }
  }

  /** What a kernel of the update calls a value; elsewhere values keep their names. */
  word(value: Value, section: Section): string {
    return section === 'update' || section === 'accumulate' ? (this.#words.get(value) ?? value.name) : value.name;
  }

  /** New parameters before new slots, other results as they come. */
  order(results: readonly Value[]): readonly Value[] {
    return stable(results, (value) => this.#ranks.get(value) ?? 1);
  }

  /** Parameter, gradient, slots; other tensors; numbers of the host. */
  orderInputs<T extends { readonly outer: Value }>(inputs: readonly T[], section: Section): readonly T[] {
    const rank = ({ outer }: T): number => {
      if (outer.type.dtype === 'f64') return 4;
      return section === 'update' ? (this.#ranks.get(outer) ?? (outer.name === 'grad' ? 1 : 3)) : 3;
    };
    return stable(inputs, rank);
  }

  #set(value: Value, word: string, rank: number): void {
    this.#words.set(value, word);
    this.#ranks.set(value, rank);
  }
}

/** By rank; equal ranks keep their order. */
function stable<T>(items: readonly T[], rank: (item: T) => number): readonly T[] {
  return items
    .map((item, i) => ({ item, i }))
    .sort((a, b) => rank(a.item) - rank(b.item) || a.i - b.i)
    .map(({ item }) => item);
}

/** What a map is, for its name. */
export interface Shapes {
  readonly section: Section;
  readonly domain: Shape;
  readonly results: readonly Shape[];
}

/**
 * After the op if it is one, else after what most of its nodes are part of: `xent`, `adamw`; `xent_rows` where only
 * row values come out, `xent_total` where all is one number, `relu_vjp` in the backward pass.
 */
export function mapName(nodes: readonly Node[], { section, domain, results }: Shapes): string {
  const computing = nodes.filter((node) => partOf(node) !== 'view');
  const [only] = computing;
  if (computing.length === 1 && only !== undefined) return only.op;
  const narrow =
    domain.length > 1 && results.every((shape) => shape[shape.length - 1] === 1) && domain[domain.length - 1] !== 1;
  const extent = domain.length === 0 ? '_total' : narrow ? '_rows' : '';
  return `${whatOf(nodes)}${extent}${section === 'backward' ? '_vjp' : ''}`;
}

/** What most of the nodes are part of. */
export function whatOf(nodes: readonly Node[]): string {
  return commonest(nodes.filter((node) => partOf(node) !== 'view').map((node) => node.origin.what));
}

/** Of those that are equally common, the first. */
function commonest(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return words.find((word) => counts.get(word) === most) ?? 'map';
}
