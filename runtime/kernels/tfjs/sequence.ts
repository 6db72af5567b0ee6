/** Recorded instructions over tfjs's kernels, in their order; a scan runs its body turn after turn. */
import { Buffer, View } from '../buffer.ts';
import { sliceAt } from '../copying-turns.ts';
import { endsIn, endsOfTurn } from '../ends.ts';
import type { Instruction, KernelCall, Scan } from '../instruction.ts';
import type { Machine, Numbers } from './machine.ts';

export class Sequence {
  readonly #instructions: readonly Instruction[];
  /** For each instruction, the buffers whose last use it is. */
  readonly #ends: readonly (readonly Buffer[])[];
  readonly #bodies: ReadonlyMap<Scan, Sequence>;

  private constructor(instructions: readonly Instruction[], ends: readonly (readonly Buffer[])[]) {
    this.#instructions = instructions;
    this.#ends = ends;
    const scans = instructions.filter((instruction) => instruction.kind === 'scan');
    this.#bodies = new Map(scans.map((scan) => [scan, new Sequence(scan.body, endsOfTurn(scan))]));
  }

  static of(instructions: readonly Instruction[], outputs: readonly View[]): Sequence {
    return new Sequence(instructions, endsIn(instructions, outputs));
  }

  /** Gives the number of kernel calls. */
  run(machine: Machine, numbers: Numbers): number {
    let calls = 0;
    this.#instructions.forEach((instruction, index) => {
      calls +=
        instruction.kind === 'scan' ? this.#scan(instruction, machine, numbers) : machine.execute(instruction, numbers);
      this.#ends[index]?.forEach((buffer) => machine.free(buffer));
    });
    return calls;
  }

  #scan(scan: Scan, machine: Machine, numbers: Numbers): number {
    const { steps, reverse, over, carried, stacked } = scan;
    let calls = 0;
    const execute = (call: KernelCall): void => void (calls += machine.execute(call, numbers));
    const copy = (x: View, out: View): void => {
      if (x.buffer !== out.buffer) execute({ kind: 'store', x, out });
    };
    const results = stacked.map(({ each, out }) => ({ each, out, parts: partsOf(each, steps) }));
    const carries = new Set(carried.map(({ at }) => at.buffer));
    // What goes from a turn to the next is copied: copies share memory.
    const ended = [
      ...over.map(({ at }) => at.buffer),
      ...carried.map(({ next }) => next.buffer),
      ...stacked.map(({ each }) => each.buffer),
    ].filter((buffer) => !carries.has(buffer));
    try {
      for (const { first, at } of carried) copy(first, at);
      for (let step = 0; step < steps; step++) {
        const position = reverse ? steps - 1 - step : step;
        for (const { view, at } of over) execute(sliceAt(view, position, at));
        calls += this.#bodies.get(scan)?.run(machine, numbers) ?? 0;
        for (const { each, parts } of results) {
          const part = parts[position];
          if (part !== undefined) copy(each, part);
        }
        for (const { next, at } of carried) copy(next, at);
        ended.forEach((buffer) => machine.free(buffer));
      }
      for (const { out, parts } of results) execute({ kind: 'concat', xs: parts, axis: 0, out });
      for (const { at, last } of carried) {
        if (at.buffer === last.buffer) continue;
        copy(at, last);
        machine.free(at.buffer);
      }
    } finally {
      for (const { buffer } of results.flatMap(({ parts }) => parts)) machine.free(buffer);
      ended.forEach((buffer) => machine.free(buffer));
    }
    return calls;
  }
}

/** Values of their own for all positions. */
const partsOf = ({ shape, dtype, buffer: { elements } }: View, steps: number): readonly View[] =>
  Array.from({ length: steps }, () => new View(new Buffer(elements, dtype, 'part'), [1, ...shape]));
