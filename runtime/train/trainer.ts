/** The trainer: a model on a backend, driven batch by batch or over whole epochs. */
import type { Kernels } from '../kernels/device.ts';
import type { ModelDefinition } from '../model.ts';
import type { BackendName } from './backend.ts';
import type { FitOptions, FitResult } from './fit.ts';
import type { Tensors } from './memory.ts';
import type { PlateauState } from './plateau.ts';
import type { Mode } from './routine.ts';
import type { Tally } from './tally.ts';
import type { HostTensor, TensorLike } from './tensor.ts';
import type { ClassWeights } from './class-weights.ts';
import type { Units } from './units.ts';

export interface TrainerOptions {
  /** `auto` takes the fastest that starts here. */
  readonly backend?: BackendName;
  /** Of initial values, dropout and shuffles; the spec's own unless given. */
  readonly seed?: number;
  /** `recorded` (the default) runs each step as one program; `eager` runs each line as it is reached. */
  readonly mode?: Mode;
  /** All updates of the phase, where a schedule needs to know. */
  readonly updates?: Updates;
  /** Parameters and states by path, in place of initial values. */
  readonly weights?: Tensors | Readonly<Record<string, HostTensor>>;
  /** What the model's `load` statements read (`openLoads`, `fetchLoads`, `readLoads`): needed unless `weights` are given. */
  readonly loaded?: Tensors;
  /** Of targets that `prep` changed: predictions come in them. */
  readonly units?: Units;
  /** Of targets whose classes the loss weights by their rows (`Dataset.classWeights`): needed unless `weights` are given. */
  readonly classWeights?: ClassWeights;
  /** Kernels that are open already; they stay open when the trainer is disposed of. */
  readonly kernels?: Kernels;
  /** What opens those of a backend otherwise; `openKernels` unless given. */
  readonly openKernels?: (backend: BackendName) => Promise<Kernels>;
}

/** One batch: inputs and targets by their names. */
export type BatchOf<M extends ModelDefinition> = {
  readonly [Name in keyof M['inputs'] | keyof M['targets']]: TensorLike;
};

/** Inputs by their names; those that no prediction reads may be left out. */
export type InputsOf<M extends ModelDefinition> = { readonly [Name in keyof M['inputs']]?: TensorLike };

/** Predictions by the names that the spec gives them, `predict` if there is only one. */
export type PredictionsOf<M extends ModelDefinition> = {
  readonly [Name in keyof ReturnType<M['predict']>]: HostTensor;
};

export type Figures = Readonly<Record<string, number>>;

/** Of each step of the phase, or of the only one. */
export type Updates = number | readonly number[];

export interface Step {
  /**
   * The batch's loss, penalties included, as it was before the update: the sum over the steps, if there are several. It
   * may be on its way while steps go on.
   */
  readonly loss: Promise<number>;
  /** That of each step by its figure's name (`loss/d`, or `loss` for the only one), the mean over its `times`. */
  readonly losses: Readonly<Record<string, Promise<number>>>;
  readonly rows: number;
  /** Whether this batch left no group of `accumulate n` open (none does, without `accumulate`). */
  readonly updated: boolean;
}

/** Where a run stands. */
export interface Progress {
  /** Updates done, of all steps. */
  readonly t: number;
  /** Batches seen. */
  readonly microBatches: number;
}

/** How far a step is. */
export interface StepProgress {
  /** Its updates in this phase. */
  readonly t: number;
  /** Its runs so far, in all phases: the counter of its random numbers. */
  readonly runs: number;
}

/** All that a run needs to go on: where it stands, and tensors by path. */
export interface Snapshot extends Progress {
  /** The phase under way, from 0. */
  readonly phase?: number | undefined;
  /** By the names of steps, where there are several; the only one stands where the run does. */
  readonly steps?: Readonly<Record<string, StepProgress>> | undefined;
  /** Of steps whose schedules watch a figure, by their names; of the only step the name is empty. */
  readonly plateaus?: Readonly<Record<string, PlateauState>> | undefined;
  readonly weights: Tensors;
  /** Those of the phase, by the paths of their parameters; none without `ema`. */
  readonly averages: Tensors;
  readonly slots: Tensors;
}

export interface EvaluateOptions {
  /** Whose figures, from 0: those of the trained model, which are the last phase's, unless given. */
  readonly phase?: number | undefined;
  /** Ends the evaluation after the batch under way: it is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Goes on from here: so many batches are passed over. */
  readonly start?: Tally | undefined;
  /** Told after each batch what is counted so far. Awaited; it must not call the trainer. */
  readonly onBatch?: ((tally: Tally) => void | Promise<void>) | undefined;
}

/**
 * Calls that are not awaited run in the order in which they were made; what they are given must stay as it is until
 * then. After `dispose` every call is an error.
 */
export interface Trainer<M extends ModelDefinition = ModelDefinition> {
  readonly model: M;
  readonly backend: string;
  readonly kernelSet: string;
  readonly seed: number;
  readonly progress: Progress;
  /** The phase under way, from 0. */
  readonly phase: number;
  /** Forward, backward and, where a group of `accumulate n` is full, the update: of each step of the phase in turn. */
  trainStep(batch: BatchOf<M>): Promise<Step>;
  /** Goes on to another phase, which begins with fresh slots and t = 0. */
  enterPhase(phase: number): Promise<void>;
  /** The updates of groups of `accumulate n` that are not full, at the end of an epoch. */
  finishGroup(): Promise<boolean>;
  /** Tells schedules that watch a figure what an epoch gave: `fit` does, after each. Throws NN5010 where one is missing. */
  observe(figures: Figures): Promise<void>;
  /** Epochs over a source of batches, which must be one that can be gone through again. */
  fit(batches: Batches<M>, options?: FitOptions<M>): Promise<FitResult>;
  /** Loss and metrics over all rows of these batches, outside training. */
  evaluate(batches: AsyncIterable<BatchOf<M>> | Iterable<BatchOf<M>>, options?: EvaluateOptions): Promise<Figures>;
  /**
   * With `cache features`: what the frozen part makes of these rows, by the names in `cached.ports`. Batches that have it
   * need of the inputs those in `cached.inputs` alone, in training and in evaluation.
   */
  features(inputs: InputsOf<M>): Promise<Readonly<Record<string, HostTensor>>>;
  /** Noise is drawn; `rows` says how many predictions there are where they read nothing else. */
  predict(inputs: InputsOf<M>, options?: { readonly rows?: number }): Promise<PredictionsOf<M>>;
  /** Parameters and states by path, as evaluation and predictions take them: of what `ema` averages, the averages. */
  weights(): Promise<ReadonlyMap<string, HostTensor>>;
  /** Training goes on from these; averages begin anew with them. */
  setWeights(weights: Tensors | Readonly<Record<string, HostTensor>>): void;
  snapshot(): Promise<Snapshot>;
  restore(snapshot: Snapshot): void;
  /** All updates of the phase, for schedules. */
  setUpdates(updates: Updates): void;
  /** Frees everything, once the calls made before have ended; later ones are refused. */
  dispose(): void;
}

/** Something to go through once for each epoch: an iterable that starts anew, or a function that makes one. */
export type Batches<M extends ModelDefinition> =
  | AsyncIterable<BatchOf<M>>
  | Iterable<BatchOf<M>>
  | ((epoch: number) => AsyncIterable<BatchOf<M>> | Iterable<BatchOf<M>>);
