/** The random numbers of the reference: Threefry-2x32-20 by the paper, on exact integers (docs/random.md). */
import type { Draw } from '../../ops/define.ts';

type Pair = readonly [bigint, bigint];

/** A draw for one run. `counter` is the number of micro-batches so far; initial values are drawn at 0. */
export function drawer(seed: number, counter: number): Draw {
  return (kind, stream, index) => {
    const key: Pair = [BigInt(seed) & word, fnv1a(stream)];
    switch (kind) {
      case 'uniform':
        return uniform(key, counter, index);
      case 'normal':
        return normal(key, counter, index);
      case 'truncated_normal':
        return truncatedNormal(key, index);
    }
  };
}

function uniform(key: Pair, counter: number, index: number): number {
  return fraction(block(key, counter, index)[index % 2 === 0 ? 0 : 1]);
}

/** Box and Muller: both words make a pair of normals, of which the index takes one. */
function normal(key: Pair, counter: number, index: number): number {
  const [u1, u2] = block(key, counter, index).map(fraction);
  const radius = Math.sqrt(-2 * Math.log(1 - (u1 ?? 0)));
  const angle = 2 * Math.PI * (u2 ?? 0);
  return index % 2 === 0 ? radius * Math.cos(angle) : radius * Math.sin(angle);
}

/** The first attempt that lies within two; the attempts count where micro-batches would. */
function truncatedNormal(key: Pair, index: number): number {
  let attempt = 0;
  let z = normal(key, attempt, index);
  while (Math.abs(z) > 2) z = normal(key, ++attempt, index);
  return z;
}

function block(key: Pair, counter: number, index: number): Pair {
  return threefry2x32(key, [BigInt(counter), BigInt(Math.floor(index / 2))]);
}

/** The top 24 bits of a word, as a number in [0, 1) that f32 holds exactly. */
function fraction(bits: bigint): number {
  return Number(bits >> 8n) / 2 ** 24;
}

const word = 0xffff_ffffn;
const rotations = [13n, 15n, 26n, 6n, 17n, 29n, 16n, 24n];

/** Salmon, Moraes, Dror, Shaw: Parallel random numbers, as easy as 1, 2, 3 (2011), section 4.2. */
export function threefry2x32(key: Pair, counter: Pair): Pair {
  const schedule = [key[0], key[1], 0x1bd1_1bdan ^ key[0] ^ key[1]];
  const scheduled = (i: number) => schedule[i % 3] ?? 0n;
  let [x, y] = [(counter[0] + key[0]) & word, (counter[1] + key[1]) & word];
  for (let round = 0; round < 20; round++) {
    x = (x + y) & word;
    const turn = rotations[round % 8] ?? 0n;
    y = (((y << turn) | (y >> (32n - turn))) & word) ^ x;
    const injection = Math.floor(round / 4) + 1;
    if (round % 4 !== 3) continue;
    x = (x + scheduled(injection)) & word;
    y = (y + scheduled(injection + 1) + BigInt(injection)) & word;
  }
  return [x, y];
}

/** FNV-1a in 32 bits over the UTF-8 bytes of a name. */
export function fnv1a(name: string): bigint {
  return new TextEncoder()
    .encode(name)
    .reduce((hash, byte) => ((hash ^ BigInt(byte)) * 0x0100_0193n) & word, 0x811c_9dc5n);
}
