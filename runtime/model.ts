/** What a generated file tells the runtime: its tables, its plain functions over `k`, and its settings. */
import type { HostArray } from './host.ts';
import type { K, Value } from './kernels/k.ts';
import type { Scalar } from './kernels/scalar/symbol.ts';

/** Where a step stands: t counts updates from 1; T all updates of the run; B the batch; rows of the part evaluated. */
export interface Clock {
  readonly t: number;
  readonly T: number;
  readonly B: number;
  /** Batches in the accumulated gradient. */
  readonly micro: number;
}

/** Draws of one parameter's stream on the host, in double precision, row-major (conventions 5, counter (0, ·)). */
export interface Draw {
  uniform(shape: readonly number[]): HostArray;
  normal(shape: readonly number[]): HostArray;
  truncated_normal(shape: readonly number[]): HostArray;
}

export interface TensorSpec {
  readonly path: string;
  readonly shape: readonly number[];
  readonly init: (draw: Draw, parameter?: HostArray) => HostArray;
}

export interface ParameterSpec extends TensorSpec {
  /** A frozen parameter has no gradient and no slot. */
  readonly frozen?: boolean;
}

/** An optimizer's slot: `path` is `<parameter path>/<slot>`. */
export type SlotSpec = TensorSpec;

export interface PortSpec {
  /** Of one example. */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  /** Integers in 0..classes−1; −1 is left out of loss and metrics. */
  readonly classes?: number;
  /** What raw data may be. */
  readonly range?: readonly [number, number];
}

export interface DataSpec {
  readonly format: 'csv' | 'inline';
  /** Relative to the spec. */
  readonly file?: string;
  /** Rows of `data inline`: the inputs, then the targets. */
  readonly rows?: readonly (readonly number[])[];
  /** Port → column names or patterns (`pixel_*`). */
  readonly columns?: Readonly<Record<string, readonly string[]>>;
  readonly split?: readonly number[];
  readonly seed: number;
}

export interface PrepSpec {
  readonly port: string;
  readonly kind: 'scale' | 'standardize' | 'minmax' | 'onehot';
  readonly factor?: number;
}

export interface TrainSpec {
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
  readonly patience?: number;
  readonly monitor: string;
}

/** The table's names as values on the device. */
export type Memory<Table> = { readonly [Name in keyof Table]: Value };

/** What `evaluate` gave, summed over the batches. */
export type Totals<Evaluate extends (...args: never[]) => object> = {
  readonly [Name in keyof ReturnType<Evaluate>]: HostArray;
};

/** Gradients by the parameters' names. */
export type Gradients = Readonly<Record<string, Value>>;

/**
 * The whole of a model. `N` are the host's numbers of a step, `F` what forward keeps for backward. The functions run
 * eagerly or into a recording: they may look at shapes, never at values.
 */
export interface ModelDefinition<
  P extends Readonly<Record<string, ParameterSpec>> = Readonly<Record<string, ParameterSpec>>,
  S extends Readonly<Record<string, TensorSpec>> = Readonly<Record<string, TensorSpec>>,
  O extends Readonly<Record<string, SlotSpec>> = Readonly<Record<string, SlotSpec>>,
  N extends Readonly<Record<string, number>> = Readonly<Record<string, number>>,
  F extends { readonly loss: Value; readonly losses: readonly Value[] } = {
    readonly loss: Value;
    readonly losses: readonly Value[];
  },
> {
  readonly name: string;
  readonly source: {
    readonly file: string;
    readonly hash: string;
    readonly compiler: string;
    readonly settings: Readonly<Record<string, number>>;
  };
  readonly inputs: Readonly<Record<string, PortSpec>>;
  readonly targets: Readonly<Record<string, PortSpec>>;
  readonly parameters: P;
  /** Layers' states (moving averages). */
  readonly states: S;
  readonly slots: O;
  readonly numbers: (clock: Clock) => N;
  readonly forward: (k: K, p: Memory<P & S>, n: Record<keyof N, Scalar>, batch: never) => F;
  readonly backward: (k: K, p: Memory<P & S>, n: Record<keyof N, Scalar>, batch: never, f: F) => Gradients;
  readonly update: (k: K, p: Memory<P & S>, s: Memory<O>, n: Record<keyof N, Scalar>, g: never) => void;
  readonly evaluate: (k: K, p: Memory<P & S>, n: Record<keyof N, Scalar>, batch: never) => Readonly<Record<string, Value>>;
  readonly figures: (total: never, at: { readonly rows: number }) => Readonly<Record<string, number>>;
  readonly predict: (k: K, p: Memory<P & S>, batch: never) => Readonly<Record<string, Value>>;
  readonly accumulate: number;
  readonly warmup: number;
  /** The loss of a model that knows nothing, where it is a constant: ln K. */
  readonly expectedLoss?: number;
  readonly data?: DataSpec;
  readonly prep: readonly PrepSpec[];
  readonly train: TrainSpec;
}
