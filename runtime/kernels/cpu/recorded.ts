/** A recorded program on plain JavaScript: its kernels, made ready once, over the device's arena. */
import { Buffer, View } from '../buffer.ts';
import type { Elements, Recorded, RecordedStatistics } from '../device.ts';
import { KernelError } from '../error.ts';
import { callsIn } from '../instruction.ts';
import type { Instruction, Scan } from '../instruction.ts';
import { planArena } from '../memory/arena.ts';
import type { ArenaPlan } from '../memory/arena.ts';
import type { Owner } from '../memory/kernels.ts';
import type { SharedArena } from '../memory/shared-arena.ts';
import { checkLasting } from '../program.ts';
import type { Program } from '../program.ts';
import { noRoom, peakOf, piecesOf, smallerBatch } from '../room.ts';
import type { Kernel, Machine } from './kernel.ts';
import { kernelOf } from './kernels.ts';
import { Memory, Place } from './memory.ts';
import type { Base } from './memory.ts';

export interface CpuOwner extends Owner<Base> {
  readonly arena: SharedArena<Base>;
}

const nowhere: Memory = new Memory(0);

export class CpuRecorded implements Recorded, Machine {
  readonly name: string;
  readonly draws = { seed: 0, counter: 0 };
  readonly #owner: CpuOwner;
  readonly #program: Program;
  readonly #plan: ArenaPlan;
  readonly #inputs = new Map<Buffer, Base>();
  /** Where temporaries and positions are: the former wherever the arena is in a run. */
  readonly #temporaries = new Map<Buffer, Base>();
  readonly #parts = new Map<Buffer, Base>();
  readonly #numbers: Map<string, number>;
  readonly #kernels: readonly Kernel[];
  readonly #onDispose: () => void;
  #disposed = false;

  /** Keeps nothing if it fails. */
  constructor(owner: CpuOwner, program: Program, onDispose: () => void) {
    this.name = program.name;
    this.#owner = owner;
    this.#program = program;
    this.#onDispose = onDispose;
    this.#numbers = new Map(program.scalars.map((name) => [name, NaN]));
    this.#plan = planArena(program.lives);
    this.#hold();
    for (const [buffer, bytes] of this.#plan.offsets)
      this.#temporaries.set(buffer, { memory: nowhere, offset: bytes / 4 });
    this.#kernels = this.#kernelsOf(program.instructions);
  }

  setScalar(name: string, value: number): void {
    this.#checkAlive();
    // A number that no kernel uses is no mistake: `numbers` gives all of them.
    if (this.#numbers.has(name)) this.#numbers.set(name, value);
  }

  setScalars(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.setScalar(name, value);
  }

  setSeed(seed: number): void {
    this.#checkAlive();
    this.draws.seed = seed;
  }

  setCounter(microBatches: number): void {
    this.#checkAlive();
    this.draws.counter = microBatches;
  }

  setInput(name: string, elements: ArrayLike<number>): void {
    this.#checkAlive();
    const input = this.#program.inputs.get(name);
    const base = input && this.#inputs.get(input.buffer);
    if (input === undefined || base === undefined || elements.length !== input.buffer.elements) {
      throw new KernelError(`${this.name}: ${elements.length} elements for the input ${name}`);
    }
    this.#owner.heap.put(base, elements, input.buffer.elements, input.dtype);
  }

  run(): void {
    this.#checkAlive();
    checkLasting(this.#program);
    const arena = this.#owner.arena.enter(this);
    for (const base of this.#temporaries.values()) base.memory = arena?.memory ?? nowhere;
    for (const kernel of this.#kernels) kernel();
  }

  async read(name: string): Promise<Elements> {
    this.#checkAlive();
    const output = this.#program.outputs.get(name);
    if (output === undefined) throw new KernelError(`${this.name} has no result ${name}`);
    const { buffer, dtype } = output;
    if (buffer.lifetime !== 'lasting' && !this.#owner.arena.holds(this)) {
      throw new KernelError(`${this.name} has no results: it did not run, or another program has their memory since`);
    }
    return this.#owner.heap.get(this.#baseOf(buffer), buffer.elements, dtype);
  }

  get statistics(): RecordedStatistics {
    return {
      crossings: 0,
      instructions: callsIn(this.#program.instructions).length,
      arena: this.#plan.bytes,
    };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#owner.arena.leave(this);
    for (const base of this.#inputs.values()) this.#owner.heap.free(base);
    this.#onDispose();
  }

  place({ buffer, offset }: View): Place {
    return new Place(this.#baseOf(buffer), offset);
  }

  number(name: string): () => number {
    return () => this.#numbers.get(name) ?? NaN;
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError(`${this.name} was disposed of`);
  }

  #baseOf(buffer: Buffer): Base {
    if (buffer.lifetime === 'part') {
      const part = this.#parts.get(buffer) ?? { memory: nowhere, offset: 0 };
      this.#parts.set(buffer, part);
      return part;
    }
    return this.#inputs.get(buffer) ?? this.#temporaries.get(buffer) ?? this.#owner.placeOf(buffer);
  }

  #kernelsOf(instructions: readonly Instruction[]): readonly Kernel[] {
    return instructions.map((instruction) =>
      instruction.kind === 'scan' ? this.#turns(instruction) : kernelOf(this, instruction),
    );
  }

  /** Turn after turn, each at its positions of what is gone over and stacked. */
  #turns({ steps, reverse, over, carried, stacked, body }: Scan): Kernel {
    const copy = (x: View, out: View): Kernel[] =>
      x.buffer === out.buffer ? [] : [kernelOf(this, { kind: 'broadcast', x, out })];
    const before = carried.flatMap(({ first, at }) => copy(first, at));
    const turn = this.#kernelsOf(body);
    const next = carried.flatMap(({ next: made, at }) => copy(made, at));
    const after = carried.flatMap(({ at, last }) => copy(at, last));
    // What is stacked is made at its position, or elsewhere and then copied there.
    const stacks = stacked.map(({ each, out }) => {
      const [, ...shape] = out.shape;
      const [, ...strides] = out.strides;
      const position = each.buffer.lifetime === 'part' ? each : partOf(each);
      const there = new View(position.buffer, shape, { offset: 0, strides });
      return { whole: out, part: this.#baseOf(position.buffer), puts: copy(each, there) };
    });
    const moving = [
      ...over.map(({ view, at }) => ({ whole: view, part: this.#baseOf(at.buffer) })),
      ...stacks.map(({ whole, part }) => ({ whole, part })),
    ].map(({ whole, part }) => ({ place: this.place(whole), stride: whole.strides[0] ?? 0, part }));
    const end = [...stacks.flatMap(({ puts }) => puts), ...next];
    return () => {
      for (const kernel of before) kernel();
      for (let step = 0; step < steps; step++) {
        const position = reverse ? steps - 1 - step : step;
        for (const { place, stride, part } of moving) {
          part.memory = place.memory;
          part.offset = place.offset + position * stride;
        }
        for (const kernel of turn) kernel();
        for (const kernel of end) kernel();
      }
      for (const kernel of after) kernel();
    };
  }

  /** Room for temporaries, and places for inputs: all of them, or NN5011 and none. */
  #hold(): void {
    const { arena, heap } = this.#owner;
    const before = heap.bytes;
    const inputs = [...this.#program.inputs.values()].map(({ buffer }) => buffer);
    const reserved = (buffer: Buffer): boolean => {
      const base = heap.reserve(4 * buffer.elements);
      if (base !== undefined) this.#inputs.set(buffer, base);
      return base !== undefined;
    };
    if (arena.join(this, this.#plan.bytes) && inputs.every(reserved)) return;
    arena.leave(this);
    for (const base of this.#inputs.values()) heap.free(base);
    throw noRoom({
      who: this.name,
      needed: peakOf(this.#program),
      backend: 'cpu',
      limit: Infinity,
      held: before,
      pieces: piecesOf(this.#program),
      help: smallerBatch,
    });
  }
}

const partOf = ({ buffer: { elements }, dtype, shape }: View): View =>
  new View(new Buffer(elements, dtype, 'part'), shape);
