/** What a spec is elaborated into: its graphs, and all that is not a graph. */
import type { Source } from '../diagnostics/types.ts';
import { isBelow } from './paths.ts';
import type { Graph, Origin, Shape } from './types.ts';

export interface Port {
  readonly name: string;
  readonly role: 'input' | 'target';
  readonly dtype: 'f32' | 'i32';
  /** Of one example. */
  readonly shape: readonly number[];
  /** `class[K]`: integers in 0..K−1, −1 is left out. */
  readonly classes: number | undefined;
  readonly range: readonly [number, number] | undefined;
  /** Integers that are rows of tables lie below this: one bound, or one for each number (Infinity: none). */
  readonly below?: number | readonly number[] | undefined;
  readonly origin: Origin;
}

/** What is drawn afresh for each example, and comes in as an input does. */
export interface Noise {
  readonly name: string;
  /** Of one example. */
  readonly shape: readonly number[];
  readonly distribution: 'normal' | 'uniform';
  readonly origin: Origin;
}

export interface Parameter {
  readonly path: string;
  readonly shape: readonly number[];
  /**
   * A host graph with one output, the initial value. Random ops name no stream: it is the path. It has no inputs; what a
   * reparametrisation has for itself may start as something of the weight that it adapts, the input `param`.
   */
  readonly init: Graph;
  /** Whether no step of any phase may change it. */
  readonly frozen: boolean;
  /** Whether decay and penalties reach it (conventions 3). */
  readonly decays: boolean;
  /** Of a matrix that `lora` adapts: the scope of its pair, `a` and `b`; the layer reads W + scale·a·b. */
  readonly pair?: { readonly path: string; readonly scale: number } | undefined;
  /** Of a weight that `reparam` adapts: the scope of what that has of its own. */
  readonly reparam?: string | undefined;
  readonly origin: Origin;
}

/** A layer's state, or what is counted of a target before training. */
export interface State {
  readonly path: string;
  readonly shape: readonly number[];
  readonly init: Graph;
  /** The target of whose classes these are the weights: the data says how many rows each has. */
  readonly balances?: string | undefined;
  readonly origin: Origin;
}

/**
 * The update of one parameter, as its optimizer's def says it. The graph speaks of no path: parameters that are updated
 * alike share it. Inputs: `parameter` (`param`), `grad` (`grad`), slots by name, host numbers (`t`, `T`, `plateau`;
 * λ = lr·s(t) is part of the graph). Outputs: the new `parameter` and the new `slot`s.
 */
export interface Update {
  readonly parameter: string;
  readonly graph: Graph;
  readonly slots: readonly Slot[];
  /**
   * Where the gradient is taken, if that is not the parameter itself (`at <- …`). Inputs: `parameter` (`param`), `grad`
   * (`grad`, the gradient at the parameter), `value` (`grad_norm`, of all gradients there), host numbers. One output.
   */
  readonly at?: Graph | undefined;
  /** What the emitted kernel is named after: `adamw`. */
  readonly optimizer: string;
  readonly origin: Origin;
}

/** What updates call the norm of all gradients of their step. */
export const GRAD_NORM = 'grad_norm';

export interface Slot {
  readonly name: string;
  readonly shape: Shape;
  /** A host graph; a slot may start as the parameter (`state slow = param`): then the graph has that one input. */
  readonly init: Graph;
  /** Whether it is the moving average of the parameter, which evaluation takes in its place (`ema`). */
  readonly isAverage?: boolean;
}

export type Clip = { readonly by: 'norm' | 'value'; readonly limit: number; readonly origin: Origin };

export interface DataSettings {
  readonly format: 'csv' | 'jsonl' | 'npz' | 'idx' | 'images' | 'text' | 'inline';
  readonly file: string | undefined;
  /** Rows of `data inline`: the inputs, then the targets. */
  readonly rows: readonly (readonly number[])[] | undefined;
  /** Port → column patterns (`pixels=pixel_*`); `target=c` is resolved to the only target. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** Shares of train/validation/test; two parts leave no test part; absent: all rows train. */
  readonly split: readonly number[] | undefined;
  readonly seed: number;
  /** What the split heeds: a column whose values stay together, the classes of the only target, the file's order. */
  readonly heeds: { readonly by: string } | 'stratify' | 'order' | undefined;
  readonly origin: Origin;
}

/** What a step of `prep` does, as the runtime's `PrepSpec` has it. */
export type PrepStep =
  | { readonly kind: 'scale'; readonly factor: number }
  | { readonly kind: 'standardize' | 'minmax' | 'onehot' | 'gray' }
  | { readonly kind: 'resize'; readonly size: readonly [number, number] }
  | { readonly kind: 'impute'; readonly by: 'mean' | 'median' | 0; readonly flag?: string }
  | { readonly kind: 'lengths'; readonly mask: string }
  | TextStep;

/** Texts become sequences of ids; `mask` is an input that says where they have tokens. */
type TextStep = { readonly mask?: string } & (
  | { readonly kind: 'tokens'; readonly count: number; readonly pad?: 'end' }
  | { readonly kind: 'chars'; readonly pad?: 'end' }
  | { readonly kind: 'wordpiece'; readonly file: string }
);

export type PrepSettings = PrepStep & { readonly port: string; readonly origin: Origin };

/** Initial values from a file. */
export interface LoadSettings {
  /** What is loaded: all that lies in these scopes, or is called so; `''` is the whole model. */
  readonly scopes: readonly string[];
  readonly file: string;
  /** The rules of a table of names, or the user's file that has them. */
  readonly names: string | readonly string[] | undefined;
  readonly origin: Origin;
}

export interface TrainSettings {
  /** Of all phases together. */
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
  readonly patience: number | undefined;
  /** `val_loss`, `val_accuracy`, … */
  readonly monitor: string;
  /** Where the monitored figure is best. */
  readonly best: 'lowest' | 'highest';
}

/** `budget memory=…`: the most that weights, slots, states and what is computed may take together. */
export interface Budget {
  readonly bytes: number;
  readonly origin: Origin;
}

/**
 * `schedule plateau`: the host number `plateau`, 1 at first, is multiplied by `factor` each time the figure has gone
 * `patience` epochs without a gain of more than `gain`, relative to the best.
 */
export interface Plateau {
  readonly factor: number;
  readonly patience: number;
  readonly monitor: string;
  /** Where the figure is best. */
  readonly best: 'lowest' | 'highest';
  readonly gain: number;
}

/** What is made small by updates of some parameters: a phase runs its steps in turn, for each batch. */
export interface TrainingStep {
  /** Undefined where the spec names no steps. Random streams of a step that has a name begin with it: `d/dropout.uniform`. */
  readonly name: string | undefined;
  /** Runs for each batch. */
  readonly times: number;
  /** Forward in training mode. Outputs: `loss` (penalties included), `loss/0` …, new `state`s. All in section forward. */
  readonly graph: Graph;
  readonly updates: readonly Update[];
  readonly clips: readonly Clip[];
  /** Runs to an update. */
  readonly accumulate: number;
  /** Updates of warm-up, W; 0 without. */
  readonly warmup: number;
  readonly plateau?: Plateau | undefined;
  /** The loss of a model that knows nothing (all logits 0), where targets make it a constant: ln K for `class[K]`. */
  readonly expectedLoss: number | undefined;
}

/** A part of the run. Slots, t and patience begin anew with it. */
export interface Phase {
  /** Undefined where the spec names no phases. */
  readonly name: string | undefined;
  readonly epochs: number;
  /** That of the run unless given. */
  readonly patience: number | undefined;
  /** What patience watches, and where it is best: as the run has them, where they do not say otherwise. */
  readonly monitor: string;
  readonly best: 'lowest' | 'highest';
  /** At least one. */
  readonly steps: readonly TrainingStep[];
  /** What is measured while it lasts, where that is not what the trained model is measured by: as `Model.evaluation`. */
  readonly evaluation: Graph | undefined;
}

/** What training makes of a batch before the network sees it. */
export interface Augmentation {
  /** From inputs and targets as they are to those that change: outputs of the role `value`, by name. In section forward. */
  readonly graph: Graph;
  /** Those that change, as the network sees them. */
  readonly ports: readonly Port[];
}

export interface Model {
  readonly name: string;
  readonly ports: readonly Port[];
  readonly noises: readonly Noise[];
  readonly parameters: readonly Parameter[];
  readonly states: readonly State[];
  /** Parts of the run, one after the other: at least one, and one where the spec names none. */
  readonly phases: readonly Phase[];
  /** Forward outside training over all inputs and targets, as the last phase has it. Outputs: role `metric`: `loss`, then every metric, by name. */
  readonly evaluation: Graph;
  /** Forward outside training, needing only the inputs that it reads. Outputs: role `predict`. */
  readonly inference: Graph;
  /** What layers read outside training of weights that `reparam` adapts, without pairs: outputs of role `value`, by path. */
  readonly effective?: Graph | undefined;
  readonly augmentation: Augmentation | undefined;
  readonly data: DataSettings | undefined;
  readonly prep: readonly PrepSettings[];
  readonly loads: readonly LoadSettings[];
  readonly train: TrainSettings;
  readonly budget: Budget | undefined;
  /** `remat auto`: values of the way forward may be computed again on the way back. */
  readonly remat: { readonly origin: Origin } | undefined;
  /** `cache features`: what a frozen part makes of a row is computed once. The only step begins with such a part. */
  readonly cache: { readonly origin: Origin } | undefined;
  readonly hypers: readonly { readonly name: string; readonly value: number; readonly set: boolean }[];
  /** The files that the spec imports, and those that they import. */
  readonly imports: readonly Source[];
}

/** What phases are measured by that is not what the trained model is measured by, each once, with the first such phase. */
export const ownEvaluations = ({ phases }: Pick<Model, 'phases'>): ReadonlyMap<Graph, Phase> => {
  const found = new Map<Graph, Phase>();
  for (const phase of phases)
    if (phase.evaluation !== undefined && !found.has(phase.evaluation)) found.set(phase.evaluation, phase);
  return found;
};

/** Every step of every phase. */
export const stepsOf = ({ phases }: Pick<Model, 'phases'>): readonly TrainingStep[] =>
  phases.flatMap(({ steps }) => steps);

/** The weight whose reparametrisation has this weight or state of its own. */
export const adaptedBy = (parameters: Model['parameters'], path: string): Parameter | undefined =>
  parameters.find(({ reparam }) => reparam !== undefined && isBelow(reparam, path));
