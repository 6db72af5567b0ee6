/** The steps of a model, and that of one which has no other. */
import type { Model, TrainingStep } from '../compiler/ir/model.ts';
import { stepsOf } from '../compiler/ir/model.ts';

export function onlyStep(model: Pick<Model, 'phases'>): TrainingStep {
  const [only, ...others] = stepsOf(model);
  if (only === undefined || others.length > 0) throw new Error(`the model has ${others.length + 1} steps`);
  return only;
}

/** A step of a phase, and what `nnc step` calls both. */
export interface Place {
  readonly phase: string | undefined;
  readonly name: string | undefined;
  readonly step: TrainingStep;
}

export const placesOf = ({ phases }: Pick<Model, 'phases'>): readonly Place[] =>
  phases.flatMap((phase) => phase.steps.map((step) => ({ phase: phase.name, name: step.name, step })));
