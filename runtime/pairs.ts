/** What `lora` trains beside matrices: a layer reads W + scale·a·b in the place of W. */
import type { HostArray } from './host.ts';
import { visibleName } from './logging/visible.ts';
import type { ParameterSpec } from './model.ts';
import { specsOf } from './tables.ts';
import type { Nested } from './tables.ts';
import type { Tensors } from './train/memory.ts';
import type { HostTensor } from './train/tensor.ts';

/** The paths of the two, and how much their product counts. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly scale: number;
}

/** The pairs of a model, by the paths of their matrices. */
export function pairsOf(parameters: Nested<ParameterSpec>): ReadonlyMap<string, Pair> {
  const found = new Map<string, Pair>();
  for (const [path, { pair }] of specsOf(parameters)) {
    if (pair === undefined) continue;
    const layer = path.slice(0, path.lastIndexOf('.') + 1);
    found.set(path, { a: `${layer}${pair.at}.a`, b: `${layer}${pair.at}.b`, scale: pair.scale });
  }
  return found;
}

/** What files of weights have where nothing is adapted: all but the pairs. */
export function withoutPairs<T>(
  table: ReadonlyMap<string, T>,
  pairs: ReadonlyMap<string, Pair>,
): ReadonlyMap<string, T> {
  const inPairs = new Set([...pairs.values()].flatMap(({ a, b }) => [a, b]));
  return new Map([...table].filter(([path]) => !inPairs.has(path)));
}

/** What to do about a file with pairs that the model does not have there; undefined where there are none. */
export function mergeHint(names: Iterable<string>, table: ReadonlyMap<string, unknown>): string | undefined {
  const all = new Set(names);
  const scopes = [...all].flatMap((name) => (/(^|\.)lora\.a$/.test(name) ? [name.slice(0, -'.a'.length)] : []));
  const found = scopes.find((scope) => all.has(`${scope}.b`) && !table.has(`${scope}.a`));
  if (found === undefined) return undefined;
  return `\`${visibleName(found)}\` is a pair of \`lora\`: \`nnc merge\`, with the spec that has it, writes the weights without pairs`;
}

/**
 * The weights of the model without pairs that answers alike: W + scale·a·b in double precision, rounded once. `effective`
 * are those of which layers read something else than what is stored.
 */
export function merged(
  weights: Tensors,
  pairs: ReadonlyMap<string, Pair>,
  effective: ReadonlyMap<string, HostArray>,
): Tensors {
  const plain = new Map(withoutPairs(weights, pairs));
  for (const [path, { shape, data }] of effective) plain.set(path, { shape, data: Float32Array.from(data) });
  for (const [path, { a, b, scale }] of pairs) {
    const [matrix, down, up] = [effective.get(path) ?? weights.get(path), weights.get(a), weights.get(b)];
    if (matrix === undefined || down === undefined || up === undefined) throw new Error(`${path} has no pair`);
    plain.set(path, { shape: matrix.shape, data: sum(matrix.data, product(down, up), scale) });
  }
  return plain;
}

const sum = (matrix: ArrayLike<number>, low: Float64Array, scale: number): Float32Array =>
  Float32Array.from(matrix, (w, i) => w + scale * (low[i] ?? 0));

/** a·b of a [in, rank] and b [rank, out], row-major. */
function product(a: HostTensor, b: HostTensor): Float64Array {
  const [rows = 0, rank = 0] = a.shape;
  const columns = b.shape[1] ?? 0;
  const result = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < rank; i++) {
      const factor = a.data[row * rank + i] ?? 0;
      for (let column = 0; column < columns; column++) {
        const at = row * columns + column;
        result[at] = (result[at] ?? 0) + factor * (b.data[i * columns + column] ?? 0);
      }
    }
  }
  return result;
}
