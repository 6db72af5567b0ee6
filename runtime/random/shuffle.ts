/** Random orders by Fisher and Yates. */
import { stream } from './stream.ts';

/**
 * 0..n−1 in a random order: for i from n−1 down to 1, places i and ⌊u·(i+1)⌋ change, u being the stream's uniform at
 * (counter, i).
 */
export function permutation(n: number, seed: number, name: string, counter: number): Int32Array {
  const { uniform } = stream(seed, name);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform(counter, i) * (i + 1));
    const moved = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = moved;
  }
  return order;
}
