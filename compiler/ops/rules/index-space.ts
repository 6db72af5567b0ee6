/** The index space of the reference semantics: a tensor as a function of its index. */
import type { Shape } from '../../ir/types.ts';
import type { Tensor } from '../define.ts';

/** A shape with the batch size filled in. */
export function concrete(shape: Shape, batch: number): readonly number[] {
  return shape.map((size) => (size === 'B' ? batch : size));
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function scalar(value: number): Tensor {
  return { shape: [], data: Float64Array.of(value) };
}

/** The tensor whose element at each index is f(index). The index is one array that changes: copy it to keep it. */
export function tabulate(shape: readonly number[], f: (index: readonly number[], flat: number) => number): Tensor {
  const data = new Float64Array(elements(shape));
  const index: number[] = shape.map(() => 0);
  for (let flat = 0; flat < data.length; flat++) {
    data[flat] = f(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      index[axis] = next < (shape[axis] ?? 0) ? next : 0;
      if (index[axis] !== 0) break;
    }
  }
  return { shape, data };
}

/** Calls f for each index in row-major order. */
export function forEachIndex(shape: readonly number[], f: (index: readonly number[], flat: number) => void): void {
  tabulate(shape, (index, flat) => {
    f(index, flat);
    return 0;
  });
}

/** The element at an index, which may have more axes in front; an axis of size 1 answers at every position. */
export function read(x: Tensor, index: readonly number[]): number {
  return element(x, offset(x.shape, index));
}

/** One position along the first axis: a view. */
export function position({ shape: [, ...inner], data }: Tensor, at: number): Tensor {
  const size = elements(inner);
  return { shape: inner, data: data.subarray(at * size, (at + 1) * size) };
}

/** The element at a row-major position. */
export function element(x: Tensor, flat: number): number {
  return x.data[flat] ?? Number.NaN;
}

/** The row-major position of an index, aligned at the right, axes of size 1 at their only position. */
export function offset(shape: readonly number[], index: readonly number[]): number {
  const lead = index.length - shape.length;
  let position = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis] ?? 1;
    position = position * size + (size === 1 ? 0 : (index[lead + axis] ?? 0));
  }
  return position;
}
