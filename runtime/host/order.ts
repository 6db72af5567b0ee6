/** Functions of the host that go along an axis in order: sums so far, and the order of the numbers. */
import { axisOf, from, strides } from './array.ts';
import type { HostArray, HostValue } from './array.ts';

/** Every line along the axis, as the places of its elements. */
function lines({ shape }: HostArray, axis: number): readonly (readonly number[])[] {
  const along = axisOf(axis, shape.length);
  const count = shape[along] ?? 1;
  const step = strides(shape)[along] ?? 1;
  const all = shape.reduce((product, size) => product * size, 1) / Math.max(1, count);
  return Array.from({ length: all }, (_, i) => {
    const first = Math.floor(i / step) * step * count + (i % step);
    return Array.from({ length: count }, (_each, j) => first + j * step);
  });
}

/** Sums along the axis of all up to each place; with `reverse` from the end. */
export function cumsum(
  x: HostValue,
  axis: number,
  { reverse = false }: { readonly reverse?: boolean } = {},
): HostArray {
  const source = from(x);
  const data = new Float64Array(source.data.length);
  for (const line of lines(source, axis)) {
    let sum = 0;
    for (const at of reverse ? line.toReversed() : line) {
      sum += source.data[at] ?? NaN;
      data[at] = sum;
    }
  }
  return { shape: source.shape, data };
}

/** The indices along the axis in the order of the numbers there, the smallest first; of equals the first. */
export function argsort(x: HostValue, axis: number): HostArray {
  const source = from(x);
  const data = new Float64Array(source.data.length);
  for (const line of lines(source, axis)) {
    const value = (i: number): number => source.data[line[i] ?? 0] ?? NaN;
    const compared = (a: number, b: number): number =>
      Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : a === b ? 0 : a - b;
    const order = [...line.keys()].sort((i, j) => compared(value(i), value(j)));
    line.forEach((at, place) => (data[at] = order[place] ?? NaN));
  }
  return { shape: source.shape, data };
}
