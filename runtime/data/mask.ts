/** Masks of sequences that are shorter than their places: 1 where a row has something, 0 where it is padded. */
import type { NumberArray } from './raw.ts';

/** Which end of a sequence is padded, and cut where it is too long. */
export type End = 'front' | 'end';

/** The mask of rows of these lengths, of which each has so many places: row-major. */
export function maskOfLengths(lengths: NumberArray, places: number, pad: End): Float32Array {
  const mask = new Float32Array(lengths.length * places);
  for (const [row, length] of lengths.entries()) {
    const first = row * places + (pad === 'end' ? 0 : places - length);
    mask.fill(1, first, first + length);
  }
  return mask;
}
