/** What runs kernels on one backend: memory that lasts, `k` in its two modes, and figures about both. */
import type { Buffer } from './buffer.ts';
import type { Ends } from './ends.ts';
import type { KernelCall } from './instruction.ts';
import type { DType, K, Shape, Value } from './k.ts';
import type { Program } from './program.ts';

/** Elements of a tensor on the host, row-major. */
export type Elements = Float32Array | Int32Array;

/** The shape of something that changes from run to run: a port of the batch. */
export interface InputSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

export type InputSpecs = Readonly<Record<string, InputSpec>>;

/** What each run may change without recording anew. A number that was never set is NaN; seed and counter are 0. */
export interface Settings {
  /** The number that `{ scalar: name }` stands for. Rounded to float32. */
  setScalar(name: string, value: number): void;
  setScalars(values: Readonly<Record<string, number>>): void;
  /** The run's seed, of `k.uniform` and `k.normal`: a whole number, taken modulo 2³². */
  setSeed(seed: number): void;
  /** Micro-batches so far: the counter of `k.uniform` and `k.normal`. */
  setCounter(microBatches: number): void;
}

/** `k` that runs each line as it is reached. */
export interface Eager extends Settings {
  readonly k: K;
  /** What a line of `k` comes to: for whoever had the line elsewhere. */
  execute(call: KernelCall): void;
  /** The end of a result. */
  end(buffer: Buffer): void;
  /** Frees all that `k` made here. */
  dispose(): void;
}

/** A program recorded once, for one shape of its inputs. */
export interface Recorded<I extends string = string, O extends string = string> extends Settings {
  readonly name: string;
  /** Copies the elements in; the next runs see them. */
  setInput(name: I, elements: ArrayLike<number>): void;
  run(): void;
  /**
   * The result of the latest run, as it is at the moment of the call. To be called in the turn of `run`: another program
   * that runs, or is made, may take the memory, after which this throws.
   */
  read(output: O): Promise<Elements>;
  readonly statistics: RecordedStatistics;
  dispose(): void;
}

export interface RecordedStatistics {
  /** Calls from JavaScript into wasm, or of tfjs's kernels, in the latest run. */
  readonly crossings: number;
  /** Kernel calls in the program; those of a scan's turn count once. */
  readonly instructions: number;
  /** Bytes of the arena that it needs: temporaries, whose places are planned from their lifetimes (0 where tfjs allocates). */
  readonly arena: number;
}

/** Figures that must stand still from step to step. */
export interface Counters {
  /** Bytes that we hold, arenas and scratch included. */
  readonly bytes: number;
  /** Allocations that we hold. */
  readonly allocations: number;
  /** Bytes of the arena, which all programs of the device share: the high-water mark of temporaries. 0 without programs. */
  readonly arena: number;
  /** tfjs's own count of tensors' data on the backend. */
  readonly dataIds: number;
  /** Size of the wasm memory, 0 elsewhere. */
  readonly wasmMemory: number;
}

/**
 * `simd` and `relaxed` are ours on wasm, `plain` ours in plain JavaScript, `wgsl` ours on WebGPU, `tfjs` are tfjs's own on
 * any other backend.
 */
export type KernelSet = 'simd' | 'relaxed' | 'plain' | 'wgsl' | 'tfjs';

export interface Kernels {
  /** tfjs's name of the backend. */
  readonly backend: string;
  /** Which kernels run. */
  readonly kernelSet: KernelSet;
  /** Bytes that the device holds at most; infinite where nobody knows. What does not fit is NN5011. */
  readonly memoryLimit: number;
  /** Memory that lasts until `release`: parameters, slots, states, accumulators. Zeros unless elements are given. */
  allocate(shape: Shape, dtype: DType, elements?: ArrayLike<number>): Value;
  /** Overwrites the elements of a value that lasts. */
  write(value: Value, elements: ArrayLike<number>): void;
  /** The elements as they are at the moment of the call; later kernels do not change what is returned. */
  read(value: Value): Promise<Elements>;
  /** The end of values made by `allocate`. Programs that were recorded with them refuse to run. */
  release(...values: readonly Value[]): void;
  /**
   * With the ends of a function, for one call of it: what it makes ends behind the line that uses it last. Without, all
   * that is made is kept, since nobody says what is read later.
   */
  eager(ends?: Ends): Eager;
  /**
   * Calls `build` once, with a `k` that records, and makes a program of it. `build` may use values of `allocate`, which
   * the program then reads, and replaces where `build` stores into them; what it returns can be read after each run.
   */
  record<const I extends InputSpecs, const O extends Readonly<Record<string, Value>>>(
    name: string,
    inputs: I,
    build: (k: K, inputs: { readonly [Name in keyof I]: Value }) => O,
  ): Promise<Recorded<keyof I & string, keyof O & string>>;
  /** Makes a program of what was recorded elsewhere, over values of `allocate`. */
  ready(program: Program): Promise<Recorded>;
  counters(): Counters;
  /** Frees everything that is still held; nothing can be made any more. The tfjs backend itself stays. */
  dispose(): void;
}

export interface KernelOptions {
  /** `tfjs` takes tfjs's own kernels in place of ours, for comparison; on wasm `simd` does without relaxed SIMD. */
  readonly kernelSet?: KernelSet;
  /** For tests: what is made of a program as it was recorded, in place of `place`. The numbers must be the same. */
  readonly arrange?: (program: Program) => Program;
  /**
   * For tests: who takes his range of a kernel of ours after whom, where all workers are one after the other. It is asked
   * at each stage of each kernel that runs line by line, and gives 0 … n − 1 for n workers. The bits must be the same.
   */
  readonly order?: () => readonly number[];
}
