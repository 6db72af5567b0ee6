/** A recorded program on WebGPU: pipelines and bind groups that are made once, and one submit a run. */
import type { Buffer } from '../buffer.ts';
import type { Elements, Recorded, RecordedStatistics } from '../device.ts';
import { KernelError } from '../error.ts';
import { callsIn, isView } from '../instruction.ts';
import { planArena } from '../memory/arena.ts';
import type { ArenaPlan } from '../memory/arena.ts';
import type { Owner } from '../memory/kernels.ts';
import type { SharedArena } from '../memory/shared-arena.ts';
import { unrolled } from '../memory/unrolled.ts';
import { checkLasting } from '../program.ts';
import type { Program } from '../program.ts';
import { noRoom, peakOf, piecesOf, smallerBatch } from '../room.ts';
import { behind, dispatch, placesOf } from './dispatch.ts';
import type { Dispatch, Gpu } from './gpu.ts';
import { placesBytes } from './gpu.ts';
import type { Kernel } from './kernel.ts';
import { kernelsOf } from './kernels.ts';
import { Numbers } from './numbers.ts';

export interface GpuOwner extends Owner<number> {
  readonly gpu: Gpu;
  readonly arena: SharedArena<number>;
}

export class GpuRecorded implements Recorded {
  readonly name: string;
  readonly #owner: GpuOwner;
  readonly #program: Program;
  readonly #plan: ArenaPlan;
  readonly #kernels: readonly Kernel[];
  readonly #dispatches: readonly Dispatch[];
  readonly #inputs: ReadonlyMap<Buffer, number>;
  readonly #numbers: Numbers;
  readonly #places: GPUBuffer;
  readonly #part: object;
  readonly #onDispose: () => void;
  /** The arena for which the places were written, and the memory to which the group leads. */
  #arena: number | undefined;
  #group: { readonly generation: number; readonly group: GPUBindGroup } | undefined;
  #disposed = false;

  private constructor(
    owner: GpuOwner,
    program: Program,
    plan: ArenaPlan,
    kernels: readonly Kernel[],
    dispatches: readonly Dispatch[],
    held: Held,
    onDispose: () => void,
  ) {
    this.name = program.name;
    this.#owner = owner;
    this.#program = program;
    this.#plan = plan;
    this.#kernels = kernels;
    this.#dispatches = dispatches;
    this.#inputs = held.inputs;
    this.#part = held.part;
    this.#onDispose = onDispose;
    this.#numbers = new Numbers(owner.gpu);
    for (const name of program.scalars) this.#numbers.add(name);
    this.#places = owner.gpu.uniform(placesBytes * Math.max(1, kernels.length));
  }

  /** Keeps nothing if it fails. */
  static async create(owner: GpuOwner, program: Program, onDispose: () => void): Promise<GpuRecorded> {
    const { gpu } = owner;
    const kernels = unrolled(program.instructions).flatMap((call) => kernelsOf(call));
    const plan = planArena(program.lives);
    const held = hold(owner, program, plan);
    try {
      const pipelines = await gpu.pipelines(kernels.map(({ code }) => code));
      const dispatches = kernels.flatMap((kernel, i) => {
        const pipeline = pipelines[i];
        return pipeline === undefined ? [] : [dispatch(pipeline, kernel)];
      });
      return new GpuRecorded(owner, program, plan, kernels, dispatches, held, onDispose);
    } catch (error) {
      held.free();
      throw error;
    }
  }

  setScalar(name: string, value: number): void {
    this.#checkAlive();
    // A number that no kernel uses is no mistake: `numbers` gives all of them.
    if (this.#numbers.has(name)) this.#numbers.setScalar(name, value);
  }

  setScalars(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.setScalar(name, value);
  }

  setSeed(seed: number): void {
    this.#checkAlive();
    this.#numbers.setSeed(seed);
  }

  setCounter(microBatches: number): void {
    this.#checkAlive();
    this.#numbers.setCounter(microBatches);
  }

  setInput(name: string, elements: ArrayLike<number>): void {
    this.#checkAlive();
    const input = this.#program.inputs.get(name);
    const place = input && this.#inputs.get(input.buffer);
    if (input === undefined || place === undefined || elements.length !== input.buffer.elements) {
      throw new KernelError(`${this.name}: ${elements.length} elements for the input ${name}`);
    }
    this.#owner.heap.put(place, elements, input.buffer.elements, input.dtype);
  }

  run(): void {
    this.#checkAlive();
    checkLasting(this.#program);
    const { gpu, arena } = this.#owner;
    const begin = arena.enter(this.#part) ?? 0;
    this.#numbers.send();
    if (this.#arena !== begin) {
      this.#arena = begin;
      const places = placesOf(this.#kernels, (operand) =>
        behind(isView(operand) ? this.#placeOf(operand.buffer) : this.#numbers.add(operand.scalar), operand),
      );
      gpu.writeUniform(this.#places, places);
    }
    if (this.#group?.generation !== gpu.generation) {
      this.#group = { generation: gpu.generation, group: gpu.group(this.#places, this.#numbers.buffer) };
    }
    gpu.run(this.#dispatches, this.#group.group);
  }

  async read(name: string): Promise<Elements> {
    this.#checkAlive();
    const output = this.#program.outputs.get(name);
    if (output === undefined) throw new KernelError(`${this.name} has no result ${name}`);
    const { buffer, dtype } = output;
    if (buffer.lifetime !== 'lasting' && !this.#owner.arena.holds(this.#part)) {
      throw new KernelError(`${this.name} has no results: it did not run, or another program has their memory since`);
    }
    return this.#owner.heap.get(this.#placeOf(buffer), buffer.elements, dtype);
  }

  get statistics(): RecordedStatistics {
    return {
      crossings: 1,
      instructions: callsIn(this.#program.instructions).length,
      arena: this.#plan.bytes,
    };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#owner.gpu.flush();
    this.#owner.arena.leave(this.#part);
    for (const place of this.#inputs.values()) this.#owner.heap.free(place);
    this.#numbers.dispose();
    this.#places.destroy();
    this.#onDispose();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError(`${this.name} was disposed of`);
  }

  #placeOf(buffer: Buffer): number {
    const bytes = this.#plan.offsets.get(buffer);
    if (bytes !== undefined) return (this.#owner.arena.place ?? 0) + bytes / 4;
    return this.#inputs.get(buffer) ?? this.#owner.placeOf(buffer);
  }
}

interface Held {
  /** Who it is for the arena. */
  readonly part: object;
  readonly inputs: ReadonlyMap<Buffer, number>;
  free(): void;
}

/** Room for temporaries, and places for inputs: all of them, or NN5011 and none. */
function hold({ arena, heap, gpu }: GpuOwner, program: Program, plan: ArenaPlan): Held {
  const before = heap.bytes;
  const part = {};
  const inputs = new Map<Buffer, number>();
  const reserved = ({ buffer }: { readonly buffer: Buffer }): boolean => {
    const place = heap.reserve(4 * buffer.elements);
    if (place !== undefined) inputs.set(buffer, place);
    return place !== undefined;
  };
  const free = (): void => {
    arena.leave(part);
    for (const place of inputs.values()) heap.free(place);
  };
  if (arena.join(part, plan.bytes) && [...program.inputs.values()].every(reserved)) return { part, inputs, free };
  free();
  throw noRoom({
    who: program.name,
    needed: peakOf(program),
    backend: 'webgpu',
    limit: gpu.limit,
    held: before,
    pieces: piecesOf(program),
    help: smallerBatch,
  });
}
