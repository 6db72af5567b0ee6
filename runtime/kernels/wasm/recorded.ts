/** A recorded program on wasm: one module, one arena, one call a run. */
import type { Elements, Recorded, RecordedStatistics } from '../device.ts';
import type { Buffer, View } from '../buffer.ts';
import { KernelError } from '../error.ts';
import type { Value } from '../k.ts';
import type { Program } from '../program.ts';
import { planArena } from './arena.ts';
import { exported, programModule, scratchBytes } from './compile.ts';
import type { Heap } from './heap.ts';
import type { Argument } from './kernel.ts';
import { kernelOf } from './kernels.ts';

/** Where the device keeps what lasts. */
export interface Owner {
  readonly heap: Heap;
  readonly relaxed: boolean;
  addressOf(buffer: Buffer): number;
  /** The program's memory counts as the device's. */
  adopt(buffer: Buffer, address: number): void;
  forget(buffer: Buffer): void;
}

const numbersAfterRandom = 2;

export class WasmRecorded implements Recorded {
  readonly name: string;
  readonly #owner: Owner;
  readonly #program: Program;
  readonly #run: () => unknown;
  readonly #arena: { readonly address: number; readonly bytes: number };
  /** The seed, the counter, then the host's numbers. */
  readonly #numbers: number;
  readonly #places: ReadonlyMap<string, number>;
  readonly #onDispose: () => void;
  #crossings = 0;
  #disposed = false;

  private constructor(
    owner: Owner,
    program: Program,
    run: () => unknown,
    memory: { readonly arena: { readonly address: number; readonly bytes: number }; readonly numbers: number },
    onDispose: () => void,
  ) {
    this.#onDispose = onDispose;
    this.name = program.name;
    this.#owner = owner;
    this.#program = program;
    this.#run = run;
    this.#arena = memory.arena;
    this.#numbers = memory.numbers;
    this.#places = new Map(program.scalars.map((name, index) => [name, index + numbersAfterRandom]));
  }

  static async create(owner: Owner, program: Program, onDispose: () => void): Promise<WasmRecorded> {
    const { heap, relaxed } = owner;
    const plan = planArena(program.lives);
    const kernels = program.instructions.map((instruction) => kernelOf(instruction, relaxed));
    const bytes = plan.bytes + scratchBytes(kernels);
    const base = heap.allocate(bytes);
    for (const { buffer } of program.lives) owner.adopt(buffer, base + (plan.offsets.get(buffer) ?? 0));
    for (const { buffer } of program.inputs.values()) owner.adopt(buffer, heap.allocate(4 * buffer.elements));
    const numbers = heap.allocate(4 * (program.scalars.length + numbersAfterRandom));
    heap.at(numbers, numbersAfterRandom, 'int32').fill(0);
    heap.at(numbers + 4 * numbersAfterRandom, program.scalars.length, 'float32').fill(NaN);
    const addressOf = (argument: Argument): number => {
      switch (argument.kind) {
        case 'view':
          return owner.addressOf(argument.view.buffer);
        case 'scalar':
          return numbers + 4 * (numbersAfterRandom + program.scalars.indexOf(argument.name));
        case 'scratch':
          return base + plan.bytes;
        case 'random':
          return numbers;
      }
    };
    const bytecode = programModule(program.instructions, { relaxed, shared: heap.shared }, addressOf);
    const { instance } = await WebAssembly.instantiate(bytecode, { env: { memory: heap.memory } });
    return new WasmRecorded(
      owner,
      program,
      exported(instance, 'run'),
      { arena: { address: base, bytes }, numbers },
      onDispose,
    );
  }

  setScalar(name: string, value: number): void {
    const place = this.#places.get(name);
    // A number that no kernel uses is no mistake: `numbers` gives all of them.
    if (place !== undefined) this.#owner.heap.at(this.#numbers, place + 1, 'float32')[place] = value;
  }

  setScalars(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.setScalar(name, value);
  }

  setSeed(seed: number): void {
    this.#owner.heap.at(this.#numbers, 1, 'int32')[0] = seed | 0;
  }

  setCounter(microBatches: number): void {
    this.#owner.heap.at(this.#numbers, 2, 'int32')[1] = microBatches | 0;
  }

  setInput(name: string, elements: ArrayLike<number>): void {
    const input = this.#program.inputs.get(name);
    if (input === undefined || elements.length !== input.buffer.elements) {
      throw new KernelError(`${this.name}: ${elements.length} elements for the input ${name}`);
    }
    this.#at(input).set(elements);
  }

  run(): void {
    if (this.#disposed) throw new KernelError(`${this.name} was disposed`);
    this.#crossings = 1;
    this.#run();
  }

  read(output: string): Promise<Elements> {
    return Promise.resolve(this.#at(this.#output(output)).slice());
  }

  output(output: string): Value {
    return this.#output(output);
  }

  get statistics(): RecordedStatistics {
    return {
      crossings: this.#crossings,
      instructions: this.#program.instructions.length,
      arena: this.#arena.bytes,
    };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const { heap } = this.#owner;
    heap.free(this.#arena.address);
    heap.free(this.#numbers);
    for (const { buffer } of this.#program.inputs.values()) {
      heap.free(this.#owner.addressOf(buffer));
      this.#owner.forget(buffer);
    }
    for (const { buffer } of this.#program.lives) this.#owner.forget(buffer);
    this.#onDispose();
  }

  #output(name: string): View {
    const output = this.#program.outputs.get(name);
    if (output === undefined) throw new KernelError(`${this.name} has no result ${name}`);
    return output;
  }

  #at(view: View): Elements {
    return this.#owner.heap.at(this.#owner.addressOf(view.buffer), view.buffer.elements, view.dtype);
  }
}
