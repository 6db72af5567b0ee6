/** The phases of a model and their steps, be there one of each or several. */
import type { ModelDefinition, TrainingStep } from './model.ts';

/** A step with its name, if it has one. */
export interface Step extends TrainingStep {
  readonly name: string | undefined;
  /** Runs for each batch. */
  readonly times: number;
  /** What stands before the names of its slots where there are several steps: `tune/d/`. */
  readonly prefix: string;
}

export interface Phase {
  readonly name: string | undefined;
  readonly epochs: number;
  readonly patience: number | undefined;
  readonly steps: readonly Step[];
}

/** A model that is written flat has one phase with one step. */
export function phasesOf(model: ModelDefinition): readonly Phase[] {
  const { train } = model;
  if (!('phases' in model)) {
    const only: Step = { ...model, name: undefined, times: 1, prefix: '' };
    return [{ name: undefined, epochs: train.epochs, patience: train.patience, steps: [only] }];
  }
  const several = model.phases.flatMap(({ steps }) => steps).length > 1;
  return model.phases.map(({ name, epochs, patience = train.patience, steps }) => ({
    name,
    epochs,
    patience,
    steps: steps.map((step) => {
      const names = several ? [name, step.name].filter((each) => each !== undefined) : [];
      return { ...step, name: step.name, times: step.times ?? 1, prefix: names.map((each) => `${each}/`).join('') };
    }),
  }));
}

export function phaseAt(model: ModelDefinition, index: number): Phase {
  const phase = phasesOf(model)[index];
  if (phase === undefined) throw new RangeError(`${model.name} has no phase ${index}`);
  return phase;
}

/** Whether the model has phases or steps that are called something. */
export const isStaged = (model: ModelDefinition): boolean => 'phases' in model;

/** What the training loss of a step is called among the figures. */
export const figureOf = ({ name }: Pick<Step, 'name'>): string => (name === undefined ? 'loss' : `loss/${name}`);

/** All updates of a step in a phase (conventions 4): a group of `accumulate n` that an epoch leaves incomplete is one too. */
export const updatesIn = (
  { accumulate, times }: Pick<Step, 'accumulate' | 'times'>,
  batchesPerEpoch: number,
  epochs: number,
): number => Math.ceil((batchesPerEpoch * times) / accumulate) * epochs;
