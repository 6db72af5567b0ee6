/** tfjs's own kernels, on any of its backends. */
import type { KernelBackend } from '@tensorflow/tfjs-core';
import { Buffer, View, sizeOf, viewOf } from '../buffer.ts';
import type { Counters, Eager, Elements, InputSpecs, Kernels, Recorded } from '../device.ts';
import type { Ends } from '../ends.ts';
import { KernelError, afterEnd } from '../error.ts';
import type { DType, K, Shape, Value } from '../k.ts';
import { place } from '../place.ts';
import { recordProgram } from '../program.ts';
import type { Program } from '../program.ts';
import { Machine } from './machine.ts';
import { TfjsEager, TfjsRecorded } from './modes.ts';

export class TfjsKernels implements Kernels {
  readonly backend: string;
  readonly kernelSet = 'tfjs';
  /** tfjs allocates, and says nothing of how much. */
  readonly memoryLimit = Infinity;
  readonly #machine: Machine;
  readonly #arrange: (program: Program) => Program;
  readonly #lasting = new Set<Buffer>();
  readonly #held = new Set<{ dispose(): void }>();
  #disposed = false;

  constructor(name: string, backend: KernelBackend, arrange = place) {
    this.backend = name;
    this.#arrange = arrange;
    this.#machine = new Machine(name, backend);
  }

  allocate(shape: Shape, dtype: DType, elements?: ArrayLike<number>): Value {
    this.#checkAlive();
    const buffer = new Buffer(sizeOf(shape), dtype, 'lasting');
    this.#machine.write(buffer, shape, elements ?? new Float32Array(buffer.elements));
    this.#lasting.add(buffer);
    return new View(buffer, [...shape]);
  }

  write(value: Value, elements: ArrayLike<number>): void {
    const { buffer, shape } = viewOf(value, 'write');
    this.#machine.write(buffer, shape, elements);
  }

  async read(value: Value): Promise<Elements> {
    return this.#machine.read(viewOf(value, 'read'));
  }

  release(...values: readonly Value[]): void {
    // Everything went with the device.
    if (this.#disposed) return;
    for (const value of values) {
      const { buffer } = viewOf(value, 'release');
      if (!this.#lasting.delete(buffer)) throw new KernelError('release takes values of `allocate` alone');
      buffer.released = true;
      this.#machine.free(buffer);
    }
  }

  eager(ends?: Ends): Eager {
    this.#checkAlive();
    const eager = new TfjsEager(this.#machine, ends, () => this.#held.delete(eager));
    this.#held.add(eager);
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
    const recorded = new TfjsRecorded(this.#machine, this.#arrange(program), () => this.#held.delete(recorded));
    this.#held.add(recorded);
    return recorded;
  }

  counters(): Counters {
    return { ...this.#machine.held, arena: 0, dataIds: this.#machine.backend.numDataIds(), wasmMemory: 0 };
  }

  dispose(): void {
    this.#disposed = true;
    for (const held of [...this.#held]) held.dispose();
    for (const buffer of this.#lasting) buffer.released = true;
    this.#lasting.clear();
    this.#machine.dispose();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError(afterEnd);
  }
}
