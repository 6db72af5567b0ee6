/** Tensors at the edge of the runtime: what callers hand in, and what they are given. */
import type { Elements } from '../kernels/device.ts';

/** A tensor on the host: its shape and its elements, row-major. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Elements;
}

/** What a tf.Tensor is to the runtime. */
export interface TensorHandle {
  readonly shape: readonly number[];
  data(): Promise<ArrayLike<number>>;
}

/** One value of a batch: a typed array or plain numbers, row-major with the batch on the first axis, or a tf.Tensor. */
export type TensorLike = Float32Array | Float64Array | Int32Array | Uint8Array | readonly number[] | TensorHandle;

export const isHandle = (value: TensorLike): value is TensorHandle =>
  !Array.isArray(value) && 'data' in value && typeof value.data === 'function';

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);
