/** Slices, transpositions, repetitions and joins of a recorded program that need no kernel, since views say the same. */
import { View } from './buffer.ts';
import type { Buffer } from './buffer.ts';
import { atEndOfTurn } from './ends.ts';
import { withPorts, withViews, writes } from './instruction.ts';
import type { Instruction, KernelCall, Scan } from './instruction.ts';
import { repeated, reshaped, sliced, transposed } from './layout.ts';
import { place } from './place.ts';
import { elementsAlive, momentsOf, mostAlive, programOf } from './program.ts';
import type { Life, Program } from './program.ts';
import { takes } from './takes.ts';

/**
 * The program in which a slice, a transposition or what is repeated is read where its elements are, and the parts of a
 * concatenation are made in their places. That is so where all kernels that read or write the value take it as it lies
 * there, and give the same bits; else the copy stays. A value that is read after the run is one of its own, and so is
 * what outlives what it was taken from: a parameter that is replaced. What is kept alive longer for that must not take
 * the program more memory, at any moment, than it takes at its worst without.
 */
export function share(program: Program): Program {
  const { name, inputs, outputs, instructions } = program;
  const apart = new Set<Buffer>();
  for (;;) {
    const sharing = new Sharing(program, apart);
    const late = sharing.tooLong();
    if (late.length === 0) {
      const rewritten = instructions.flatMap((instruction) => sharing.rewritten(instruction));
      return programOf({ name, instructions: rewritten, inputs, outputs });
    }
    for (const buffer of late) apart.add(buffer);
  }
}

/** As our kernels run it. */
export const arranged = (program: Program): Program => place(share(program));

type Concat = Extract<KernelCall, { kind: 'concat' }>;

class Sharing {
  /** What has memory of its own. */
  readonly #apart: ReadonlySet<Buffer>;
  /** Where all of a value lies, if that is in the memory of another. */
  readonly #places = new Map<Buffer, View>();
  /** What moves elements to where they are now. */
  readonly #needless = new Set<Instruction>();
  /** In whose memory others lie. */
  readonly #hosts = new Set<Buffer>();
  readonly #lives: ReadonlyMap<Buffer, Life>;
  readonly #users = new Map<Buffer, Set<Instruction>>();
  /** The instructions that run one after the other with the one that makes a value. */
  readonly #sequences = new Map<Buffer, readonly Instruction[]>();
  /** The moments at which what lasts is replaced. */
  readonly #stores = new Map<Buffer, number[]>();

  constructor({ instructions, outputs, lives }: Program, apart: ReadonlySet<Buffer>) {
    const own = [...outputs.values(), ...scansIn(instructions).flatMap(atEndOfTurn)].map(({ buffer }) => buffer);
    this.#apart = new Set([...apart, ...own]);
    this.#lives = new Map(lives.map((life) => [life.buffer, life]));
    momentsOf(instructions).forEach(({ instruction, views }, at) => {
      for (const { buffer } of views) this.#users.set(buffer, (this.#users.get(buffer) ?? new Set()).add(instruction));
      if (instruction.kind !== 'store') return;
      const { buffer } = instruction.out;
      this.#stores.set(buffer, [...(this.#stores.get(buffer) ?? []), at]);
    });
    this.#find(instructions);
  }

  /** What keeps another alive, or begins it, at moments when there is no room for that. */
  tooLong(): readonly Buffer[] {
    const lives = new Map(this.#lives);
    for (const [buffer, { buffer: host }] of this.#places) {
      const [own, life] = [lives.get(buffer), lives.get(host)];
      lives.delete(buffer);
      if (own === undefined || life === undefined) continue;
      lives.set(host, { ...life, first: Math.min(own.first, life.first), last: Math.max(own.last, life.last) });
    }
    const most = mostAlive([...this.#lives.values()]);
    const now = elementsAlive([...lives.values()]);
    const isFull = (from: number, to: number): boolean => now.slice(from, to).some((elements) => elements > most);
    return [...this.#places].flatMap(([buffer, { buffer: host }]) => {
      const [own, life] = [this.#lives.get(buffer), this.#lives.get(host)];
      if (own === undefined || life === undefined) return [];
      return isFull(own.first, life.first) || isFull(life.last + 1, own.last + 1) ? [buffer] : [];
    });
  }

  /** What is left of an instruction. */
  rewritten(instruction: Instruction): readonly Instruction[] {
    switch (instruction.kind) {
      case 'scan': {
        const body = instruction.body.flatMap((inner) => this.rewritten(inner));
        return [{ ...withPorts(instruction, this.#moved), body }];
      }
      case 'slice':
      case 'transpose':
      case 'broadcast':
        return this.#needless.has(instruction) ? [] : [withViews(instruction, this.#moved)];
      case 'concat':
        return this.#joined(instruction);
      default:
        return [withViews(instruction, this.#moved)];
    }
  }

  /** Parts that are not made in their places are copied there. */
  #joined(concat: Concat): readonly Instruction[] {
    const parts = partsOf(concat);
    const isThere = ({ x }: Part): boolean => this.#places.get(x.buffer)?.buffer === concat.out.buffer;
    if (!parts.some(isThere)) return [withViews(concat, this.#moved)];
    return parts
      .filter((part) => !isThere(part))
      .map(({ x, place }) => ({ kind: 'broadcast', x: this.#moved(x), out: place }));
  }

  #find(sequence: readonly Instruction[]): void {
    for (const instruction of sequence) {
      for (const { buffer } of writes(instruction)) this.#sequences.set(buffer, sequence);
      switch (instruction.kind) {
        case 'scan':
          this.#find(instruction.body);
          break;
        case 'slice':
        case 'transpose':
        case 'broadcast':
          if (this.#put(instruction.out.buffer, viewInstead(instruction, this.#moved(instruction.x)), instruction))
            this.#needless.add(instruction);
          break;
        case 'concat':
          for (const { x, place } of partsOf(instruction)) {
            const { buffer } = x;
            const isOnce = instruction.xs.filter((other) => other.buffer === buffer).length === 1;
            if (isOnce && !this.#hosts.has(buffer) && this.#sequences.get(buffer) === sequence)
              this.#put(buffer, new View(place.buffer, x.shape, place), instruction);
          }
          break;
      }
    }
  }

  /** Lets a value lie there if all can use it so, but the instruction that would copy it. */
  #put(buffer: Buffer, place: View, copy: Instruction): boolean {
    const life = this.#lives.get(buffer);
    if (life === undefined || this.#apart.has(buffer) || this.#places.has(buffer)) return false;
    const isReplaced = this.#stores.get(place.buffer)?.some((at) => at > life.first && at <= life.last) ?? false;
    if (isReplaced) return false;
    this.#places.set(buffer, place);
    const users = [...(this.#users.get(buffer) ?? [])].filter((user) => user !== copy);
    const isPut = users.every((user) => this.#isTaken(user));
    if (isPut) this.#hosts.add(place.buffer);
    else this.#places.delete(buffer);
    return isPut;
  }

  /** Whether an instruction can do with all values where they are put. */
  #isTaken(user: Instruction): boolean {
    let isSaid = true;
    const moved = (view: View): View => {
      const instead = this.#lying(view);
      isSaid &&= instead !== undefined;
      return instead ?? view;
    };
    return takes(user.kind === 'scan' ? withPorts(user, moved) : withViews(user, moved)) && isSaid;
  }

  /** The view where its value is put; undefined if no strides say that. */
  #lying(view: View): View | undefined {
    const place = this.#places.get(view.buffer);
    if (place === undefined) return view;
    const layout = reshaped(place, view.shape);
    return layout && new View(place.buffer, view.shape, layout);
  }

  readonly #moved = (view: View): View => this.#lying(view) ?? view;
}

/** All scans, those of bodies too. */
const scansIn = (instructions: readonly Instruction[]): readonly Scan[] =>
  instructions.flatMap((instruction) =>
    instruction.kind === 'scan' ? [instruction, ...scansIn(instruction.body)] : [],
  );

type Movement = Extract<KernelCall, { kind: 'slice' | 'transpose' | 'broadcast' }>;

/** The view of x that has the elements of the result. */
function viewInstead(movement: Movement, x: View): View {
  const { shape } = movement.out;
  switch (movement.kind) {
    case 'slice':
      return new View(x.buffer, shape, sliced(x, movement.begin, shape));
    case 'transpose':
      return new View(x.buffer, shape, transposed(x, movement.permutation));
    case 'broadcast':
      return new View(x.buffer, shape, repeated(x, shape));
  }
}

interface Part {
  readonly x: View;
  /** Its place in the result. */
  readonly place: View;
}

function partsOf({ xs, axis, out }: Concat): readonly Part[] {
  let before = 0;
  return xs.map((x) => {
    const begin = x.shape.map((_, i) => (i === axis ? before : 0));
    before += x.shape[axis] ?? 0;
    return { x, place: new View(out.buffer, x.shape, sliced(out, begin, x.shape)) };
  });
}
