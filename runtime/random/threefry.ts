/** Threefry-2x32 with 20 rounds: a pure function of key and counter that gives two random words (Salmon et al. 2011). */

/** How far the second word turns in each of eight rounds, after which the pattern repeats. */
export const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** The constant that makes the third key word (Random123, after Skein). */
export const parity = 0x1bd11bda;

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** Both words of the block at this counter, as unsigned integers. */
export function threefry(key: readonly [number, number], counter: readonly [number, number]): [number, number] {
  const keys = [key[0] | 0, key[1] | 0, parity ^ key[0] ^ key[1]];
  let a = (counter[0] + key[0]) | 0;
  let b = (counter[1] + key[1]) | 0;
  for (let round = 0; round < 20; round++) {
    a = (a + b) | 0;
    b = rotate(b, rotations[round % 8] ?? 0) ^ a;
    if (round % 4 === 3) {
      const turn = (round + 1) / 4;
      a = (a + (keys[turn % 3] ?? 0)) | 0;
      b = (b + (keys[(turn + 1) % 3] ?? 0) + turn) | 0;
    }
  }
  return [a >>> 0, b >>> 0];
}

/** FNV-1a of the name's UTF-8 bytes in 32 bits: the stream's half of the key. */
export function streamKey(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
