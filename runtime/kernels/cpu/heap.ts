/** Memory of JavaScript by pieces, counted. */
import type { Elements } from '../device.ts';
import type { DType } from '../k.ts';
import type { Heap } from '../memory/heap.ts';
import { bytesOf, isShortage, noRoom, smallerBatch } from '../room.ts';
import { Memory } from './memory.ts';
import type { Base } from './memory.ts';

export class CpuHeap implements Heap<Base> {
  /** Bytes of each. */
  readonly #held = new Map<Memory, number>();
  #bytes = 0;

  allocate(bytes: number, who = 'a value'): Base {
    const place = this.reserve(bytes);
    if (place !== undefined) return place;
    throw noRoom({
      who,
      needed: bytes,
      backend: 'cpu',
      limit: Infinity,
      held: this.#bytes,
      pieces: [],
      help: smallerBatch,
    });
  }

  reserve(bytes: number): Base | undefined {
    try {
      const memory = new Memory(bytes / bytesOf([]));
      this.#held.set(memory, bytes);
      this.#bytes += bytes;
      return { memory, offset: 0 };
    } catch (error) {
      if (isShortage(error)) return undefined;
      throw error;
    }
  }

  free({ memory }: Base): void {
    this.#bytes -= this.#held.get(memory) ?? 0;
    this.#held.delete(memory);
  }

  put(place: Base, elements: ArrayLike<number> | undefined, count: number, dtype: DType): void {
    const there = at(place, count, dtype);
    if (elements === undefined) there.fill(0);
    else there.set(elements);
  }

  async get(place: Base, count: number, dtype: DType): Promise<Elements> {
    return at(place, count, dtype).slice();
  }

  behind({ memory, offset }: Base, elements: number): Base {
    return { memory, offset: offset + elements };
  }

  get bytes(): number {
    return this.#bytes;
  }

  get allocations(): number {
    return this.#held.size;
  }
}

const at = ({ memory, offset }: Base, count: number, dtype: DType): Elements =>
  (dtype === 'int32' ? memory.integers : memory.floats).subarray(offset, offset + count);
