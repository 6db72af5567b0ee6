/** Sums over rows that can be added up batch by batch, and the variance that follows from them. */
import { array, sizeOf } from './array.ts';
import type { HostArray } from './array.ts';

/** Σx and Σx² over the first axis: [N, ...] → [2, ...]. */
export function moments({ shape, data }: HostArray): HostArray {
  const rest = shape.slice(1);
  const size = sizeOf(rest);
  const sums = new Float64Array(2 * size);
  data.forEach((x, i) => {
    const at = i % size;
    sums[at] = (sums[at] ?? 0) + x;
    sums[size + at] = (sums[size + at] ?? 0) + x * x;
  });
  return { shape: [2, ...rest], data: sums };
}

/**
 * (Σx² - (Σx)²/n)/n from the moments of n rows: [2, ...] → [...]. Double precision has the digits of squares of single
 * precision, so that little is lost where all x lie far from 0 and close together.
 */
export function variance({ shape, data }: HostArray, n: number): HostArray {
  const rest = shape.slice(1);
  const size = sizeOf(rest);
  const values = Array.from({ length: size }, (_, i) => {
    const mean = (data[i] ?? NaN) / n;
    return Math.max(0, (data[size + i] ?? NaN) / n - mean * mean);
  });
  return array(rest, values);
}
