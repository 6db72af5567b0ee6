/** What the compiler hands to a target: a model, its planned graphs, and where they come from. */
import type { Model, Phase, TrainingStep, Update } from './model.ts';
import type { Plan } from './plan.ts';
import type { Graph } from './types.ts';

/** One step of one phase. */
export interface TrainingEntry {
  readonly phase: Phase;
  readonly step: TrainingStep;
  /** Sections forward, backward, [accumulate] and update in this order; of update what all parameters share. */
  readonly plan: Plan;
  /** What then is done for each parameter: those that are updated alike share it. */
  readonly updates: ReadonlyMap<Update, Plan>;
  /** What the plan calls; those that others call before them. */
  readonly functions: Functions;
}

export type Functions = ReadonlyMap<Graph, Plan>;

/** The steps share no values with each other, nor with what a trained model does. */
export interface Program {
  readonly model: Model;
  /** In the order in which they run: at least one. */
  readonly training: readonly TrainingEntry[];
  /** What training makes of a batch. */
  readonly augmentation: Plan | undefined;
  readonly evaluation: Plan;
  /** Those of phases that have their own, by their graphs. */
  readonly ownEvaluations: ReadonlyMap<Graph, Plan>;
  readonly inference: Plan;
  /** From inputs to what training and evaluation begin with, where that is kept (`cache features`). */
  readonly features: Plan | undefined;
  /** What these call. */
  readonly functions: Functions;
  /** The spec's file name without folders, its text, and the SHA-256 of that, and of what it imports, in hexadecimal. */
  readonly source: { readonly file: string; readonly text: string; readonly hash: string };
  /** The compiler's version. */
  readonly compiler: string;
}
