/** Where results of a recorded program lie: over values that have been read for the last time, or in what they replace. */
import { Buffer, View } from './buffer.ts';
import { atEndOfTurn } from './ends.ts';
import { isView, makes, reads, withViews, writes } from './instruction.ts';
import type { Carry, Instruction, KernelCall, Scan } from './instruction.ts';
import type { Shape } from './k.ts';
import { programOf } from './program.ts';
import type { Program } from './program.ts';

/** A store of a whole result. */
interface Store {
  readonly at: number;
  readonly x: Buffer;
  readonly target: Buffer;
}

/** Instructions that run one after the other: a program, or the body of a scan. */
interface Sequence {
  readonly instructions: readonly Instruction[];
  /** What is read, and what is stored, after the last of them. */
  readonly end: number;
  readonly outputs: readonly View[];
  readonly stores: readonly Store[];
}

/**
 * The program with results in memory that others have left. A result of a map takes over a temporary that its map is the
 * last to read. Any result is made in the parameter, slot, state or accumulator where a later store puts it, if nobody
 * needs what is there until then: that store is done before it is reached, and left out. A map reads each element before
 * it writes the one in its place, so it may read what it writes over under the full shape of the result, and not
 * otherwise: a row, or what is broadcast, is read again for elements to come. Other kernels may not read it at all.
 * Inputs are the caller's, and are never written over.
 *
 * The end of a scan's turn stores what is carried on where it was carried, and what is stacked is made at its position.
 * What is carried lies where the last of it is to be, which is where the first of it was if nobody else reads that.
 */
export function place(program: Program): Program {
  const homes = new Homes();
  const inputs = new Set([...program.inputs.values()].map(({ buffer }) => buffer));
  const { instructions } = program;
  // What is read after the run may be asked for when another program has replaced the parameter again.
  const whole = { instructions, end: Infinity, outputs: [...program.outputs.values()], stores: [] };
  new Placement(whole, homes, inputs).find();
  const isDone = (instruction: Instruction): boolean =>
    instruction.kind === 'store' && instruction.x.isWhole && homes.of(instruction.x.buffer) === instruction.out.buffer;
  return programOf({
    name: program.name,
    instructions: instructions
      .filter((instruction) => !isDone(instruction))
      .map((instruction) => withViews(instruction, homes.moved)),
    inputs: program.inputs,
    outputs: new Map([...program.outputs].map(([name, view]) => [name, homes.moved(view)])),
  });
}

/** The memory in which temporaries lie, if it is not their own. */
class Homes {
  readonly #homes = new Map<Buffer, Buffer>();

  set(buffer: Buffer, memory: Buffer): void {
    this.#homes.set(buffer, memory);
  }

  /** Of what lies in another's memory, where that lies. */
  of(buffer: Buffer): Buffer {
    const memory = this.#homes.get(buffer);
    return memory === undefined ? buffer : this.of(memory);
  }

  readonly moved = (view: View): View => {
    const home = this.of(view.buffer);
    return home === view.buffer ? view : new View(home, view.shape, view);
  };
}

class Placement {
  readonly #instructions: readonly Instruction[];
  readonly #homes: Homes;
  readonly #inputs: ReadonlySet<Buffer>;
  /** What these instructions make: what else they read is needed by others. */
  readonly #made: ReadonlySet<Buffer>;
  /** The last instruction that reads a buffer. */
  readonly #lastReads = new Map<Buffer, number>();
  readonly #stores = new Map<Buffer, Store[]>();

  constructor({ instructions, end, outputs, stores }: Sequence, homes: Homes, inputs: ReadonlySet<Buffer>) {
    this.#instructions = instructions;
    this.#homes = homes;
    this.#inputs = inputs;
    this.#made = new Set(instructions.flatMap(makes));
    const keep = (store: Store) => this.#stores.set(store.x, [...(this.#stores.get(store.x) ?? []), store]);
    instructions.forEach((instruction, at) => {
      for (const { buffer } of reads(instruction)) this.#lastReads.set(buffer, at);
      if (instruction.kind === 'store' && instruction.x.isWhole)
        keep({ at, x: instruction.x.buffer, target: instruction.out.buffer });
    });
    for (const { buffer } of outputs) this.#lastReads.set(buffer, end);
    stores.forEach(keep);
  }

  find(): void {
    const begun = new Set<Buffer>();
    this.#instructions.forEach((instruction, at) => {
      if (instruction.kind === 'scan') return this.#scan(instruction, at);
      if (instruction.kind === 'store') return;
      const taken = new Set<Buffer>();
      for (const out of writes(instruction)) {
        // What is stacked has its place, and so has what another part was written to.
        if (this.#homes.of(out.buffer) !== out.buffer || begun.has(out.buffer)) continue;
        begun.add(out.buffer);
        const found = this.#replaced(instruction, out, at, taken) ?? this.#ended(instruction, out, at, taken);
        if (found === undefined) continue;
        this.#homes.set(out.buffer, found);
        taken.add(found);
      }
    });
  }

  #scan(scan: Scan, at: number): void {
    const { body, carried, stacked } = scan;
    for (const carry of carried) {
      if (this.#isLeft(carry, scan, at)) this.#homes.set(carry.last.buffer, this.#homes.of(carry.first.buffer));
      this.#homes.set(carry.at.buffer, carry.last.buffer);
    }
    for (const { each } of stacked) this.#homes.set(each.buffer, new Buffer(each.buffer.elements, each.dtype, 'part'));
    const end = body.length;
    const stores = carried
      .filter(({ next, at: old }) => next.buffer !== old.buffer)
      .map(({ next, at: old }) => ({ at: end, x: next.buffer, target: this.#homes.of(old.buffer) }));
    const turn = { instructions: body, end, outputs: atEndOfTurn(scan), stores };
    new Placement(turn, this.#homes, this.#inputs).find();
  }

  /** Whether the first of what is carried is a temporary that nobody needs from then on. */
  #isLeft({ first, last }: Carry, scan: Scan, at: number): boolean {
    const memory = this.#homes.of(first.buffer);
    return (
      memory.lifetime === 'temporary' &&
      first.isWhole &&
      this.#made.has(first.buffer) &&
      this.#lastReads.get(first.buffer) === at &&
      this.#homes.of(last.buffer) === last.buffer &&
      reads(scan).filter(({ buffer }) => this.#homes.of(buffer) === memory).length === 1
    );
  }

  /** What is about to be replaced by this result. */
  #replaced(call: KernelCall, out: View, at: number, taken: ReadonlySet<Buffer>): Buffer | undefined {
    const lastRead = this.#lastReads.get(out.buffer) ?? at;
    if (lastRead === Infinity) return undefined;
    const isFree = ({ at: store, target }: Store): boolean =>
      !taken.has(target) &&
      !this.#inputs.has(target) &&
      this.#readsInPlace(call, out, target) &&
      !this.#some(at + 1, store - 1, (instruction) => this.#touches(instruction, target)) &&
      !this.#some(store + 1, lastRead, (instruction) => this.#stored(instruction) === target);
    return this.#stores.get(out.buffer)?.find(isFree)?.target;
  }

  /** The memory of an input that this map is the last to read. */
  #ended(call: KernelCall, out: View, at: number, taken: ReadonlySet<Buffer>): Buffer | undefined {
    if (call.kind !== 'map') return undefined;
    const ends = call.inputs
      .filter(isView)
      .filter(({ buffer }) => this.#made.has(buffer) && this.#lastReads.get(buffer) === at)
      .map(({ buffer }) => this.#homes.of(buffer));
    return ends.find(
      (memory) =>
        memory.lifetime === 'temporary' &&
        memory.elements === out.buffer.elements &&
        memory.dtype === out.dtype &&
        !taken.has(memory) &&
        this.#readsInPlace(call, out, memory),
    );
  }

  /** Whether a kernel reads the memory of a result at the element that it writes alone. */
  #readsInPlace(call: KernelCall, out: View, memory: Buffer): boolean {
    const views = reads(call).filter(({ buffer }) => this.#homes.of(buffer) === memory);
    if (call.kind !== 'map') return views.length === 0;
    return views.every(
      ({ shape, offset, strides }) =>
        same(shape, call.shape) && same(out.shape, shape) && offset === out.offset && same(strides, out.strides),
    );
  }

  /** Whether an instruction reads or writes this memory. */
  #touches(instruction: Instruction, memory: Buffer): boolean {
    return [...reads(instruction), ...writes(instruction)].some(({ buffer }) => this.#homes.of(buffer) === memory);
  }

  #stored(instruction: Instruction): Buffer | undefined {
    return instruction.kind === 'store' ? instruction.out.buffer : undefined;
  }

  #some(first: number, last: number, holds: (instruction: Instruction) => boolean): boolean {
    return this.#instructions.slice(first, last + 1).some(holds);
  }
}

const same = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, axis) => size === b[axis]);
