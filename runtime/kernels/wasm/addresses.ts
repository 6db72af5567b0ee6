/**
 * Where a program finds what it works on. Its code holds no address: temporaries lie so far behind the arena's beginning,
 * and a table that is the program's own holds the numbers of its runs and the addresses of all that lasts.
 */
import type { Buffer } from '../buffer.ts';
import { KernelError } from '../error.ts';
import type { Program } from '../program.ts';
import { planArena } from '../memory/arena.ts';
import { i32 } from './assembler/instructions.ts';
import type { I32 } from './assembler/instructions.ts';
import type { Argument } from './kernel.ts';

/** What a run is given. */
export interface Bases {
  readonly arena: I32;
  readonly table: I32;
  readonly worker: I32;
}

/** The seed, then the counter: at the table's beginning, as kernels of random numbers take them. */
export const seedAt = 0;
export const counterAt = 1;
const numbersAt = 2;

const lines = (bytes: number): number => Math.ceil(bytes / 64) * 64;

const behind = (base: I32, bytes: number): I32 => (bytes === 0 ? base : i32.add(base, i32.const(bytes)));

export class Addresses {
  readonly #offsets: ReadonlyMap<Buffer, number>;
  /** Behind the temporaries, partial results and then the scratch memory of each worker. */
  readonly #partialAt: number;
  readonly #scratchAt: number;
  readonly #scratch: number;
  /** Of the arena. */
  readonly bytes: number;
  /** Of the table: where the host's numbers stand in it, and the addresses of buffers. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly buffers: ReadonlyMap<Buffer, number>;
  /** Entries of the table, of four bytes each. */
  readonly entries: number;

  /** Of partial results and scratch memory, so many bytes. There is one worker. */
  constructor({ lives, scalars, inputs, lasting }: Program, partial: number, scratch: number) {
    const { offsets, bytes } = planArena(lives);
    this.#offsets = offsets;
    this.#partialAt = bytes;
    this.#scratchAt = bytes + lines(partial);
    this.#scratch = lines(scratch);
    this.bytes = this.#scratchAt + this.#scratch;
    this.numbers = new Map(scalars.map((name, index) => [name, numbersAt + index]));
    const buffers = [...[...inputs.values()].map(({ buffer }) => buffer), ...lasting];
    this.buffers = new Map(buffers.map((buffer, index) => [buffer, numbersAt + scalars.length + index]));
    this.entries = numbersAt + scalars.length + buffers.length;
  }

  /** How far behind the arena's beginning a temporary lies. */
  offsetOf(buffer: Buffer): number {
    const offset = this.#offsets.get(buffer);
    if (offset === undefined) throw new KernelError('a value that no kernel of this program makes');
    return offset;
  }

  /** The address of a buffer, but of positions in a scan. */
  addressOf(buffer: Buffer, { arena, table }: Bases): I32 {
    const entry = this.buffers.get(buffer);
    return entry === undefined ? behind(arena, this.offsetOf(buffer)) : i32.load(table, 4 * entry);
  }

  /** The address of what kernels take beside buffers. */
  placeOf(argument: Exclude<Argument, { kind: 'view' }>, { arena, table, worker }: Bases): I32 {
    switch (argument.kind) {
      case 'scalar':
        return behind(table, 4 * (this.numbers.get(argument.name) ?? 0));
      case 'scratch':
        return behind(i32.add(arena, i32.mul(worker, i32.const(this.#scratch))), this.#scratchAt);
      case 'partial':
        return behind(arena, this.#partialAt);
      case 'random':
        return behind(table, 4 * seedAt);
    }
  }
}
