/** What an eager `k` has made and not yet ended. */
import type { Buffer, View } from './buffer.ts';

export class Made {
  readonly #free: (buffer: Buffer) => void;
  readonly #buffers = new Set<Buffer>();

  constructor(free: (buffer: Buffer) => void) {
    this.#free = free;
  }

  get count(): number {
    return this.#buffers.size;
  }

  add(buffer: Buffer): void {
    this.#buffers.add(buffer);
  }

  readonly end = (buffer: Buffer): void => {
    if (this.#buffers.delete(buffer)) this.#free(buffer);
  };

  /** Ends all but these of what was made after the first so many. */
  keep(views: readonly View[], since = 0): void {
    const kept = new Set(views.map(({ buffer }) => buffer));
    for (const buffer of this.since(since)) if (!kept.has(buffer)) this.end(buffer);
  }

  /** What was made after the first so many. */
  since(count: number): readonly Buffer[] {
    return [...this.#buffers].slice(count);
  }
}
