/** What `lora` trains beside matrices: a layer reads W + scale·a·b in the place of W. */
import type { ParameterSpec } from './model.ts';
import { specsOf } from './tables.ts';
import type { Nested } from './tables.ts';

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
