/** What changes from run to run, in one uniform buffer: seed and counter, then the numbers of the host. */
import { KernelError } from '../error.ts';
import type { Gpu } from './gpu.ts';
import { numbersBytes } from './gpu.ts';
import { counterAt, numbersAt, seedAt } from './random.ts';

export class Numbers {
  readonly buffer: GPUBuffer;
  readonly #gpu: Gpu;
  readonly #words = new Uint32Array(numbersBytes / 4);
  readonly #floats = new Float32Array(this.#words.buffer);
  readonly #places = new Map<string, number>();
  #isChanged = true;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    this.buffer = gpu.uniform(numbersBytes);
  }

  /** Where a number stands, which is NaN until it is set. */
  add(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = numbersAt + this.#places.size;
    if (place >= this.#words.length) throw new KernelError(`more than ${this.#places.size} numbers of the host`);
    this.#places.set(name, place);
    this.#set(place, NaN);
    return place;
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  setScalar(name: string, value: number): void {
    this.#set(this.add(name), value);
  }

  setSeed(seed: number): void {
    this.#words[seedAt] = seed | 0;
    this.#isChanged = true;
  }

  setCounter(microBatches: number): void {
    this.#words[counterAt] = microBatches | 0;
    this.#isChanged = true;
  }

  /** Brings what has changed to the device. */
  send(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#gpu.writeUniform(this.buffer, this.#words.subarray(0, numbersAt + this.#places.size));
  }

  dispose(): void {
    this.buffer.destroy();
  }

  #set(place: number, value: number): void {
    this.#floats[place] = value;
    this.#isChanged = true;
  }
}
