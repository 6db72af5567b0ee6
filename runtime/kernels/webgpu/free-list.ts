/** Which pieces of a memory that grows at its end are free. */
import { KernelError } from '../error.ts';

/** Elements of a line: all that is taken begins at one. */
const line = 16;

export class FreeList {
  /** Where free pieces begin, in their order, and how long they are. */
  #free: { at: number; size: number }[] = [];
  readonly #taken = new Map<number, number>();
  #end = 0;

  /** The first place where so many elements fit; undefined if there is none. */
  take(elements: number): number | undefined {
    const size = Math.max(1, Math.ceil(elements / line)) * line;
    const found = this.#free.findIndex((piece) => piece.size >= size);
    const piece = this.#free[found];
    if (piece === undefined) return undefined;
    const { at } = piece;
    if (piece.size === size) this.#free.splice(found, 1);
    else this.#free[found] = { at: at + size, size: piece.size - size };
    this.#taken.set(at, size);
    return at;
  }

  /** Gives the number of elements that were taken there. */
  give(at: number): number {
    const size = this.#taken.get(at);
    if (size === undefined) throw new KernelError(`no memory is held at ${at}`);
    this.#taken.delete(at);
    this.#insert(at, size);
    return size;
  }

  /** More memory at the end. */
  grow(elements: number): void {
    const at = this.#end;
    this.#end += elements;
    this.#insert(at, elements);
  }

  sizeAt(at: number): number {
    return this.#taken.get(at) ?? 0;
  }

  get taken(): number {
    return this.#taken.size;
  }

  #insert(at: number, size: number): void {
    const next = this.#free.findIndex((piece) => piece.at > at);
    const index = next < 0 ? this.#free.length : next;
    const [before, after] = [this.#free[index - 1], this.#free[index]];
    const joinsBefore = before !== undefined && before.at + before.size === at;
    const joinsAfter = after !== undefined && at + size === after.at;
    const piece = {
      at: joinsBefore ? before.at : at,
      size: size + (joinsBefore ? before.size : 0) + (joinsAfter ? after.size : 0),
    };
    this.#free.splice(index - (joinsBefore ? 1 : 0), (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), piece);
  }
}
