/** What is read for the last time, line by line. */
import type { Buffer, View } from './buffer.ts';
import { makes, reads, writes } from './instruction.ts';
import type { Instruction, Scan } from './instruction.ts';

/** What is read when a turn is over. */
export const atEndOfTurn = ({ carried, stacked }: Scan): readonly View[] => [
  ...carried.map(({ next }) => next),
  ...stacked.map(({ each }) => each),
];

/** For each instruction, the temporaries made by these instructions whose last use it is, but what is read `later`. */
export function endsIn(instructions: readonly Instruction[], later: readonly View[]): readonly (readonly Buffer[])[] {
  const read = new Set(later.map(({ buffer }) => buffer));
  const made = new Set(
    instructions.flatMap(makes).filter((buffer) => buffer.lifetime === 'temporary' && !read.has(buffer)),
  );
  const lastUses = new Map<Buffer, number>();
  instructions.forEach((instruction, at) => {
    for (const { buffer } of [...reads(instruction), ...writes(instruction)]) lastUses.set(buffer, at);
  });
  const ends: Buffer[][] = instructions.map(() => []);
  for (const buffer of made) ends[lastUses.get(buffer) ?? -1]?.push(buffer);
  return ends;
}

/** The ends within a turn: what is left is read when the turn is over. */
export const endsOfTurn = (scan: Scan): readonly (readonly Buffer[])[] =>
  endsIn(scan.body, [...scan.carried.map(({ at }) => at), ...atEndOfTurn(scan)]);

/**
 * What ends behind each line of a function, which is a call of a kernel or a scan: results by their numbers, in the order
 * in which the function makes them. They are the same whenever it is called with values of these shapes.
 */
export type Ends = readonly (readonly number[])[];

/** The ends of a function that was recorded, as it was recorded; `later` is read when it is over. */
export function endsOf(instructions: readonly Instruction[], later: readonly View[]): Ends {
  const numbers = new Map(instructions.flatMap(makes).map((buffer, number) => [buffer, number]));
  return endsIn(instructions, later).map((ended) => ended.flatMap((buffer) => numbers.get(buffer) ?? []));
}

/** Goes along with a function that runs line by line, and ends each result behind the line that uses it last. */
export class Lines {
  readonly #ends: Ends;
  readonly #end: (buffer: Buffer) => void;
  readonly #made: Buffer[] = [];
  #line = 0;

  constructor(ends: Ends, end: (buffer: Buffer) => void) {
    this.#ends = ends;
    this.#end = end;
  }

  /** To be told of each line when it has run, with the memory of its results. */
  done(results: readonly Buffer[]): void {
    this.#made.push(...results);
    for (const number of this.#ends[this.#line++] ?? []) {
      const buffer = this.#made[number];
      if (buffer !== undefined) this.#end(buffer);
    }
  }
}
