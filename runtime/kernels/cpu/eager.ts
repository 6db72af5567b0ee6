/** `k` on plain JavaScript, line by line. */
import { KernelError } from '../error.ts';
import type { View } from '../buffer.ts';
import type { Ends } from '../ends.ts';
import type { KernelCall } from '../instruction.ts';
import { MemoryEager } from '../memory/eager.ts';
import type { Owner } from '../memory/kernels.ts';
import type { Machine } from './kernel.ts';
import { kernelOf } from './kernels.ts';
import { Place } from './memory.ts';
import type { Base } from './memory.ts';

export class CpuEager extends MemoryEager<Base> implements Machine {
  readonly draws = { seed: 0, counter: 0 };
  readonly #owner: Owner<Base>;
  readonly #numbers = new Map<string, number>();

  constructor(owner: Owner<Base>, ends: Ends | undefined, onDispose: () => void) {
    super(owner, ends, onDispose);
    this.#owner = owner;
  }

  setScalar(name: string, value: number): void {
    this.checkAlive();
    this.#numbers.set(name, value);
  }

  setSeed(seed: number): void {
    this.checkAlive();
    this.draws.seed = seed;
  }

  setCounter(microBatches: number): void {
    this.checkAlive();
    this.draws.counter = microBatches;
  }

  place({ buffer, offset }: View): Place {
    return new Place(this.#owner.placeOf(buffer), offset);
  }

  number(name: string): () => number {
    const value = this.#numbers.get(name);
    if (value === undefined) throw new KernelError(`the number ${name} was never set`);
    return () => value;
  }

  protected run(call: KernelCall): void {
    kernelOf(this, call)();
  }

  protected close(): void {
    this.#numbers.clear();
  }
}
