/** `k` on wasm, line by line: the kernels of the recorded program, each called alone. */
import type { Ends } from '../ends.ts';
import { KernelError } from '../error.ts';
import type { KernelCall } from '../instruction.ts';
import { MemoryEager } from '../memory/eager.ts';
import { exported, kernelModule } from './compile.ts';
import type { WasmFunction } from './compile.ts';
import { stagesOf } from './kernel.ts';
import type { Argument, Kernel } from './kernel.ts';
import { kernelOf, signature } from './kernels.ts';
import type { WasmOwner } from './recorded.ts';

export class WasmEager extends MemoryEager<number> {
  readonly #owner: WasmOwner;
  /** Addresses of the host's numbers. */
  readonly #numbers = new Map<string, number>();
  readonly #random: number;

  constructor(owner: WasmOwner, ends: Ends | undefined, onDispose: () => void) {
    super(owner, ends, onDispose);
    this.#owner = owner;
    this.#random = owner.heap.allocate(8);
    owner.heap.at(this.#random, 2, 'int32').fill(0);
  }

  setScalar(name: string, value: number): void {
    this.checkAlive();
    const { heap } = this.#owner;
    const address = this.#numbers.get(name) ?? heap.allocate(4);
    this.#numbers.set(name, address);
    heap.at(address, 1, 'float32')[0] = value;
  }

  setSeed(seed: number): void {
    this.checkAlive();
    this.#owner.heap.at(this.#random, 2, 'int32')[0] = seed | 0;
  }

  setCounter(microBatches: number): void {
    this.checkAlive();
    this.#owner.heap.at(this.#random, 2, 'int32')[1] = microBatches | 0;
  }

  protected close(): void {
    for (const address of this.#numbers.values()) this.#owner.heap.free(address);
    this.#numbers.clear();
    this.#owner.heap.free(this.#random);
  }

  protected run(call: KernelCall): void {
    const { heap, relaxed, device, order } = this.#owner;
    const kernel = kernelOf(call, relaxed);
    const stages = device.alone.of(signature(call, relaxed), () => this.#compile(kernel));
    const scratch: number[] = [];
    try {
      const addresses = kernel.parameters.map((argument) => this.#address(argument, scratch));
      for (const stage of stages) {
        const workers = order();
        for (const worker of workers) stage(...addresses, worker, workers.length);
      }
    } finally {
      scratch.forEach((address) => heap.free(address));
    }
  }

  #compile(kernel: Kernel): readonly WasmFunction[] {
    const { heap } = this.#owner;
    const module = new WebAssembly.Module(kernelModule(kernel, heap.shared));
    const instance = new WebAssembly.Instance(module, { env: { memory: heap.memory } });
    return stagesOf(kernel).map((_, i) => exported(instance, `stage${i}`));
  }

  #address(argument: Argument, scratch: number[]): number {
    switch (argument.kind) {
      case 'view':
        return this.#owner.placeOf(argument.view.buffer) + 4 * argument.view.offset;
      case 'scalar': {
        const address = this.#numbers.get(argument.name);
        if (address === undefined) throw new KernelError(`the number ${argument.name} was never set`);
        return address;
      }
      case 'partial':
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
