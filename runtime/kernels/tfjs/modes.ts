/** `k` over tfjs's kernels, line by line and replayed. Both run the same calls in the same order. */
import { copyingTurns } from '../copying-turns.ts';
import type { Buffer, View } from '../buffer.ts';
import type { Eager, Elements, Recorded, RecordedStatistics } from '../device.ts';
import { Lines } from '../ends.ts';
import type { Ends } from '../ends.ts';
import { KernelError } from '../error.ts';
import { FrontEnd } from '../front.ts';
import { callsIn, makes, writes } from '../instruction.ts';
import type { KernelCall } from '../instruction.ts';
import type { K } from '../k.ts';
import { Made } from '../made.ts';
import { checkLasting } from '../program.ts';
import type { Program } from '../program.ts';
import { bytesOf, callText, isShortage, noRoom, peakOf, piecesOf, smallerBatch } from '../room.ts';
import type { UserError } from '../../user-error.ts';
import { Numbers } from './machine.ts';
import type { Machine } from './machine.ts';
import { Sequence } from './sequence.ts';

export class TfjsEager extends Numbers implements Eager {
  readonly k: K;
  readonly #machine: Machine;
  readonly #made = new Made((buffer) => this.#machine.free(buffer));
  readonly #onDispose: () => void;
  #disposed = false;

  constructor(machine: Machine, ends: Ends | undefined, onDispose: () => void) {
    super(machine);
    this.#machine = machine;
    this.#onDispose = onDispose;
    this.k = new FrontEnd({
      emit: (call) => this.execute(call),
      scans: copyingTurns((call) => this.execute(call), this.#made),
      lines: ends && new Lines(ends, this.#made.end),
    });
  }

  override setScalar(name: string, value: number): void {
    this.#checkAlive();
    super.setScalar(name, value);
  }

  override dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#made.keep([]);
    super.dispose();
    this.#onDispose();
  }

  end(buffer: Buffer): void {
    this.#made.end(buffer);
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError('this `k` was disposed of');
  }

  execute(instruction: KernelCall): void {
    this.#checkAlive();
    makes(instruction).forEach((buffer) => this.#made.add(buffer));
    try {
      this.#machine.execute(instruction, this);
    } catch (error) {
      throw isShortage(error) ? this.#shortage(instruction) : error;
    }
  }

  #shortage(instruction: KernelCall): UserError {
    return noRoom({
      who: callText(instruction),
      needed: writes(instruction).reduce((sum, { shape }) => sum + bytesOf(shape), 0),
      backend: this.#machine.name,
      limit: Infinity,
      held: this.#machine.held.bytes,
      pieces: [],
      help: smallerBatch,
    });
  }
}

export class TfjsRecorded extends Numbers implements Recorded {
  readonly name: string;
  readonly #machine: Machine;
  readonly #program: Program;
  readonly #sequence: Sequence;
  readonly #onDispose: () => void;
  #crossings = 0;
  #disposed = false;

  constructor(machine: Machine, program: Program, onDispose: () => void) {
    super(machine);
    this.name = program.name;
    this.#machine = machine;
    this.#program = program;
    this.#onDispose = onDispose;
    this.#sequence = Sequence.of(program.instructions, [...program.outputs.values()]);
    this.setScalars(Object.fromEntries(program.scalars.map((name) => [name, NaN])));
  }

  override setScalar(name: string, value: number): void {
    this.#checkAlive();
    if (this.#program.scalars.includes(name)) super.setScalar(name, value);
  }

  setInput(name: string, elements: ArrayLike<number>): void {
    this.#checkAlive();
    const input = this.#program.inputs.get(name);
    if (input === undefined) throw new KernelError(`${this.name} has no input ${name}`);
    this.#machine.write(input.buffer, input.shape, elements);
  }

  /** Keeps no temporary if it fails. */
  run(): void {
    this.#checkAlive();
    checkLasting(this.#program);
    try {
      this.#crossings = this.#sequence.run(this.#machine, this);
    } catch (error) {
      for (const { buffer } of this.#program.lives) this.#machine.free(buffer);
      throw isShortage(error) ? this.#shortage() : error;
    }
  }

  async read(output: string): Promise<Elements> {
    this.#checkAlive();
    return this.#machine.read(this.#output(output));
  }

  get statistics(): RecordedStatistics {
    return { crossings: this.#crossings, instructions: callsIn(this.#program.instructions).length, arena: 0 };
  }

  override dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const { buffer } of this.#program.inputs.values()) this.#machine.free(buffer);
    for (const { buffer } of this.#program.lives) this.#machine.free(buffer);
    super.dispose();
    this.#onDispose();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError(`${this.name} was disposed of`);
  }

  #shortage(): UserError {
    return noRoom({
      who: this.name,
      needed: peakOf(this.#program),
      backend: this.#machine.name,
      limit: Infinity,
      held: this.#machine.held.bytes,
      pieces: piecesOf(this.#program),
      help: smallerBatch,
    });
  }

  #output(name: string): View {
    const output = this.#program.outputs.get(name);
    if (output === undefined) throw new KernelError(`${this.name} has no result ${name}`);
    return output;
  }
}
