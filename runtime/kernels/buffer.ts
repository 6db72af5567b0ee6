/** Memory of the device and values as views of it, with the rules of their lives. */
import { KernelError } from './error.ts';
import type { DType, Shape, Value } from './k.ts';

export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

/**
 * `lasting`: parameters, slots, batches; never freed by `k`. `temporary`: made by a kernel, until its last view is freed.
 */
export type Lifetime = 'lasting' | 'temporary';

/** Elements in a row somewhere on the device: the device knows where. */
export class Buffer {
  readonly elements: number;
  readonly dtype: DType;
  readonly lifetime: Lifetime;
  /** Views that nobody freed. */
  views = 0;
  /** Times that it was overwritten in place; views of before are stale. */
  version = 0;
  /** Whether its memory went back. */
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
  readonly #version: number;
  #freed = false;

  constructor(buffer: Buffer, shape: Shape) {
    this.shape = shape;
    this.dtype = buffer.dtype;
    this.buffer = buffer;
    this.#version = buffer.version;
    buffer.views++;
  }

  /** Throws if the value's life is over. */
  check(kernel: string): void {
    if (this.buffer.released) {
      throw new KernelError(`${kernel} uses a value of shape ${show(this.shape)} whose memory was released`);
    }
    if (this.#freed) throw new KernelError(`${kernel} uses a value of shape ${show(this.shape)} that was freed`);
    if (this.buffer.lifetime === 'temporary' && this.#version !== this.buffer.version) {
      throw new KernelError(`${kernel} uses a value of shape ${show(this.shape)} that was overwritten`);
    }
  }

  /** Ends the life; true if the buffer's ends with it. */
  end(): boolean {
    this.#freed = true;
    this.buffer.views--;
    return this.buffer.views === 0;
  }
}

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
