/** Choices that a seed decides. */
import { generator } from '../passes/random-graph.ts';

export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = generator(seed);
    // Seeds that are neighbours differ in their first number by little.
    for (let i = 0; i < 4; i++) this.#next();
  }

  /** Whether something happens that happens in this share of the cases. */
  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.#next() * (high - low + 1));
  }

  /** A number with so many digits behind the point. */
  number(low: number, high: number, digits = 2): number {
    return Number((low + this.#next() * (high - low)).toFixed(digits));
  }

  /** One of the items; there must be one. */
  pick<T>(items: readonly T[]): T {
    const [item] = items.slice(this.whole(0, items.length - 1)).map((each) => [each] as const);
    if (item === undefined) throw new Error('there is nothing to choose from');
    return item[0];
  }

  shuffled<T>(items: readonly T[]): readonly T[] {
    const left = [...items];
    return items.flatMap(() => left.splice(this.whole(0, left.length - 1), 1));
  }

  /** So many of the items, in their order. */
  some<T>(items: readonly T[], share: number): readonly T[] {
    return items.filter(() => this.chance(share));
  }
}
