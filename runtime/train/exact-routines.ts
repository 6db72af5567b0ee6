/** The routines of an exact step, whose results are named as conventions 6 names them. */
import type { Value } from '../kernels/k.ts';
import type { ModelDefinition, Values, Weights } from '../model.ts';
import { valuesByPath } from '../tables.ts';
import { inputSpecs } from './batch.ts';
import type { Ports } from './batch.ts';
import type { Place } from './exact-state.ts';
import { withFeatures } from './features.ts';
import type { DeviceMemory } from './memory.ts';
import { withNoise } from './noise.ts';
import type { Routine } from './routine.ts';
import { numbersOf } from './routines.ts';

export interface ExactRoutines {
  /** Of a batch, by the names of what is predicted. */
  predict(ports: Ports): Routine;
  /** Losses of a batch; with the update and the gradients, where the step takes one batch to an update. */
  differentiate(ports: Ports): Routine;
  /** The update by several batches: the sums of their gradients. */
  readonly update: Routine | undefined;
}

export function exactRoutines(
  model: ModelDefinition,
  { phase, step }: Place,
  { p, averaged, steps }: Pick<DeviceMemory, 'p' | 'averaged' | 'steps'>,
): ExactRoutines {
  const { s, a } = steps[phase.steps.indexOf(step)] ?? { s: {}, a: {} };
  const [n, ofModel] = [numbersOf(step), numbersOf(model)];
  const over = (name: string, ports: Ports, build: Routine['build']): Routine => ({
    name: `${model.name}.${name}`,
    inputs: (rows) => inputSpecs(ports, rows),
    build,
  });
  return {
    predict: (ports) =>
      over('predict', ports, (k, given, rows): Values => {
        return model.predict(k, averaged, withNoise(model, k, given, rows), ofModel);
      }),
    differentiate: (ports) =>
      over('differentiate', ports, (k, given, rows) => {
        const batch = withFeatures(model, k, p, withNoise(model, k, given, rows, step.name));
        const f = step.forward(k, p, n, batch);
        const g = step.backward(k, p, n, batch, f);
        const losses = { loss: f.loss, ...Object.fromEntries(f.losses.map((loss, i) => [`loss/${i}`, loss])) };
        if (step.accumulateGradients !== undefined) {
          step.accumulateGradients(k, a, g);
          return losses;
        }
        step.update(k, p, s, n, g);
        return { ...losses, ...gradientsOf(g) };
      }),
    update:
      step.accumulateGradients &&
      over('update', {}, (k) => {
        // As they are before the update, which sets them to zero.
        const sums = gradientsOf(a, (sum) => k.broadcast(sum, sum.shape));
        step.update(k, p, s, n, a);
        return sums;
      }),
  };
}

const gradientsOf = (g: Weights, of = (gradient: Value): Value => gradient): Values =>
  Object.fromEntries([...valuesByPath(g)].map(([path, gradient]) => [`grad/${path}`, of(gradient)]));
