/** The order of numbers, as NumPy has it: the smallest first, of equals the first, and what is no number last. */
import type { Sample, Tensor } from '../define.ts';
import { elements, tabulate } from './index-space.ts';

/** The places of the numbers in their order. */
export function inOrder(numbers: readonly number[]): readonly number[] {
  // Sorting is stable.
  return [...numbers.keys()].sort((a, b) => compared(numbers[a] ?? Number.NaN, numbers[b] ?? Number.NaN));
}

function compared(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a - b;
}

/** The tensor whose lines along the axis are what `of` makes of those of x. */
export function eachLine(x: Tensor, axis: number, of: (line: readonly number[]) => readonly number[]): Tensor {
  const n = x.shape[axis] ?? 1;
  const stride = elements(x.shape.slice(axis + 1));
  const lines = new Map<number, readonly number[]>();
  return tabulate(x.shape, (index, flat) => {
    const at = index[axis] ?? 0;
    const start = flat - at * stride;
    const made = lines.get(start) ?? of(Array.from({ length: n }, (_, i) => x.data[start + i * stride] ?? Number.NaN));
    lines.set(start, made);
    return made[at] ?? Number.NaN;
  });
}

export const sortSamples: readonly Sample[] = [
  { inputs: [{ shape: [7] }] },
  { name: 'of each example', inputs: [{ shape: ['B', 3, 5] }] },
  { name: 'a middle axis', inputs: [{ shape: ['B', 4, 3] }], attrs: { axis: 1 } },
  { name: 'the first axis', inputs: [{ shape: [5, 2] }], attrs: { axis: 0 } },
  { name: 'one number', inputs: [{ shape: ['B', 1] }] },
];
