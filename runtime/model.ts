/** What a generated file tells the runtime: its tables, its plain functions over `k`, and its settings. */
import type { HostArray } from './host.ts';
import type { K, Value } from './kernels/k.ts';
import type { Scalar } from './kernels/scalar/symbol.ts';
import type { Init, Kept, Nested, Remembered } from './tables.ts';

/** Where a step stands: t counts its updates from 1; T all of them in its phase; B the batch; rows of the part evaluated. */
export interface Clock {
  readonly t: number;
  readonly T: number;
  /** What `schedule plateau` has made of the learning rate: 1 at first, and again at each phase. */
  readonly plateau: number;
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
  readonly shape: readonly number[];
  readonly init: Init;
}

export interface ParameterSpec extends TensorSpec {
  /** A frozen parameter has no gradient and no slot; a state is a layer's, as a moving average is. */
  readonly role: 'trained' | 'frozen' | 'state';
  /** Of a matrix that `lora` adapts: where its pair lies within its layer (`lora`), and how much a·b counts. */
  readonly pair?: { readonly at: string; readonly scale: number };
  /** Of a weight that `reparam` adapts: where that has its own within its layer (`weight_norm`). */
  readonly reparam?: string;
  /** Of the weights of classes: the target whose classes are counted in the training rows. */
  readonly balances?: string;
}

export interface PortSpec {
  /** Of one example. */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  /** Integers in 0..classes−1; −1 is left out of loss and metrics. */
  readonly classes?: number;
  /** What raw data may be. */
  readonly range?: readonly [number, number];
  /** Integers are rows of a table, 0..below−1: one bound, or one for each number (Infinity where it is no row). */
  readonly below?: number | readonly number[];
}

export interface DataSpec {
  readonly format: 'csv' | 'jsonl' | 'npz' | 'idx' | 'images' | 'text' | 'inline';
  /** Relative to the spec; of `idx` the beginning of the names of its files, of `images` their folder. */
  readonly file?: string;
  /** Rows of `data inline`: the inputs, then the targets. */
  readonly rows?: readonly (readonly number[])[];
  /** Port → names of columns or fields, or patterns (`pixel_*`). */
  readonly columns?: Readonly<Record<string, readonly string[]>>;
  readonly split?: readonly number[];
  readonly seed: number;
  /** Rows with the same value in this column stay together. */
  readonly by?: string;
  /** Each part has its share of each class. */
  readonly stratify?: true;
  /** Rows are cut in the order of the file, unpermuted. */
  readonly order?: true;
}

/** A step of `prep`: it acts on the values of one input or target. */
export type PrepSpec =
  | { readonly port: string; readonly kind: 'scale'; readonly factor: number }
  | { readonly port: string; readonly kind: 'standardize' | 'minmax' | 'onehot' }
  | { readonly port: string; readonly kind: 'gray' }
  | {
      readonly port: string;
      readonly kind: 'resize';
      /** Height and width. */
      readonly size: readonly [number, number];
    }
  | ImputeSpec
  | LengthsSpec
  | TextSpec;

/** How long the sequence of each row is: the first so many places of `mask` are 1. */
export interface LengthsSpec {
  readonly port: string;
  readonly kind: 'lengths';
  readonly mask: string;
}

/** What fills the empty fields of an input's columns. */
export interface ImputeSpec {
  readonly port: string;
  readonly kind: 'impute';
  readonly by: 'mean' | 'median' | 0;
  /** The input of the same shape that is 1 where a field was empty. */
  readonly flag?: string;
}

/** What makes sequences of ids out of texts. */
export type TextSpec = {
  readonly port: string;
  /** The input that is 1 where a sequence has a token. */
  readonly mask?: string;
} & (
  | {
      readonly kind: 'tokens';
      /** How many ids there are, padding and unknown among them. */
      readonly count: number;
      /** Sequences are padded and cut at the front unless said. */
      readonly pad?: 'end';
    }
  | { readonly kind: 'chars'; readonly pad?: 'end' }
  | {
      readonly kind: 'wordpiece';
      /** The vocabulary, relative to the spec. */
      readonly file: string;
    }
);

/** Initial values that a file has: `load backbone from "backbone.safetensors"`. */
export interface LoadSpec {
  /** What is loaded: all that lies in these scopes, or is called so; `''` is the whole model. */
  readonly scopes: readonly string[];
  /** Safetensors, or the index of files that hold its shards; relative to the spec. */
  readonly file: string;
  /** How the file's names become paths: rules, or the file that has them, relative to the spec. Equal names otherwise. */
  readonly names?: string | readonly string[];
}

/** What is drawn afresh for each example, in place of data. */
export interface NoiseSpec {
  /** Of one example. */
  readonly shape: readonly number[];
  readonly distribution: 'normal' | 'uniform';
}

export interface TrainSpec {
  /** Of all phases together. */
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
  readonly patience?: number;
  readonly monitor: string;
  /** Whether the monitored figure is best at its lowest or its highest. Losses are at their lowest, others highest, unless said. */
  readonly best?: 'lowest' | 'highest';
}

/** The table's names, nested as they are, as values on the device. */
export type Memory<Table> = Table extends TensorSpec ? Value : { readonly [Name in keyof Table]: Memory<Table[Name]> };

/** What a table of slots remembers, as values on the device. */
export type Slots<Table> = {
  readonly [Kind in keyof Table]: Table[Kind] extends readonly Remembered<infer Slot>[] ? readonly Kept<Slot>[] : never;
};

/** The numbers of a step as inputs of kernels, by their names. */
export type Scalars<F extends (clock: Clock) => object> = { readonly [Name in keyof ReturnType<F>]: Scalar };

/** What `evaluate` gave, summed over the batches. */
export type Totals<Evaluate extends (...args: never[]) => object> = {
  readonly [Name in keyof ReturnType<Evaluate>]: HostArray;
};

/** Parameters and states, or gradients, nested as the model's table is. */
export type Weights = Nested<Value>;

/** Named values on the device, as the runtime passes them. */
export type Values = Readonly<Record<string, Value>>;

/** Numbers of the host, as inputs of kernels. */
export type Numbers = Readonly<Record<string, Scalar>>;

/** What `forward` gives besides whatever it keeps for `backward`. */
export interface Forward {
  readonly loss: Value;
  /** Each loss statement of the step, weighted. */
  readonly losses: readonly Value[];
}

/**
 * `schedule plateau`: the rate is multiplied by `factor` each time the figure has gone `patience` epochs without a gain of
 * more than `gain`, relative to the best.
 */
export interface PlateauSpec {
  readonly factor: number;
  readonly patience: number;
  readonly monitor: string;
  /** Where the figure is best: losses at their lowest, others at their highest, unless said. */
  readonly best?: 'lowest' | 'highest';
  readonly gain: number;
}

/** What is made small, and how: a step of training. */
export interface TrainingStep {
  /** What optimizers remember of the parameters that it trains, by kinds of updates. */
  readonly slots: Readonly<Record<string, readonly Remembered[]>>;
  numbers(clock: Clock): Readonly<Record<string, number>>;
  /** Stores new layer states itself. */
  forward(k: K, p: Weights, n: Numbers, batch: Values): Forward;
  /** Gradients of the parameters that it trains. */
  backward(k: K, p: Weights, n: Numbers, batch: Values, f: Forward): Weights;
  /** With `accumulate n`: adds the gradients to the accumulators `a`. */
  accumulateGradients?(k: K, a: Weights, g: Weights): void;
  /**
   * Stores new parameters and slots. With `accumulate n`, `g` are the accumulators, sums over `n.micro` batches, which
   * it sets back to zero.
   */
  update(k: K, p: Weights, s: Slots<TrainingStep['slots']>, n: Numbers, g: Weights): void;
  /** Runs to an update. */
  readonly accumulate: number;
  /** Updates of warm-up. */
  readonly warmup: number;
  readonly plateau?: PlateauSpec;
  /** The loss of a model that knows nothing, where it is a constant: ln K. */
  readonly expectedLoss?: number;
}

/** A step among others, which are run in turn for each batch. */
export interface NamedStep extends TrainingStep {
  readonly name?: string;
  /** Runs for each batch: 1 unless given. */
  readonly times?: number;
}

/** A part of the run, with slots, t and patience of its own. */
export interface PhaseSpec extends Partial<Evaluation> {
  readonly name?: string;
  readonly epochs: number;
  /** These are those of `train` unless given. */
  readonly patience?: number;
  readonly monitor?: string;
  readonly best?: 'lowest' | 'highest';
  readonly steps: readonly NamedStep[];
}

/** Loss and metrics over batches, of which sums or moments are kept. A phase may have figures of its own. */
export interface Evaluation {
  /** What one batch adds to the totals of an evaluation, outside training; or rows, of which moments are kept. */
  evaluate(k: K, p: Weights, n: Numbers, batch: Values): Values;
  /** Results of `evaluate` that are rows [B, ...]: their sum and the sum of their squares are totalled, [2, ...]. */
  readonly moments?: readonly string[];
  /** Loss and metrics from the totals over all rows. */
  figures(total: Readonly<Record<string, HostArray>>, at: { readonly rows: number }): Readonly<Record<string, number>>;
}

/** The whole of a model: one step of training is written flat, several lie in their phases. */
export type ModelDefinition = TrainedModel & (TrainingStep | { readonly phases: readonly PhaseSpec[] });

/**
 * What a model is besides its training. Its functions run eagerly or into a recording: they may look at shapes, never at values.
 * They are methods so that a generated file may declare its own names in place of these records.
 */
export interface TrainedModel extends Evaluation {
  readonly name: string;
  readonly source: {
    readonly file: string;
    readonly hash: string;
    readonly compiler: string;
    readonly settings: Readonly<Record<string, number>>;
    /** The spec itself, where it is at hand: a run keeps it, to say later what has changed. */
    readonly text?: string;
  };
  readonly inputs: Readonly<Record<string, PortSpec>>;
  readonly targets: Readonly<Record<string, PortSpec>>;
  /** Drawn by the runtime, and given to functions as a part of the batch. */
  readonly noise?: Readonly<Record<string, NoiseSpec>>;
  /** In training alone: what changes of a batch before `forward` sees it. */
  augment?(k: K, n: Numbers, batch: Values): Values;
  /** Ports that have another type then: a class that is mixed becomes a distribution. */
  readonly augmented?: Readonly<Record<string, PortSpec>>;
  /** What a frozen part makes of a batch, row by row: a batch that has it already needs the inputs in `cached` alone. */
  features?(k: K, p: Weights, batch: Values): Values;
  /** What `features` gives, and the inputs that training and evaluation read besides. */
  readonly cached?: { readonly ports: Readonly<Record<string, PortSpec>>; readonly inputs: readonly string[] };
  /** Parameters and layers' states: `p` holds a value for each. */
  readonly parameters: Nested<ParameterSpec>;
  /** Those of `evaluate` and `predict`. */
  numbers(clock: Clock): Readonly<Record<string, number>>;
  /**
   * By the user's names, `predict` if there is only one. `batch` holds the inputs in `predictInputs`. Few predictions
   * ask for numbers (the size of the batch, for a mean over it): they come last.
   */
  predict(k: K, p: Weights, batch: Values, n: Numbers): Values;
  readonly predictInputs: readonly string[];
  readonly data?: DataSpec;
  readonly prep: readonly PrepSpec[];
  /** What takes the place of initial values. */
  readonly loads?: readonly LoadSpec[];
  readonly train: TrainSpec;
}

/** Names the type of a model's definition without widening it. */
export function defineModel<const M extends ModelDefinition>(model: M): M {
  return model;
}

/** What the compiler emits as `model` is one: a look at its functions tells another file, and a mistake in between. */
export function isModelDefinition(value: unknown): value is ModelDefinition {
  const holds = (...names: readonly string[]): boolean =>
    typeof value === 'object' && value !== null && names.every((name) => name in value);
  return holds('evaluate', 'predict') && (holds('phases') || holds('forward', 'backward', 'update'));
}

/** Whether the numbers of a step depend on how many updates there are. */
export function readsUpdates(step: Pick<TrainingStep, 'numbers'>): boolean {
  let read = false;
  step.numbers({
    t: 1,
    B: 1,
    micro: 1,
    plateau: 1,
    get T() {
      read = true;
      return 1;
    },
  });
  return read;
}
