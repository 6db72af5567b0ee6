/** A device whose values are places in memory: what lasts, and who runs on it. */
import { Buffer, View, checkCount, show, sizeOf, viewOf } from '../buffer.ts';
import type { Counters, Eager, Elements, InputSpecs, Kernels, Recorded } from '../device.ts';
import type { Ends } from '../ends.ts';
import { KernelError, afterEnd } from '../error.ts';
import type { DType, K, Shape, Value } from '../k.ts';
import { recordProgram } from '../program.ts';
import type { Program } from '../program.ts';
import { arranged } from '../share.ts';
import type { Heap } from './heap.ts';

/** Where the device keeps what lasts, and what is made line by line. */
export interface Owner<Place> {
  readonly heap: Heap<Place>;
  placeOf(buffer: Buffer): Place;
  /** The buffer lies there. */
  adopt(buffer: Buffer, place: Place): void;
  forget(buffer: Buffer): void;
}

export abstract class MemoryKernels<Place> implements Kernels, Owner<Place> {
  abstract readonly backend: string;
  abstract readonly kernelSet: Kernels['kernelSet'];
  abstract readonly memoryLimit: number;
  abstract readonly heap: Heap<Place>;
  protected readonly programs = new Set<Recorded>();
  readonly #arrange: (program: Program) => Program;
  readonly #places = new Map<Buffer, Place>();
  readonly #lasting = new Set<Buffer>();
  readonly #eagers = new Set<Eager>();
  #disposed = false;

  constructor(arrange = arranged) {
    this.#arrange = arrange;
  }

  protected abstract eagerly(ends: Ends | undefined, onDispose: () => void): Eager;
  protected abstract recorded(program: Program, onDispose: () => void): Promise<Recorded>;
  abstract counters(): Counters;

  allocate(shape: Shape, dtype: DType, elements?: ArrayLike<number>): Value {
    this.#checkAlive();
    const buffer = new Buffer(sizeOf(shape), dtype, 'lasting');
    checkCount(buffer, elements);
    this.adopt(buffer, this.heap.allocate(4 * buffer.elements, `a value of shape ${show(shape)}`));
    this.#lasting.add(buffer);
    this.#put(buffer, elements);
    return new View(buffer, [...shape]);
  }

  write(value: Value, elements: ArrayLike<number>): void {
    const { buffer } = viewOf(value, 'write');
    checkCount(buffer, elements);
    this.#put(buffer, elements);
  }

  async read(value: Value): Promise<Elements> {
    const { buffer } = viewOf(value, 'read');
    return this.heap.get(this.placeOf(buffer), buffer.elements, buffer.dtype);
  }

  release(...values: readonly Value[]): void {
    // Everything went with the device.
    if (this.#disposed) return;
    for (const value of values) {
      const { buffer } = viewOf(value, 'release');
      if (!this.#lasting.delete(buffer)) throw new KernelError('release takes values of `allocate` alone');
      this.#end(buffer);
    }
  }

  eager(ends?: Ends): Eager {
    this.#checkAlive();
    const eager = this.eagerly(ends, () => this.#eagers.delete(eager));
    this.#eagers.add(eager);
    return eager;
  }

  async record<const I extends InputSpecs, const O extends Readonly<Record<string, Value>>>(
    name: string,
    inputs: I,
    build: (k: K, inputs: { readonly [Name in keyof I]: Value }) => O,
  ): Promise<Recorded<keyof I & string, keyof O & string>> {
    this.#checkAlive();
    return this.ready(recordProgram(name, inputs, build));
  }

  async ready(program: Program): Promise<Recorded> {
    this.#checkAlive();
    const recorded = await this.recorded(this.#arrange(program), () => this.programs.delete(recorded));
    if (this.#disposed) recorded.dispose();
    this.#checkAlive();
    this.programs.add(recorded);
    return recorded;
  }

  dispose(): void {
    this.#disposed = true;
    for (const held of [...this.programs, ...this.#eagers]) held.dispose();
    for (const buffer of this.#lasting) this.#end(buffer);
    this.#lasting.clear();
  }

  placeOf(buffer: Buffer): Place {
    const place = this.#places.get(buffer);
    if (place === undefined) throw new KernelError('a value whose memory was released, or of another device');
    return place;
  }

  adopt(buffer: Buffer, place: Place): void {
    this.#places.set(buffer, place);
  }

  forget(buffer: Buffer): void {
    this.#places.delete(buffer);
  }

  #end(buffer: Buffer): void {
    buffer.released = true;
    this.heap.free(this.placeOf(buffer));
    this.forget(buffer);
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError(afterEnd);
  }

  #put(buffer: Buffer, elements: ArrayLike<number> | undefined): void {
    this.heap.put(this.placeOf(buffer), elements, buffer.elements, buffer.dtype);
  }
}
