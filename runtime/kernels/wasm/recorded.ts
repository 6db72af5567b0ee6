/** A recorded program on wasm: one module, one arena, one call a run. */
import type { Elements, Recorded, RecordedStatistics } from '../device.ts';
import type { Buffer, View } from '../buffer.ts';
import { KernelError } from '../error.ts';
import { callsIn } from '../instruction.ts';
import type { Value } from '../k.ts';
import { checkLasting } from '../program.ts';
import type { Program } from '../program.ts';
import { noRoom, piecesOf, smallerBatch } from '../room.ts';
import { planArena } from './arena.ts';
import { exported, kernelsOf, programModule, scratchBytes } from './compile.ts';
import { heapLimit } from './heap.ts';
import type { Heap } from './heap.ts';

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
  readonly #memory: Held;
  readonly #numbers: number;
  readonly #places: ReadonlyMap<string, number>;
  readonly #onDispose: () => void;
  #crossings = 0;
  #disposed = false;

  private constructor(owner: Owner, program: Program, memory: Held, run: () => unknown, onDispose: () => void) {
    this.#onDispose = onDispose;
    this.name = program.name;
    this.#owner = owner;
    this.#program = program;
    this.#run = run;
    this.#memory = memory;
    this.#numbers = memory.numbers;
    this.#places = memory.places;
  }

  /** Keeps nothing if it fails. */
  static async create(owner: Owner, program: Program, onDispose: () => void): Promise<WasmRecorded> {
    const { heap, relaxed } = owner;
    const kernels = kernelsOf(callsIn(program.instructions), relaxed);
    const memory = hold(owner, program, scratchBytes(kernels));
    try {
      const bytecode = programModule(program.instructions, kernels, heap.shared, {
        addressOf: (buffer) => owner.addressOf(buffer),
        placeOf: (argument) => {
          switch (argument.kind) {
            case 'scalar':
              return memory.numbers + 4 * (memory.places.get(argument.name) ?? 0);
            case 'scratch':
              return memory.scratch;
            case 'random':
              return memory.numbers;
          }
        },
      });
      const { instance } = await WebAssembly.instantiate(bytecode, { env: { memory: heap.memory } });
      return new WasmRecorded(owner, program, memory, exported(instance, 'run'), onDispose);
    } catch (error) {
      memory.free();
      throw error;
    }
  }

  setScalar(name: string, value: number): void {
    this.#checkAlive();
    const place = this.#places.get(name);
    // A number that no kernel uses is no mistake: `numbers` gives all of them.
    if (place !== undefined) this.#owner.heap.at(this.#numbers, place + 1, 'float32')[place] = value;
  }

  setScalars(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.setScalar(name, value);
  }

  setSeed(seed: number): void {
    this.#checkAlive();
    this.#owner.heap.at(this.#numbers, 1, 'int32')[0] = seed | 0;
  }

  setCounter(microBatches: number): void {
    this.#checkAlive();
    this.#owner.heap.at(this.#numbers, 2, 'int32')[1] = microBatches | 0;
  }

  setInput(name: string, elements: ArrayLike<number>): void {
    this.#checkAlive();
    const input = this.#program.inputs.get(name);
    if (input === undefined || elements.length !== input.buffer.elements) {
      throw new KernelError(`${this.name}: ${elements.length} elements for the input ${name}`);
    }
    this.#at(input).set(elements);
  }

  run(): void {
    this.#checkAlive();
    checkLasting(this.#program);
    this.#crossings = 1;
    this.#run();
  }

  async read(output: string): Promise<Elements> {
    this.#checkAlive();
    return this.#at(this.#output(output)).slice();
  }

  output(output: string): Value {
    return this.#output(output);
  }

  get statistics(): RecordedStatistics {
    return {
      crossings: this.#crossings,
      instructions: callsIn(this.#program.instructions).length,
      arena: this.#memory.arena,
    };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#memory.free();
    this.#onDispose();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError(`${this.name} was disposed of`);
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

/** What a program holds of the heap. */
interface Held {
  readonly scratch: number;
  /** The seed, the counter, then the host's numbers. */
  readonly numbers: number;
  /** Where each of the host's numbers is among them. */
  readonly places: ReadonlyMap<string, number>;
  /** Bytes of the arena, scratch included. */
  readonly arena: number;
  free(): void;
}

/** Places for temporaries, inputs and numbers: all of them, or NN5011 and none. */
function hold(owner: Owner, program: Program, scratch: number): Held {
  const { heap } = owner;
  const plan = planArena(program.lives);
  const inputs = [...program.inputs.values()].map(({ buffer }) => buffer);
  const sizes = [
    plan.bytes + scratch,
    4 * (program.scalars.length + numbersAfterRandom),
    ...inputs.map(({ elements }) => 4 * elements),
  ];
  const needed = sizes.reduce((sum, size) => sum + size, 0);
  const before = heap.bytes;
  const places: number[] = [];
  for (const size of sizes) {
    const place = needed <= heapLimit ? heap.reserve(size) : undefined;
    if (place !== undefined) {
      places.push(place);
      continue;
    }
    places.forEach((taken) => heap.free(taken));
    const pieces = piecesOf(program);
    const limit = heapLimit;
    throw noRoom({ who: program.name, needed, backend: 'wasm', limit, held: before, pieces, help: smallerBatch });
  }
  const [base = 0, numbers = 0, ...inputsAt] = places;
  for (const { buffer } of program.lives) owner.adopt(buffer, base + (plan.offsets.get(buffer) ?? 0));
  inputs.forEach((buffer, i) => owner.adopt(buffer, inputsAt[i] ?? 0));
  heap.at(numbers, numbersAfterRandom, 'int32').fill(0);
  heap.at(numbers + 4 * numbersAfterRandom, program.scalars.length, 'float32').fill(NaN);
  return {
    scratch: base + plan.bytes,
    numbers,
    places: new Map(program.scalars.map((name, index) => [name, index + numbersAfterRandom])),
    arena: plan.bytes + scratch,
    free() {
      places.forEach((place) => heap.free(place));
      for (const buffer of [...inputs, ...program.lives.map((life) => life.buffer)]) owner.forget(buffer);
    },
  };
}
