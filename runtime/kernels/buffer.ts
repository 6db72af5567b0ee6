/** Memory of the device, and values as views of it. */
import { KernelError } from './error.ts';
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

/** A value: a buffer read row-major under a shape. */
export class View implements Value {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly buffer: Buffer;

  constructor(buffer: Buffer, shape: Shape) {
    this.shape = shape;
    this.dtype = buffer.dtype;
    this.buffer = buffer;
  }

  /** Throws if the value's memory went back. */
  check(kernel: string): void {
    if (this.buffer.released) {
      throw new KernelError(`${kernel} uses a value of shape ${show(this.shape)} whose memory was released`);
    }
  }
}

/** A value of its own memory. */
export const made = (shape: Shape, dtype: DType): View =>
  new View(new Buffer(sizeOf(shape), dtype, 'temporary'), [...shape]);

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
