/** What an eager `k` has made and not yet ended. */
import { viewOf } from './buffer.ts';
import type { Buffer } from './buffer.ts';
import type { Value } from './k.ts';

export class Made {
  readonly #end: (buffer: Buffer) => void;
  #buffers: Buffer[] = [];

  constructor(end: (buffer: Buffer) => void) {
    this.#end = end;
  }

  get count(): number {
    return this.#buffers.length;
  }

  add(buffer: Buffer): void {
    this.#buffers.push(buffer);
  }

  /** Ends all but these of what was made after the first so many. */
  keep(values: readonly Value[], since = 0): void {
    const kept = new Set(values.map((value) => viewOf(value, 'keep').buffer));
    const later = this.#buffers.splice(since);
    for (const buffer of later) {
      if (kept.has(buffer)) this.#buffers.push(buffer);
      else this.#end(buffer);
    }
  }
}
