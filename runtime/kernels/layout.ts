/** Where the elements of a value lie: strides, axes, and views of views. */
import type { Shape } from './k.ts';

/** Elements from one index of each axis to the next; 0 where one element stands for all. */
export type Strides = readonly number[];

/** A shape somewhere in memory. */
export interface Layout {
  readonly shape: Shape;
  /** The place of the first element. */
  readonly offset: number;
  readonly strides: Strides;
}

/** One axis: its size and, for each operand, the elements from one index to the next (0 where it is repeated). */
export interface Axis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** Of a row-major array without gaps. */
export function stridesOf(shape: Shape): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const size of [...shape].reverse()) {
    strides.unshift(stride);
    stride *= size;
  }
  return strides;
}

/** Read under a shape that it broadcasts to: 0 where it is repeated. */
export function broadcastStrides({ shape, strides }: Pick<Layout, 'shape' | 'strides'>, to: Shape): number[] {
  const lead = to.length - shape.length;
  return to.map((_, axis) => ((shape[axis - lead] ?? 1) === 1 ? 0 : (strides[axis - lead] ?? 0)));
}

/** Whether its elements lie row-major without gaps, wherever that begins. */
export function isPacked({ shape, strides }: Pick<Layout, 'shape' | 'strides'>): boolean {
  if (shape.includes(0)) return true;
  const packed = stridesOf(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === packed[axis]);
}

/** Axes of a shape with the strides of several operands. */
export const axesFrom = (shape: Shape, strides: readonly Strides[]): Axis[] =>
  shape.map((size, axis) => ({ size, strides: strides.map((of) => of[axis] ?? 0) }));

/** The same order of elements in as few axes as possible; axes of size 1 vanish. */
export function collapse(axes: readonly Axis[]): Axis[] {
  const result: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const outer = result.at(-1);
    if (outer !== undefined && outer.strides.every((stride, i) => stride === (axis.strides[i] ?? 0) * axis.size)) {
      result[result.length - 1] = { size: outer.size * axis.size, strides: axis.strides };
    } else {
      result.push(axis);
    }
  }
  return result;
}

/** Size `shape[i]` from `begin[i]` on each axis. */
export const sliced = ({ offset, strides }: Layout, begin: readonly number[], shape: Shape): Layout => ({
  shape,
  offset: strides.reduce((sum, stride, axis) => sum + stride * (begin[axis] ?? 0), offset),
  strides,
});

export const transposed = ({ shape, offset, strides }: Layout, permutation: readonly number[]): Layout => ({
  shape: permutation.map((axis) => shape[axis] ?? 1),
  offset,
  strides: permutation.map((axis) => strides[axis] ?? 0),
});

export const repeated = (x: Layout, shape: Shape): Layout => ({
  shape,
  offset: x.offset,
  strides: broadcastStrides(x, shape),
});

/** The same elements in the same order under another shape; undefined where no strides say that. */
export function reshaped(x: Layout, shape: Shape): Layout | undefined {
  const { offset } = x;
  if (isPacked(x)) return { shape, offset, strides: stridesOf(shape) };
  const runs = collapse(axesFrom(x.shape, [x.strides]));
  const strides: number[] = [];
  let { size: left, stride } = { size: 1, stride: 1 };
  for (const size of [...shape].reverse()) {
    if (size !== 1 && left === 1) {
      const run = runs.pop();
      left = run?.size ?? 1;
      stride = run?.strides[0] ?? 0;
    }
    if (left % size !== 0) return undefined;
    strides.unshift(stride);
    stride *= size;
    left /= size;
  }
  return { shape, offset, strides };
}
