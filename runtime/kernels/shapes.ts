/** Shapes of kernels' results: broadcasting, axes, reductions. */
import { KernelError } from './error.ts';
import { show } from './buffer.ts';
import type { Shape } from './k.ts';

/** NumPy's broadcasting, aligned at the last axis. */
export function broadcastShapes(kernel: string, shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((n) => n !== 1) ?? 1;
    if (sizes.some((n) => n !== 1 && n !== size)) {
      throw new KernelError(`${kernel}: shapes ${shapes.map(show).join(', ')} do not broadcast`);
    }
    return size;
  });
}

/** An axis counted from the start. */
export function axisOf(kernel: string, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    throw new KernelError(`${kernel}: axis ${axis} of a value of rank ${rank}`);
  }
  return positive;
}

/** Axes ascending, each once; all of them when left out. */
export function axesOf(kernel: string, axes: readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  return [...new Set(axes.map((axis) => axisOf(kernel, axis, rank)))].sort((a, b) => a - b);
}

/** What is left when axes are reduced. */
export function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): number[] {
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keepdims ? [1] : []) : [size]));
}

/** What is padded: [before, after] around each axis, and so many between its neighbours. */
export function paddedShape(
  shape: Shape,
  padding: readonly (readonly [number, number])[],
  between: readonly number[],
): number[] {
  const counts = [...padding.flat(), ...between];
  const fits = padding.length === shape.length && between.length === shape.length;
  if (!fits || !counts.every((n) => Number.isInteger(n) && n >= 0)) {
    const gaps = between.some((n) => n !== 0) ? `, between ${show(between)}` : '';
    throw new KernelError(`pad: ${show(shape)} by [${padding.map(show).join(', ')}]${gaps}`);
  }
  return shape.map((n, axis) => {
    const [before, after] = padding[axis] ?? [0, 0];
    return before + n + Math.max(0, n - 1) * (between[axis] ?? 0) + after;
  });
}
