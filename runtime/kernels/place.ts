/** Where results of a recorded program lie: over values that have been read for the last time, or in what they replace. */
import { View } from './buffer.ts';
import type { Buffer } from './buffer.ts';
import { isView, reads, withViews, writes } from './instruction.ts';
import type { Instruction } from './instruction.ts';
import type { Shape } from './k.ts';
import { programOf } from './program.ts';
import type { Program } from './program.ts';

type MapInstruction = Extract<Instruction, { kind: 'map' }>;

/** A store of a whole result. */
interface Store {
  readonly at: number;
  readonly target: Buffer;
}

/**
 * The program with results of maps in memory that others have left. A result takes over a temporary that its map is the
 * last to read; or a parameter, slot, state or accumulator, if all that a later store puts there is this result: that
 * store is then done before it is reached, and left out. A map reads each element before it writes the one in its
 * place, so it may read what it writes over under the full shape of the result, and not otherwise: a row, or what is
 * broadcast, is read again for elements to come. Inputs are the caller's, and are never written over.
 */
export function place(program: Program): Program {
  const homes = new Placement(program).homes();
  const moved = (view: View): View => {
    const home = homes.get(view.buffer);
    return home === undefined ? view : new View(home, view.shape);
  };
  const isDone = (instruction: Instruction): boolean =>
    instruction.kind === 'store' && moved(instruction.x).buffer === instruction.out.buffer;
  const instructions = program.instructions.filter((instruction) => !isDone(instruction));
  return programOf({
    name: program.name,
    instructions: instructions.map((instruction) => withViews(instruction, moved)),
    inputs: program.inputs,
    outputs: new Map([...program.outputs].map(([name, view]) => [name, moved(view)])),
  });
}

class Placement {
  readonly #instructions: readonly Instruction[];
  /** The memory in which a temporary lies, if it is not its own. */
  readonly #homes = new Map<Buffer, Buffer>();
  /** The last instruction that reads a temporary; what is read after the run has none. */
  readonly #lastReads = new Map<Buffer, number>();
  readonly #stores = new Map<Buffer, Store[]>();
  readonly #inputs: ReadonlySet<Buffer>;

  constructor({ instructions, inputs, outputs }: Program) {
    this.#instructions = instructions;
    this.#inputs = new Set([...inputs.values()].map(({ buffer }) => buffer));
    instructions.forEach((instruction, at) => {
      for (const { buffer } of reads(instruction)) this.#lastReads.set(buffer, at);
      if (instruction.kind !== 'store') return;
      const { x, out } = instruction;
      this.#stores.set(x.buffer, [...(this.#stores.get(x.buffer) ?? []), { at, target: out.buffer }]);
    });
    for (const { buffer } of outputs.values()) this.#lastReads.set(buffer, Infinity);
  }

  homes(): ReadonlyMap<Buffer, Buffer> {
    this.#instructions.forEach((instruction, at) => {
      if (instruction.kind !== 'map') return;
      const taken = new Set<Buffer>();
      for (const out of instruction.outs) {
        const found = this.#replaced(instruction, out, at, taken) ?? this.#ended(instruction, out, at, taken);
        if (found === undefined) continue;
        this.#homes.set(out.buffer, found);
        taken.add(found);
      }
    });
    return this.#homes;
  }

  /** What lasts, and is about to be replaced by this result. */
  #replaced(map: MapInstruction, out: View, at: number, taken: ReadonlySet<Buffer>): Buffer | undefined {
    const lastRead = this.#lastReads.get(out.buffer) ?? at;
    // What is read after the run may be asked for when another program has replaced the parameter again.
    if (lastRead === Infinity) return undefined;
    const isFree = ({ at: store, target }: Store): boolean =>
      !taken.has(target) &&
      !this.#inputs.has(target) &&
      this.#readsInPlace(map, out, target) &&
      !this.#some(at + 1, store - 1, (instruction) => this.#touches(instruction, target)) &&
      !this.#some(store + 1, lastRead, (instruction) => this.#stored(instruction) === target);
    return this.#stores.get(out.buffer)?.find(isFree)?.target;
  }

  /** The memory of an input that this map is the last to read. */
  #ended(map: MapInstruction, out: View, at: number, taken: ReadonlySet<Buffer>): Buffer | undefined {
    const ends = map.inputs
      .filter(isView)
      .filter(({ buffer }) => buffer.lifetime === 'temporary' && this.#lastReads.get(buffer) === at)
      .map(({ buffer }) => this.#home(buffer));
    return ends.find(
      (memory) =>
        memory.lifetime === 'temporary' &&
        memory.elements === out.buffer.elements &&
        memory.dtype === out.dtype &&
        !taken.has(memory) &&
        this.#readsInPlace(map, out, memory),
    );
  }

  /** Whether a map reads the memory of a result at the element that it writes alone. */
  #readsInPlace({ inputs, shape }: MapInstruction, out: View, memory: Buffer): boolean {
    const views = inputs.filter(isView).filter(({ buffer }) => this.#home(buffer) === memory);
    return views.every((view) => same(view.shape, shape) && same(out.shape, shape));
  }

  /** Whether an instruction reads or writes this memory. */
  #touches(instruction: Instruction, memory: Buffer): boolean {
    return [...reads(instruction), ...writes(instruction)].some(({ buffer }) => this.#home(buffer) === memory);
  }

  #stored(instruction: Instruction): Buffer | undefined {
    return instruction.kind === 'store' ? instruction.out.buffer : undefined;
  }

  #some(first: number, last: number, holds: (instruction: Instruction) => boolean): boolean {
    return this.#instructions.slice(first, last + 1).some(holds);
  }

  #home(buffer: Buffer): Buffer {
    return this.#homes.get(buffer) ?? buffer;
  }
}

const same = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, axis) => size === b[axis]);
