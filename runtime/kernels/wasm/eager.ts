/** `k` on wasm, line by line: the kernels of the recorded program, each called alone. */
import { viewOf } from '../buffer.ts';
import type { Buffer } from '../buffer.ts';
import type { Eager } from '../device.ts';
import { KernelError } from '../error.ts';
import { FrontEnd } from '../front.ts';
import { makes } from '../instruction.ts';
import type { Instruction } from '../instruction.ts';
import type { K, Value } from '../k.ts';
import { exported, kernelModule } from './compile.ts';
import type { WasmFunction } from './compile.ts';
import type { Argument } from './kernel.ts';
import { kernelOf, signature } from './kernels.ts';
import type { Owner } from './recorded.ts';
import { callText } from '../room.ts';

/** Compiled kernels by their signatures. */
export type KernelCache = Map<string, WasmFunction>;

export class WasmEager implements Eager {
  readonly k: K;
  readonly #owner: Owner;
  readonly #cache: KernelCache;
  #made: Buffer[] = [];
  /** Addresses of the host's numbers. */
  readonly #numbers = new Map<string, number>();
  readonly #random: number;
  readonly #onDispose: () => void;
  #disposed = false;

  constructor(owner: Owner, cache: KernelCache, onDispose: () => void) {
    this.#onDispose = onDispose;
    this.#owner = owner;
    this.#cache = cache;
    this.#random = owner.heap.allocate(8);
    owner.heap.at(this.#random, 2, 'int32').fill(0);
    this.k = new FrontEnd((instruction) => this.#execute(instruction));
  }

  setScalar(name: string, value: number): void {
    this.#checkAlive();
    const { heap } = this.#owner;
    const address = this.#numbers.get(name) ?? heap.allocate(4);
    this.#numbers.set(name, address);
    heap.at(address, 1, 'float32')[0] = value;
  }

  setScalars(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.setScalar(name, value);
  }

  setSeed(seed: number): void {
    this.#checkAlive();
    this.#owner.heap.at(this.#random, 2, 'int32')[0] = seed | 0;
  }

  setCounter(microBatches: number): void {
    this.#checkAlive();
    this.#owner.heap.at(this.#random, 2, 'int32')[1] = microBatches | 0;
  }

  keep(values: readonly Value[]): void {
    const kept = new Set(values.map((value) => viewOf(value, 'keep').buffer));
    for (const buffer of this.#made.filter((buffer) => !kept.has(buffer))) {
      this.#owner.heap.free(this.#owner.addressOf(buffer));
      this.#owner.forget(buffer);
    }
    this.#made = this.#made.filter((buffer) => kept.has(buffer));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.keep([]);
    for (const address of this.#numbers.values()) this.#owner.heap.free(address);
    this.#numbers.clear();
    this.#owner.heap.free(this.#random);
    this.#onDispose();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError('this `k` was disposed of');
  }

  #execute(instruction: Instruction): void {
    this.#checkAlive();
    const { heap, relaxed } = this.#owner;
    for (const buffer of makes(instruction)) {
      this.#owner.adopt(buffer, heap.allocate(4 * buffer.elements, callText(instruction)));
      this.#made.push(buffer);
    }
    const kernel = kernelOf(instruction, relaxed);
    const text = signature(instruction);
    const fn = this.#cache.get(text) ?? this.#compile(kernelModule(kernel, heap.shared));
    this.#cache.set(text, fn);
    const scratch: number[] = [];
    try {
      fn(...kernel.parameters.map((argument) => this.#address(argument, scratch)));
    } finally {
      scratch.forEach((address) => heap.free(address));
    }
  }

  #compile(bytecode: Uint8Array<ArrayBuffer>): WasmFunction {
    const module = new WebAssembly.Module(bytecode);
    return exported(new WebAssembly.Instance(module, { env: { memory: this.#owner.heap.memory } }), 'kernel');
  }

  #address(argument: Argument, scratch: number[]): number {
    switch (argument.kind) {
      case 'view':
        return this.#owner.addressOf(argument.view.buffer);
      case 'scalar': {
        const address = this.#numbers.get(argument.name);
        if (address === undefined) throw new KernelError(`the number ${argument.name} was never set`);
        return address;
      }
      case 'scratch': {
        const address = this.#owner.heap.allocate(argument.bytes);
        scratch.push(address);
        return address;
      }
      case 'random':
        return this.#random;
    }
  }
}
