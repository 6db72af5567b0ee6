/** A recorded program on wasm: one module over the device's arena, one call a run. */
import type { Elements, Recorded, RecordedStatistics } from '../device.ts';
import type { Buffer } from '../buffer.ts';
import { KernelError } from '../error.ts';
import { callsIn } from '../instruction.ts';
import type { Owner } from '../memory/kernels.ts';
import { checkLasting } from '../program.ts';
import type { Program } from '../program.ts';
import { noRoom, piecesOf, smallerBatch } from '../room.ts';
import { bytesOf, kernelsOf, programModule } from './compile.ts';
import type { WasmFunction } from './compile.ts';
import type { Device } from './device.ts';
import { heapLimit } from './heap.ts';
import type { Place, WasmHeap } from './heap.ts';
import { Addresses, counterAt, seedAt } from './addresses.ts';

export interface WasmOwner extends Owner<number> {
  readonly device: Device;
  readonly heap: WasmHeap;
  readonly relaxed: boolean;
  /** In which order workers take their ranges of a kernel that is called alone. */
  readonly order: () => readonly number[];
}

export class WasmRecorded implements Recorded {
  readonly name: string;
  readonly #owner: WasmOwner;
  readonly #program: Program;
  readonly #places: Addresses;
  readonly #run: WasmFunction;
  readonly #memory: Held;
  readonly #onDispose: () => void;
  #crossings = 0;
  #disposed = false;

  private constructor(
    owner: WasmOwner,
    program: Program,
    places: Addresses,
    memory: Held,
    run: WasmFunction,
    onDispose: () => void,
  ) {
    this.#onDispose = onDispose;
    this.name = program.name;
    this.#owner = owner;
    this.#program = program;
    this.#places = places;
    this.#run = run;
    this.#memory = memory;
  }

  /** Keeps nothing if it fails. */
  static async create(owner: WasmOwner, program: Program, onDispose: () => void): Promise<WasmRecorded> {
    const { device, heap, relaxed } = owner;
    const kernels = kernelsOf(callsIn(program.instructions), relaxed);
    const places = new Addresses(program, bytesOf(kernels, 'partial'), bytesOf(kernels, 'scratch'));
    const memory = hold(owner, program, places);
    try {
      const bytecode = programModule(program.instructions, kernels, device.functions, heap.shared, places);
      const run = await device.instances.runOf(bytecode);
      return new WasmRecorded(owner, program, places, memory, run, onDispose);
    } catch (error) {
      memory.free();
      throw error;
    }
  }

  setScalar(name: string, value: number): void {
    this.#checkAlive();
    const entry = this.#places.numbers.get(name);
    // A number that no kernel uses is no mistake: `numbers` gives all of them.
    if (entry !== undefined) this.#memory.table.floats[entry] = value;
  }

  setScalars(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.setScalar(name, value);
  }

  setSeed(seed: number): void {
    this.#checkAlive();
    this.#memory.table.integers[seedAt] = seed | 0;
  }

  setCounter(microBatches: number): void {
    this.#checkAlive();
    this.#memory.table.integers[counterAt] = microBatches | 0;
  }

  setInput(name: string, elements: ArrayLike<number>): void {
    this.#checkAlive();
    const input = this.#program.inputs.get(name);
    if (input === undefined || elements.length !== input.buffer.elements) {
      throw new KernelError(`${this.name}: ${elements.length} elements for the input ${name}`);
    }
    const place = this.#memory.inputs.get(input.buffer);
    (input.dtype === 'int32' ? place?.integers : place?.floats)?.set(elements);
  }

  run(): void {
    this.#checkAlive();
    checkLasting(this.#program);
    this.#crossings = 1;
    this.#run(this.#owner.device.arena.enter(this.#memory.part) ?? 0, this.#memory.table.address, 0, 1);
  }

  async read(name: string): Promise<Elements> {
    this.#checkAlive();
    const output = this.#program.outputs.get(name);
    if (output === undefined) throw new KernelError(`${this.name} has no result ${name}`);
    const { buffer, dtype } = output;
    return this.#owner.heap.at(this.#addressOf(buffer), buffer.elements, dtype).slice();
  }

  get statistics(): RecordedStatistics {
    return {
      crossings: this.#crossings,
      instructions: callsIn(this.#program.instructions).length,
      arena: this.#places.bytes,
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

  /** Of an input or of what lasts; of a temporary while nobody else has the arena. */
  #addressOf(buffer: Buffer): number {
    if (buffer.lifetime === 'lasting') return this.#memory.inputs.get(buffer)?.address ?? this.#owner.placeOf(buffer);
    const { arena } = this.#owner.device;
    if (arena.holds(this.#memory.part)) return (arena.place ?? 0) + this.#places.offsetOf(buffer);
    throw new KernelError(`${this.name} has no results: it did not run, or another program has their memory since`);
  }
}

/** What a program holds of the heap, beside its part in the arena. */
interface Held {
  /** Who it is for the arena. */
  readonly part: object;
  readonly table: Place;
  readonly inputs: ReadonlyMap<Buffer, Place>;
  free(): void;
}

/** Room for temporaries, and places for the table and inputs: all of them, or NN5011 and none. */
function hold(owner: WasmOwner, program: Program, places: Addresses): Held {
  const { device, heap } = owner;
  const inputs = [...program.inputs.values()].map(({ buffer }) => buffer);
  const sizes = [places.entries, ...inputs.map(({ elements }) => elements)];
  const needed = sizes.reduce((sum, elements) => sum + 4 * elements, places.bytes);
  const before = heap.bytes;
  const part = {};
  const taken: Place[] = [];
  const reserved = (elements: number): boolean => {
    const address = heap.reserve(4 * elements);
    if (address !== undefined) taken.push(heap.place(address, elements));
    return address !== undefined;
  };
  const free = () => {
    device.arena.leave(part);
    taken.forEach(({ address }) => heap.free(address));
  };
  const fits = needed <= heapLimit && device.arena.join(part, places.bytes) && sizes.every(reserved);
  const [table, ...batch] = taken;
  if (!fits || table === undefined) {
    free();
    const pieces = piecesOf(program);
    const limit = heapLimit;
    throw noRoom({ who: program.name, needed, backend: 'wasm', limit, held: before, pieces, help: smallerBatch });
  }
  const at = new Map<Buffer, Place>();
  batch.forEach((place, i) => {
    const buffer = inputs[i];
    if (buffer !== undefined) at.set(buffer, place);
  });
  table.integers.fill(0);
  for (const entry of places.numbers.values()) table.floats[entry] = NaN;
  for (const [buffer, entry] of places.buffers) {
    table.integers[entry] = at.get(buffer)?.address ?? owner.placeOf(buffer);
  }
  return { part, table, inputs: at, free };
}
