/** `k` on wasm, line by line: the kernels of the recorded program, each called alone. */
import { Buffer, View, made, show, sizeOf } from '../buffer.ts';
import type { Eager } from '../device.ts';
import { Lines } from '../ends.ts';
import type { Ends } from '../ends.ts';
import { KernelError } from '../error.ts';
import { FrontEnd } from '../front.ts';
import { makes } from '../instruction.ts';
import type { KernelCall } from '../instruction.ts';
import type { K, Shape } from '../k.ts';
import { Made } from '../made.ts';
import type { Turns } from '../scan.ts';
import { exported, kernelModule } from './compile.ts';
import type { WasmFunction } from './compile.ts';
import { stagesOf } from './kernel.ts';
import type { Argument, Kernel } from './kernel.ts';
import { kernelOf, signature } from './kernels.ts';
import type { Owner } from './recorded.ts';
import { callText } from '../room.ts';

export class WasmEager implements Eager {
  readonly k: K;
  readonly #owner: Owner;
  readonly #made = new Made((buffer) => this.#free(buffer));
  /** Addresses of the host's numbers. */
  readonly #numbers = new Map<string, number>();
  readonly #random: number;
  readonly #onDispose: () => void;
  /** Positions are places in a value: nothing moves. */
  readonly #turns: Turns = {
    position: ({ shape: [, ...rest], buffer }, at) => this.#part(buffer, rest, at),
    stack: (steps, shape, dtype) => {
      const out = made([steps, ...shape], dtype);
      this.#begin(out.buffer, `k.scan → ${show(out.shape)}`);
      const put = (x: View, at: number) => this.#execute({ kind: 'store', x, out: this.#part(out.buffer, shape, at) });
      return { put, held: [out], finish: () => out };
    },
    mark: () => this.#made.count,
    since: (mark) => this.#made.since(mark),
    end: this.#made.end,
    keep: (values, since) => this.#made.keep(values, since),
  };
  #disposed = false;

  constructor(owner: Owner, ends: Ends | undefined, onDispose: () => void) {
    this.#onDispose = onDispose;
    this.#owner = owner;
    this.#random = owner.heap.allocate(8);
    owner.heap.at(this.#random, 2, 'int32').fill(0);
    this.k = new FrontEnd({
      emit: (call) => this.#execute(call),
      scans: this.#turns,
      lines: ends && new Lines(ends, this.#made.end),
    });
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

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#made.keep([]);
    for (const address of this.#numbers.values()) this.#owner.heap.free(address);
    this.#numbers.clear();
    this.#owner.heap.free(this.#random);
    this.#onDispose();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError('this `k` was disposed of');
  }

  #execute(instruction: KernelCall): void {
    this.#checkAlive();
    const { heap, relaxed, device, order } = this.#owner;
    for (const buffer of makes(instruction)) this.#begin(buffer, callText(instruction));
    const kernel = kernelOf(instruction, relaxed);
    const stages = device.alone.of(signature(instruction, relaxed), () => this.#compile(kernel));
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

  #begin(buffer: Buffer, who: string): void {
    this.#owner.adopt(buffer, this.#owner.heap.allocate(4 * buffer.elements, who));
    this.#made.add(buffer);
  }

  /** A position of a buffer along its first axis. */
  #part(whole: Buffer, shape: Shape, at: number): View {
    const part = new Buffer(sizeOf(shape), whole.dtype, 'part');
    this.#owner.adopt(part, this.#owner.addressOf(whole) + 4 * part.elements * at);
    this.#made.add(part);
    return new View(part, shape);
  }

  #free(buffer: Buffer): void {
    if (buffer.lifetime === 'temporary') this.#owner.heap.free(this.#owner.addressOf(buffer));
    this.#owner.forget(buffer);
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
        return this.#owner.addressOf(argument.view.buffer) + 4 * argument.view.offset;
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
