/** The phases of a model and their steps, be there one of each or several. */
import type { Evaluation, ModelDefinition, PhaseSpec, TrainingStep } from './model.ts';

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
  readonly monitor: string;
  readonly best: 'lowest' | 'highest' | undefined;
  readonly steps: readonly Step[];
  /** What is measured while it lasts. */
  readonly evaluation: Evaluation;
}

/** A model that is written flat has one phase with one step. */
export function phasesOf(model: ModelDefinition): readonly Phase[] {
  const { train } = model;
  if (!('phases' in model)) {
    const only: Step = { ...model, name: undefined, times: 1, prefix: '' };
    const { epochs, patience, monitor, best } = train;
    return [{ name: undefined, epochs, patience, monitor, best, steps: [only], evaluation: model }];
  }
  const several = model.phases.flatMap(({ steps }) => steps).length > 1;
  return model.phases.map((phase) => {
    const { name, epochs, patience = train.patience, monitor = train.monitor, steps } = phase;
    return {
      name,
      epochs,
      patience,
      monitor,
      best: phase.best ?? (phase.monitor === undefined ? train.best : undefined),
      steps: steps.map((step) => {
        const names = several ? [name, step.name].filter((each) => each !== undefined) : [];
        return { ...step, name: step.name, times: step.times ?? 1, prefix: names.map((each) => `${each}/`).join('') };
      }),
      evaluation: evaluationOf(phase) ?? model,
    };
  });
}

function evaluationOf({ evaluate, figures, moments }: PhaseSpec): Evaluation | undefined {
  if (evaluate === undefined || figures === undefined) return undefined;
  return moments === undefined ? { evaluate, figures } : { evaluate, figures, moments };
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
