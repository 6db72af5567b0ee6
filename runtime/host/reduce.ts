/** Reductions of the host: sums, extremes and their places along axes. */
import { axisOf, from, sizeOf, strides } from './array.ts';
import type { HostArray, HostValue } from './array.ts';
import { add, exp, log, sub } from './elementwise.ts';

export interface ReduceOptions {
  /** All axes when left out. */
  readonly axis?: readonly number[];
  readonly keepdims?: boolean;
}

/** Folds the elements that share all other axes, in row-major order. */
function fold(x: HostValue, options: ReduceOptions, start: number, step: (a: number, b: number) => number): HostArray {
  const source = from(x);
  const rank = source.shape.length;
  const gone = new Set((options.axis ?? source.shape.map((_, i) => i)).map((axis) => axisOf(axis, rank)));
  const kept = source.shape.map((size, axis) => (gone.has(axis) ? 1 : size));
  const outer = strides(kept);
  const inner = strides(source.shape);
  const data = new Float64Array(sizeOf(kept)).fill(start);
  source.data.forEach((value, i) => {
    let at = 0;
    source.shape.forEach((size, axis) => {
      if (!gone.has(axis)) at += (Math.floor(i / (inner[axis] ?? 1)) % size) * (outer[axis] ?? 0);
    });
    data[at] = step(data[at] ?? start, value);
  });
  return { shape: options.keepdims === true ? kept : source.shape.filter((_, axis) => !gone.has(axis)), data };
}

export const sum = (x: HostValue, options: ReduceOptions = {}): HostArray => fold(x, options, 0, (a, b) => a + b);
export const max = (x: HostValue, options: ReduceOptions = {}): HostArray => fold(x, options, -Infinity, Math.max);
export const min = (x: HostValue, options: ReduceOptions = {}): HostArray => fold(x, options, Infinity, Math.min);

export function mean(x: HostValue, options: ReduceOptions = {}): HostArray {
  const total = sum(x, options);
  const count = from(x).data.length / total.data.length;
  return { shape: total.shape, data: total.data.map((value) => value / count) };
}

/** log Σ e^x, with the greatest taken out so that nothing overflows. */
export function logsumexp(x: HostValue, options: ReduceOptions = {}): HostArray {
  const peak = max(x, { ...options, keepdims: true });
  return add(max(x, options), log(sum(exp(sub(x, peak)), options)));
}

/** √Σ x². */
export function norm(x: HostValue, options: ReduceOptions = {}): HostArray {
  const squares = fold(x, options, 0, (a, b) => a + b * b);
  return { shape: squares.shape, data: squares.data.map(Math.sqrt) };
}

function place(x: HostValue, axis: number, better: (value: number, best: number) => boolean): HostArray {
  const source = from(x);
  const along = axisOf(axis, source.shape.length);
  const count = source.shape[along] ?? 1;
  const step = strides(source.shape)[along] ?? 1;
  const shape = source.shape.filter((_, i) => i !== along);
  const data = new Float64Array(sizeOf(shape));
  data.forEach((_, i) => {
    const first = Math.floor(i / step) * step * count + (i % step);
    let best = 0;
    for (let j = 1; j < count; j++) {
      if (better(source.data[first + j * step] ?? NaN, source.data[first + best * step] ?? NaN)) best = j;
    }
    data[i] = best;
  });
  return { shape, data };
}

/** The index of the greatest along the axis, the first of equals. */
export const argmax = (x: HostValue, axis: number): HostArray => place(x, axis, (value, best) => value > best);
export const argmin = (x: HostValue, axis: number): HostArray => place(x, axis, (value, best) => value < best);
