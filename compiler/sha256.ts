/** SHA-256 (FIPS 180-4) of a text's UTF-8 bytes, in hexadecimal: the compiler is pure, so it has no crypto to ask. */

const MASK = 0xffff_ffff;

/** The first 32 bits of the fractional parts of the square roots or cube roots of the first primes. */
function fractions(count: number, root: (prime: number) => number): readonly number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => Math.floor((root(prime) % 1) * 2 ** 32));
}

const INITIAL = fractions(8, Math.sqrt);
const ROUNDS = fractions(64, Math.cbrt);

const rotate = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

export function sha256(text: string): string {
  const words = padded(new TextEncoder().encode(text));
  let state = INITIAL;
  for (let block = 0; block < words.length; block += 16) state = compress(state, words.slice(block, block + 16));
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The bytes, a one, zeros, and the length in bits, as big-endian words in blocks of 16. */
function padded(bytes: Uint8Array): readonly number[] {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const view = new DataView(new ArrayBuffer(length));
  bytes.forEach((byte, i) => view.setUint8(i, byte));
  view.setUint8(bytes.length, 0x80);
  view.setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  return Array.from({ length: length / 4 }, (_, i) => view.getUint32(i * 4));
}

function compress(state: readonly number[], block: readonly number[]): readonly number[] {
  const w = [...block];
  for (let t = 16; t < 64; t++) {
    const [x = 0, y = 0] = [w[t - 15], w[t - 2]];
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w.push(((w[t - 16] ?? 0) + s0 + (w[t - 7] ?? 0) + s1) & MASK);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + s1 + choice + (ROUNDS[t] ?? 0) + (w[t] ?? 0)) & MASK;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [a, b, c, d, e, f, g, h] = [(t1 + s0 + majority) & MASK, a, b, c, (d + t1) & MASK, e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + (state[i] ?? 0)) & MASK);
}
