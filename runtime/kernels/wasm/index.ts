/** Our own kernels on wasm, in tfjs's heap. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Buffer, View, checkCount, show, sizeOf, viewOf } from '../buffer.ts';
import type { Counters, Eager, Elements, InputSpecs, Kernels, Recorded } from '../device.ts';
import type { Ends } from '../ends.ts';
import { KernelError, afterEnd } from '../error.ts';
import type { DType, K, Shape, Value } from '../k.ts';
import { arranged } from '../share.ts';
import { recordProgram } from '../program.ts';
import type { Program } from '../program.ts';
import { Device } from './device.ts';
import { WasmEager } from './eager.ts';
import { heapLimit } from './heap.ts';
import type { Heap } from './heap.ts';
import { WasmRecorded } from './recorded.ts';
import type { Owner } from './recorded.ts';

const one = [0];
const oneAlone = (): readonly number[] => one;

export class WasmKernels implements Kernels, Owner {
  readonly backend = 'wasm';
  readonly kernelSet: 'simd' | 'relaxed';
  readonly device: Device;
  readonly heap: Heap;
  readonly relaxed: boolean;
  readonly order: () => readonly number[];
  readonly memoryLimit = heapLimit;
  readonly #tfjs: BackendWasm;
  readonly #arrange: (program: Program) => Program;
  readonly #addresses = new Map<Buffer, number>();
  readonly #lasting = new Set<Buffer>();
  readonly #programs = new Set<WasmRecorded>();
  readonly #eagers = new Set<Eager>();
  #disposed = false;

  constructor(tfjs: BackendWasm, kernelSet: 'simd' | 'relaxed', arrange = arranged, order = oneAlone) {
    this.#tfjs = tfjs;
    this.#arrange = arrange;
    this.order = order;
    this.kernelSet = kernelSet;
    this.relaxed = kernelSet === 'relaxed';
    this.device = Device.of(tfjs);
    this.heap = this.device.account();
  }

  allocate(shape: Shape, dtype: DType, elements?: ArrayLike<number>): Value {
    this.#checkAlive();
    const buffer = new Buffer(sizeOf(shape), dtype, 'lasting');
    checkCount(buffer, elements);
    this.adopt(buffer, this.heap.allocate(4 * buffer.elements, `a value of shape ${show(shape)}`));
    this.#lasting.add(buffer);
    const value = new View(buffer, [...shape]);
    if (elements === undefined) this.#at(value).fill(0);
    else this.#at(value).set(elements);
    return value;
  }

  write(value: Value, elements: ArrayLike<number>): void {
    const view = viewOf(value, 'write');
    checkCount(view.buffer, elements);
    this.#at(view).set(elements);
  }

  async read(value: Value): Promise<Elements> {
    return this.#at(viewOf(value, 'read')).slice();
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
    const eager = new WasmEager(this, ends, () => this.#eagers.delete(eager));
    this.#eagers.add(eager);
    return eager;
  }

  async record<const I extends InputSpecs, const O extends Readonly<Record<string, Value>>>(
    name: string,
    inputs: I,
    build: (k: K, inputs: { readonly [Name in keyof I]: Value }) => O,
  ): Promise<Recorded<keyof I & string, keyof O & string>> {
    this.#checkAlive();
    const program = this.#arrange(recordProgram(name, inputs, build));
    const recorded = await WasmRecorded.create(this, program, () => this.#programs.delete(recorded));
    if (this.#disposed) recorded.dispose();
    this.#checkAlive();
    this.#programs.add(recorded);
    return recorded;
  }

  counters(): Counters {
    // Who has no program has no part in the arena.
    const arena = this.#programs.size === 0 ? 0 : this.device.arena.bytes;
    return {
      bytes: this.heap.bytes + arena,
      allocations: this.heap.allocations + (arena === 0 ? 0 : 1),
      arena,
      dataIds: this.#tfjs.numDataIds(),
      wasmMemory: this.heap.memory.buffer.byteLength,
    };
  }

  dispose(): void {
    this.#disposed = true;
    for (const held of [...this.#programs, ...this.#eagers]) held.dispose();
    for (const buffer of this.#lasting) this.#end(buffer);
    this.#lasting.clear();
  }

  addressOf(buffer: Buffer): number {
    const address = this.#addresses.get(buffer);
    if (address === undefined) throw new KernelError('a value whose memory was released, or of another device');
    return address;
  }

  adopt(buffer: Buffer, address: number): void {
    this.#addresses.set(buffer, address);
  }

  forget(buffer: Buffer): void {
    this.#addresses.delete(buffer);
  }

  #end(buffer: Buffer): void {
    buffer.released = true;
    this.heap.free(this.addressOf(buffer));
    this.forget(buffer);
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError(afterEnd);
  }

  #at(view: View): Elements {
    return this.heap.at(this.addressOf(view.buffer), view.buffer.elements, view.dtype);
  }
}

export { hasRelaxedSimd } from './relaxed.ts';
