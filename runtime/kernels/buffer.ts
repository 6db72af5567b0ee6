/** Memory of the device, and values as views of it. */
import { KernelError } from './error.ts';
import { isPacked, stridesOf } from './layout.ts';
import type { Layout, Strides } from './layout.ts';
import type { DType, Shape, Value } from './k.ts';

export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

/**
 * `lasting`: parameters, slots, batches; until their owner releases them. `temporary`: made by a kernel, for one run, or
 * for one turn of a scan. `part`: a position of another value, for the turn that is there.
 */
export type Lifetime = 'lasting' | 'temporary' | 'part';

/** Elements in a row somewhere on the device: the device knows where. */
export class Buffer {
  readonly elements: number;
  readonly dtype: DType;
  readonly lifetime: Lifetime;
  /** Whether its memory went back, or the turn that recorded it is over. */
  released = false;

  constructor(elements: number, dtype: DType, lifetime: Lifetime) {
    this.elements = elements;
    this.dtype = dtype;
    this.lifetime = lifetime;
  }
}

/** A value: elements of a buffer under a shape, all of them row-major unless more is said. */
export class View implements Value, Layout {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly buffer: Buffer;
  readonly offset: number;
  readonly strides: Strides;

  constructor(buffer: Buffer, shape: Shape, { offset, strides }: Omit<Layout, 'shape'> = packed(shape)) {
    this.shape = shape;
    this.dtype = buffer.dtype;
    this.buffer = buffer;
    this.offset = offset;
    this.strides = strides;
  }

  /** Whether it is all of its buffer, row-major. */
  get isWhole(): boolean {
    return this.offset === 0 && sizeOf(this.shape) === this.buffer.elements && isPacked(this);
  }

  /** Throws if the value's memory went back. */
  check(kernel: string): void {
    if (this.buffer.released) {
      throw new KernelError(`${kernel} uses a value of shape ${show(this.shape)} whose memory was released`);
    }
  }
}

const packed = (shape: Shape): Omit<Layout, 'shape'> => ({ offset: 0, strides: stridesOf(shape) });

/** A value of its own memory. */
export const made = (shape: Shape, dtype: DType): View =>
  new View(new Buffer(sizeOf(shape), dtype, 'temporary'), [...shape]);

/** A value of memory that lasts, on no device: for what is recorded without one. */
export const lasting = (shape: Shape, dtype: DType): View =>
  new View(new Buffer(sizeOf(shape), dtype, 'lasting'), shape);

/** Throws unless there is one element for each place. */
export function checkCount({ elements: places }: Buffer, elements: ArrayLike<number> | undefined): void {
  if (elements !== undefined && elements.length !== places) {
    throw new KernelError(`${elements.length} elements for a value of ${places}`);
  }
}

export const show = (shape: Shape): string => `[${shape.join(', ')}]`;

/** The view behind a value. */
export function viewOf(value: Value, kernel: string): View {
  if (!(value instanceof View)) throw new KernelError(`${kernel} takes values of this device alone`);
  value.check(kernel);
  return value;
}
