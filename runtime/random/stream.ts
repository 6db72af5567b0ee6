/** Random numbers of a named stream: each is a function of seed, stream, counter and index (conventions 5). */
import { streamKey, threefry } from './threefry.ts';

export interface Stream {
  /** In [0, 1), a multiple of 2⁻²⁴. */
  uniform(counter: number, index: number): number;
  /** Standard normal, by Box–Muller over the two words of a block. */
  normal(counter: number, index: number): number;
  /** The first normal of the attempts 0, 1, 2, … (which take the counter's place) within two standard deviations. */
  truncatedNormal(index: number): number;
}

/** The top 24 bits: every value is exact in single precision. */
const fraction = (word: number): number => (word >>> 8) / 2 ** 24;

export function stream(seed: number, name: string): Stream {
  const key = [seed >>> 0, streamKey(name)] as const;
  const pair = (counter: number, index: number): [number, number] => threefry(key, [counter, Math.floor(index / 2)]);

  const normal = (counter: number, index: number): number => {
    const [first, second] = pair(counter, index);
    const radius = Math.sqrt(-2 * Math.log(1 - fraction(first)));
    const angle = 2 * Math.PI * fraction(second);
    return radius * (index % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  };
  return {
    uniform: (counter, index) => fraction(pair(counter, index)[index % 2] ?? 0),
    normal,
    truncatedNormal(index) {
      for (let attempt = 0; ; attempt++) {
        const z = normal(attempt, index);
        if (Math.abs(z) <= 2) return z;
      }
    },
  };
}
