/** Memory of JavaScript: elements of four bytes, read as floats or as integers. */

export class Memory {
  readonly floats: Float32Array;
  readonly integers: Int32Array;

  /** Throws a RangeError where the engine has no room. All is zero. */
  constructor(elements: number) {
    this.floats = new Float32Array(elements);
    this.integers = new Int32Array(this.floats.buffer);
  }
}

/** Where a buffer begins: so many elements behind the beginning of a memory. A position in a scan moves from turn to turn. */
export interface Base {
  memory: Memory;
  offset: number;
}

/** Where the first element of a view lies, whenever it is asked. */
export class Place {
  readonly #base: Base;
  readonly #behind: number;

  constructor(base: Base, behind: number) {
    this.#base = base;
    this.#behind = behind;
  }

  get memory(): Memory {
    return this.#base.memory;
  }

  get offset(): number {
    return this.#base.offset + this.#behind;
  }
}
