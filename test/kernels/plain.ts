/** Arrays and kernels in plain JavaScript, in double precision: what the tests compare with. */
import type { Value } from '../../runtime/kernels/k.ts';

export interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Numbers in [−1, 1) that look random, in single precision. */
export function random(shape: readonly number[], seed: number): Plain {
  const data = Array.from({ length: size(shape) }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return Math.fround(2 * (x - Math.floor(x)) - 1);
  });
  return { shape, data };
}

/** All indices of a shape, row-major. */
export function indices(shape: readonly number[]): number[][] {
  return Array.from({ length: size(shape) }, (_, flat) => {
    const index: number[] = [];
    let rest = flat;
    for (const n of [...shape].reverse()) {
      index.unshift(rest % n);
      rest = Math.floor(rest / n);
    }
    return index;
  });
}

/** The element at an index, which broadcasts: axes of size 1 repeat, missing leading axes too. */
export function at(x: Plain, index: readonly number[]): number {
  const own = index.slice(index.length - x.shape.length);
  let flat = 0;
  x.shape.forEach((n, axis) => (flat = flat * n + (n === 1 ? 0 : (own[axis] ?? 0))));
  return x.data[flat] ?? NaN;
}

export const make = (shape: readonly number[], value: (index: readonly number[]) => number): Plain => ({
  shape,
  data: indices(shape).map(value),
});

export function matmul(
  a: Plain,
  b: Plain,
  lead: readonly number[],
  m: number,
  n: number,
  k: number,
  tA = false,
  tB = false,
): Plain {
  return make([...lead, m, n], (index) => {
    const batch = index.slice(0, -2);
    const [i = 0, j = 0] = index.slice(-2);
    let sum = 0;
    for (let q = 0; q < k; q++) {
      sum += at(a, [...batch, ...(tA ? [q, i] : [i, q])]) * at(b, [...batch, ...(tB ? [j, q] : [q, j])]);
    }
    return sum;
  });
}

export function reduce(
  x: Plain,
  axes: readonly number[],
  keepdims: boolean,
  join: (a: number, b: number) => number,
  start: number,
): Plain {
  const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  const data = Array.from({ length: size(kept) }, () => start);
  const strides = kept.map((n, axis) => (n === 1 ? 0 : size(kept.slice(axis + 1))));
  Array.from(x.data).forEach((value, flat) => {
    let [rest, to] = [flat, 0];
    for (let axis = x.shape.length - 1; axis >= 0; axis--) {
      const n = x.shape[axis] ?? 1;
      to += (rest % n) * (strides[axis] ?? 0);
      rest = Math.floor(rest / n);
    }
    data[to] = join(data[to] ?? NaN, value);
  });
  return { shape: keepdims ? kept : x.shape.filter((_, axis) => !axes.includes(axis)), data };
}

/** ‖a − b‖ over ‖b‖, or over 1 if b is small. NaN and infinities must stand in the same places. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    const [x = NaN, y = NaN] = [a[i], b[i]];
    if (Object.is(x, y) || x === y) {
      norm += Number.isFinite(y) ? y * y : 0;
      continue;
    }
    if (!Number.isFinite(x) || !Number.isFinite(y)) return Infinity;
    difference += (x - y) ** 2;
    norm += y * y;
  }
  return Math.sqrt(difference) / Math.max(1, Math.sqrt(norm));
}

export type Upload = (x: Plain, dtype?: 'float32' | 'int32') => Value;
