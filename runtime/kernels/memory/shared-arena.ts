/** The one piece of memory in which the temporaries of all programs lie, those of one program at a time. */
import { KernelError } from '../error.ts';
import type { Heap } from './heap.ts';

/** As large as the greatest program needs; nothing in it outlasts a resize, or the run of another program. */
export class SharedArena<Place> {
  readonly #heap: Heap<Place>;
  readonly #needs = new Map<object, number>();
  #held: { readonly place: Place; readonly bytes: number } | undefined;
  /** Whose values are there. */
  #latest: object | undefined;

  constructor(heap: Heap<Place>) {
    this.#heap = heap;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#held?.bytes ?? 0;
  }

  /** Whether there is room for one more program. If not, nothing has changed. */
  join(program: object, bytes: number): boolean {
    const before = this.bytes;
    if (bytes > before && !this.#resize(bytes)) {
      this.#resize(before);
      return false;
    }
    this.#needs.set(program, bytes);
    return true;
  }

  leave(program: object): void {
    this.#needs.delete(program);
    const most = Math.max(0, ...this.#needs.values());
    if (most < this.bytes) this.#resize(most);
  }

  /** Where a program finds the arena for a run, if it needs any. What another left there is gone. */
  enter(program: object): Place | undefined {
    if ((this.#needs.get(program) ?? 0) > this.bytes) throw new KernelError('the arena is less than was there');
    this.#latest = program;
    return this.place;
  }

  /** Undefined while it has no bytes. */
  get place(): Place | undefined {
    return this.#held?.place;
  }

  /** Whether all is there as the latest run of a program has left it. */
  holds(program: object): boolean {
    return this.#latest === program;
  }

  /** Frees, then allocates: there is no moment at which both are held. */
  #resize(bytes: number): boolean {
    if (this.#held !== undefined) this.#heap.free(this.#held.place);
    const place = bytes === 0 ? undefined : this.#heap.reserve(bytes);
    this.#held = place === undefined ? undefined : { place, bytes };
    this.#latest = undefined;
    return place !== undefined || bytes === 0;
  }
}
