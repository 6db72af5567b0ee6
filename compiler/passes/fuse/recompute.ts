/** Computes again in the backward pass what would otherwise be kept for it, where what it is made of is kept anyway. */
import { definitions, users } from '../../ir/uses.ts';
import type { Graph, Node, Section, Value } from '../../ir/types.ts';
import type { Cluster } from './clusters.ts';
import { partOf } from './parts.ts';
import { flows, joined } from './space.ts';
import type { Space } from './space.ts';
import { size } from './volume.ts';

/** Scalar operations that computing one value again may cost. */
const MOST = 12;

/**
 * A map of the forward pass would write each value that a map of the backward pass reads. An elementwise value is
 * computed there again if it follows from others that are kept, or from one that takes no more memory than itself:
 * the pre-activation instead of what gelu's derivative is made of. Reductions along rows are kept: they are small.
 */
export function recompute(graph: Graph, parts: readonly Cluster[]): readonly Cluster[] {
  const kept = new Kept(graph, parts);
  const copies = new Map<Cluster, Map<Value, Value>>();
  const added = new Map<Cluster, Node[]>();
  for (const cluster of parts) {
    for (const value of kept.computedAgain(cluster)) {
      for (const reader of kept.readersElsewhere(value, cluster)) {
        const known = copies.get(reader) ?? new Map<Value, Value>();
        copies.set(reader, known);
        const nodes = added.get(reader) ?? [];
        added.set(reader, nodes);
        kept.copy(value, cluster, reader.section, known, nodes);
        kept.widen(reader, cluster);
      }
    }
  }
  return parts.map((cluster) => {
    const known = copies.get(cluster);
    if (known === undefined) return cluster;
    const nodes = cluster.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((input) => known.get(input) ?? input),
    }));
    return { ...cluster, space: kept.spaceOf(cluster), nodes: [...(added.get(cluster) ?? []), ...nodes] };
  });
}

class Kept {
  readonly #producers: ReadonlyMap<Value, Node>;
  readonly #readers: ReadonlyMap<Value, readonly Node[]>;
  readonly #outputs: ReadonlySet<Value>;
  readonly #inputs: ReadonlySet<Value>;
  readonly #cluster = new Map<Node, Cluster>();
  readonly #spaces = new Map<Cluster, Space>();
  /** Values that a backward kernel reads from memory. */
  readonly #alive = new Set<Value>();
  /** Values that nothing keeps any more. */
  readonly #dropped = new Set<Value>();

  constructor(graph: Graph, parts: readonly Cluster[]) {
    this.#producers = definitions(graph);
    this.#readers = users(graph);
    this.#outputs = new Set(graph.outputs.map((output) => output.value));
    this.#inputs = new Set(graph.inputs.map((input) => input.value));
    for (const cluster of parts) for (const node of cluster.nodes) this.#cluster.set(node, cluster);
    for (const [value, readers] of this.#readers) {
      if (readers.some((node) => this.#cluster.get(node)?.section === 'backward')) this.#alive.add(value);
    }
  }

  /** The values of a forward map that its backward readers compute again. */
  computedAgain(cluster: Cluster): readonly Value[] {
    if (cluster.space === undefined || cluster.section !== 'forward') return [];
    const read = cluster.nodes.flatMap((node) => node.outputs).filter((value) => this.#onlyForBackward(value, cluster));
    const again: Value[] = [];
    for (const enough of [0, 1]) {
      for (const value of read.toReversed()) {
        const leaves = this.#leaves(value, cluster);
        if (again.includes(value) || leaves.length > enough) continue;
        again.push(value);
        this.#dropped.add(value);
        for (const leaf of leaves) this.#alive.add(leaf);
      }
    }
    return again.reverse();
  }

  /** The other clusters that read a value. */
  readersElsewhere(value: Value, home: Cluster): readonly Cluster[] {
    const clusters = (this.#readers.get(value) ?? []).map((node) => this.#cluster.get(node));
    return [...new Set(clusters)].filter((cluster) => cluster !== undefined).filter((cluster) => cluster !== home);
  }

  /** Copies the nodes that a value is made of, down to what is kept. */
  copy(value: Value, home: Cluster, section: Section, known: Map<Value, Value>, nodes: Node[]): Value {
    const done = known.get(value);
    if (done !== undefined) return done;
    const producer = this.#producers.get(value);
    if (producer === undefined || !this.#again(value, producer, home)) return value;
    const inputs = producer.inputs.map((input) => this.copy(input, home, section, known, nodes));
    const output = { ...value };
    known.set(value, output);
    nodes.push({ ...producer, inputs, outputs: [output], section });
    return output;
  }

  /** Whether a value would be written only because maps of the backward pass read it. */
  #onlyForBackward(value: Value, home: Cluster): boolean {
    const producer = this.#producers.get(value);
    if (producer === undefined || partOf(producer) !== 'elementwise' || this.#outputs.has(value)) return false;
    const elsewhere = this.readersElsewhere(value, home);
    const nodes = (this.#readers.get(value) ?? []).filter((node) => this.#cluster.get(node) !== home);
    if (elsewhere.length === 0 || !nodes.every((node) => flows(value, node))) return false;
    return elsewhere.every((reader) => reader.section === 'backward' && this.#spaceOfBoth(home, reader) !== undefined);
  }

  spaceOf(cluster: Cluster): Space | undefined {
    return this.#spaces.get(cluster) ?? cluster.space;
  }

  /** A map that takes copies of another's nodes runs over the space of both. */
  widen(cluster: Cluster, by: Cluster): void {
    const space = this.#spaceOfBoth(cluster, by);
    if (space !== undefined) this.#spaces.set(cluster, space);
  }

  #spaceOfBoth(a: Cluster, b: Cluster): Space | undefined {
    const [x, y] = [this.spaceOf(a), this.spaceOf(b)];
    return x === undefined || y === undefined ? undefined : joined(x, y);
  }

  /** Whether a copy of `value` computes it from its inputs, instead of reading it. */
  #again(value: Value, producer: Node, home: Cluster): boolean {
    if (this.#cluster.get(producer) !== home || partOf(producer) === 'reduction') return false;
    return this.#dropped.has(value) || !this.#written(value, home);
  }

  /** Whether the forward map writes the value anyway. */
  #written(value: Value, home: Cluster): boolean {
    return this.#outputs.has(value) || (this.readersElsewhere(value, home).length > 0 && !this.#dropped.has(value));
  }

  /** The values of the same size that would have to be kept in place of this one; too many where that costs too much. */
  #leaves(value: Value, home: Cluster): readonly Value[] {
    const leaves = new Set<Value>();
    const seen = new Set<Value>([value]);
    const open = [value];
    let cost = 0;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const producer = this.#producers.get(at);
      const inside = producer !== undefined && (at === value || this.#again(at, producer, home));
      if (!inside) {
        if (!this.#free(at, value)) leaves.add(at);
        continue;
      }
      cost += 1;
      if (cost > MOST) return [value, value];
      for (const input of producer.inputs) if (!seen.has(input)) open.push(input);
      for (const input of producer.inputs) seen.add(input);
    }
    return [...leaves];
  }

  /** Whether reading a value later costs no memory worth counting. */
  #free(value: Value, than: Value): boolean {
    if (this.#inputs.has(value) || value.type.dtype === 'f64') return true;
    if (size(value.type.shape) < size(than.type.shape)) return true;
    return this.#alive.has(value) && !this.#dropped.has(value);
  }
}
