/** The memory of a WebGPU device, counted. Places are numbers of elements. */
import type { Elements } from '../device.ts';
import { KernelError } from '../error.ts';
import type { DType } from '../k.ts';
import type { Heap } from '../memory/heap.ts';
import { noRoom, smallerBatch } from '../room.ts';
import type { Gpu } from './gpu.ts';

export class GpuHeap implements Heap<number> {
  readonly #gpu: Gpu;
  #elements = 0;
  #allocations = 0;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  allocate(bytes: number, who = 'a value'): number {
    const place = this.reserve(bytes);
    if (place !== undefined) return place;
    throw noRoom({
      who,
      needed: bytes,
      backend: 'webgpu',
      limit: this.#gpu.limit,
      held: this.bytes,
      pieces: [],
      help: smallerBatch,
    });
  }

  reserve(bytes: number): number | undefined {
    const place = this.#gpu.reserve(bytes / 4);
    if (place === undefined) return undefined;
    this.#elements += this.#gpu.sizeAt(place);
    this.#allocations++;
    return place;
  }

  free(place: number): void {
    this.#elements -= this.#gpu.free(place);
    this.#allocations--;
  }

  put(place: number, elements: ArrayLike<number> | undefined, count: number, dtype: DType): void {
    const typed = dtype === 'int32' ? new Int32Array(count) : new Float32Array(count);
    if (elements !== undefined) {
      if (elements.length > count) throw new KernelError(`${elements.length} elements for a value of ${count}`);
      typed.set(elements);
    }
    this.#gpu.write(place, typed);
  }

  async get(place: number, count: number, dtype: DType): Promise<Elements> {
    const bytes = await this.#gpu.read(place, count);
    return dtype === 'int32' ? new Int32Array(bytes) : new Float32Array(bytes);
  }

  behind(place: number, elements: number): number {
    return place + elements;
  }

  get bytes(): number {
    return 4 * this.#elements;
  }

  get allocations(): number {
    return this.#allocations;
  }
}
