/** Where what adapts a weight lies: beside it in its layer. */
import { join, scopeOf } from '../../ir/paths.ts';

/**
 * Of these weights, the scope of what has a name beside one of them: `<layer>.lora`, or `<layer>.<weight>.lora` where
 * others of its layer are adapted too.
 */
export function besideWeights(weights: Iterable<string>): (weight: string, name: string) => string {
  const inLayer = new Map<string, number>();
  for (const path of weights) inLayer.set(scopeOf(path), (inLayer.get(scopeOf(path)) ?? 0) + 1);
  return (weight, name) => join(inLayer.get(scopeOf(weight)) === 1 ? scopeOf(weight) : weight, name);
}
