/** Batches of prepared rows, in order or shuffled by the epoch. */
import type { PortSpec } from '../model.ts';
import { permutation } from '../random/shuffle.ts';
import { own } from '../own.ts';

export type Elements = Readonly<Record<string, Float32Array | Int32Array>>;

/** These rows of the elements, in this order. */
export function gatherRows(
  elements: Elements,
  ports: Readonly<Record<string, PortSpec>>,
  rows: Int32Array,
): Record<string, Float32Array | Int32Array> {
  const gathered = Object.entries(elements).map(([name, values]) => {
    const width = (own(ports, name)?.shape ?? []).reduce((product, size) => product * size, 1);
    const data =
      values instanceof Int32Array ? new Int32Array(rows.length * width) : new Float32Array(rows.length * width);
    rows.forEach((row, i) => data.set(values.subarray(row * width, (row + 1) * width), i * width));
    return [name, data] as const;
  });
  return Object.fromEntries(gathered);
}

/** The rows in pieces of `size`, the last one with what is left. */
export function* batchesOf(
  elements: Elements,
  ports: Readonly<Record<string, PortSpec>>,
  rows: Int32Array,
  size: number,
): Generator<Record<string, Float32Array | Int32Array>> {
  for (let first = 0; first < rows.length; first += size) {
    yield gatherRows(elements, ports, rows.subarray(first, first + size));
  }
}

/** The rows in the order of an epoch: stream `shuffle`, the epoch (from 1) as its counter. */
export function shuffled(rows: Int32Array, seed: number, epoch: number): Int32Array {
  return permutation(rows.length, seed, 'shuffle', epoch).map((at) => rows[at] ?? 0);
}
