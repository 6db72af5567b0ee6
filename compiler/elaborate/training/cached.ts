/** `cache features`: whether there is a part that makes the same of a row in every epoch. */
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import type { Model } from '../../ir/model.ts';
import { stepsOf } from '../../ir/model.ts';
import { featuresOf } from '../../passes/features.ts';
import type { Frame } from '../frame/context.ts';
import { report } from '../frame/report.ts';

/** Says why the features of a model cannot be kept, if they are to be. */
export function checkCached(model: Model, frame: Frame): void {
  const { cache } = model;
  const told = cache === undefined ? undefined : whyNot(model);
  if (cache !== undefined && told !== undefined) report(told, cache.origin.span, frame);
}

function whyNot(model: Model): Told | undefined {
  const [step, ...others] = stepsOf(model);
  if (step === undefined || others.length > 0) return say.NN3028.parts();
  if (model.augmentation !== undefined) return say.NN3028.augmented();
  if (model.data === undefined) return say.NN3028.given();
  return featuresOf(step.graph, model) === undefined ? say.NN3028.nothing() : undefined;
}
