/** The training step of a model that has one. */
import type { Model, TrainingStep } from '../compiler/ir/model.ts';
import { stepsOf } from '../compiler/ir/model.ts';

export function onlyStep(model: Pick<Model, 'phases'>): TrainingStep {
  const [only, ...others] = stepsOf(model);
  if (only === undefined || others.length > 0) throw new Error(`the model has ${others.length + 1} steps`);
  return only;
}
