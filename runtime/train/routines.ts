/** The routines of a model: what runs over a batch in training, in evaluation and in prediction. */
import { View } from '../kernels/buffer.ts';
import type { K, Value } from '../kernels/k.ts';
import type { Clock, ModelDefinition, Numbers, Values, Weights } from '../model.ts';
import { inputSpecs } from './batch.ts';
import type { Ports } from './batch.ts';
import type { DeviceMemory } from './memory.ts';
import type { Keep, Routine } from './routine.ts';

export interface Routines {
  /** Forward, backward and update. */
  readonly step: Routine;
  /** Forward and backward, and the gradients added to the accumulators. */
  readonly gradients: Routine;
  /** The update by the accumulators. */
  readonly update: Routine;
  readonly evaluate: Routine;
  readonly predict: Routine;
}

/** The numbers of a step as inputs of kernels. Their names do not depend on the clock. */
export function numbersOf(model: ModelDefinition): Numbers {
  const clock: Clock = { t: 1, T: 1, B: 1, micro: 1 };
  return Object.fromEntries(Object.keys(model.numbers(clock)).map((name) => [name, { scalar: name }]));
}

export function routinesOf(model: ModelDefinition, { p, s, a }: Pick<DeviceMemory, 'p' | 's' | 'a'>): Routines {
  const n = numbersOf(model);
  const ports: Ports = { ...model.inputs, ...model.targets };
  const read: Ports = Object.fromEntries(
    Object.entries(model.inputs).filter(([name]) => model.predictInputs.includes(name)),
  );
  const over = (name: string, inputs: Ports, build: Routine['build']): Routine => ({
    name: `${model.name}.${name}`,
    inputs: (rows) => inputSpecs(inputs, rows),
    build,
  });
  return {
    step: over('step', ports, (k, batch, keep) => {
      const { loss, gradients } = differentiate(model, k, p, n, batch, keep);
      model.update(k, p, s, n, gradients);
      return { loss };
    }),
    gradients: over('gradients', ports, (k, batch, keep) => {
      const { loss, gradients } = differentiate(model, k, p, n, batch, keep);
      model.accumulateGradients?.(k, a, gradients);
      return { loss };
    }),
    update: over('update', {}, (k) => {
      model.update(k, p, s, n, a);
      return {};
    }),
    evaluate: over('evaluate', ports, (k, batch): Values => model.evaluate(k, p, n, batch)),
    predict: over('predict', read, (k, batch): Values => model.predict(k, p, batch, n)),
  };
}

/** Forward and backward; what only they read is kept no longer. */
function differentiate(model: ModelDefinition, k: K, p: Weights, n: Numbers, batch: Values, keep: Keep) {
  const f = model.forward(k, p, n, batch);
  keep(madeBy(f));
  const gradients = model.backward(k, p, n, batch, f);
  keep([f.loss, ...madeBy(gradients)]);
  return { loss: f.loss, gradients };
}

/** The values among what a function of the model returns, in whatever objects and arrays they lie. */
export function madeBy(result: object): readonly Value[] {
  if (result instanceof View) return [result];
  const parts: readonly unknown[] = Object.values(result);
  return parts.flatMap((part) => (typeof part === 'object' && part !== null ? madeBy(part) : []));
}
