/** How the WebAssembly binary format writes numbers and vectors (specification, section 5). */

export type Bytes = readonly number[];

/** LEB128 of an unsigned integer. */
export function unsigned(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** LEB128 of a signed 32-bit integer. */
export function signed(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 0x80);
  }
}

/** Little-endian IEEE 754, single precision. */
export const float32 = (value: number): Bytes => [...new Uint8Array(Float32Array.of(value).buffer)];

/** Little-endian IEEE 754, double precision. */
export const float64 = (value: number): Bytes => [...new Uint8Array(Float64Array.of(value).buffer)];

/** A vector: its length, then its items. */
export const vector = (items: readonly Bytes[]): Bytes => [...unsigned(items.length), ...items.flat()];

/** Bytes with their number in front. */
export const sized = (bytes: Bytes): Bytes => unsigned(bytes.length).concat(bytes);

/** A UTF-8 name. */
export const name = (text: string): Bytes => sized([...new TextEncoder().encode(text)]);
