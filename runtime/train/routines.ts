/** The routines of a model: what runs over a batch in training, in evaluation and in prediction. */
import type { Clock, ModelDefinition, Numbers, Values } from '../model.ts';
import { inputSpecs } from './batch.ts';
import type { Ports } from './batch.ts';
import type { DeviceMemory } from './memory.ts';
import type { Routine } from './routine.ts';

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

export function routinesOf(model: ModelDefinition, { p, s, a }: DeviceMemory): Routines {
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
    step: over('step', ports, (k, batch) => {
      const f = model.forward(k, p, n, batch);
      model.update(k, p, s, n, model.backward(k, p, n, batch, f));
      return { loss: f.loss };
    }),
    gradients: over('gradients', ports, (k, batch) => {
      const f = model.forward(k, p, n, batch);
      model.accumulateGradients?.(k, a, model.backward(k, p, n, batch, f));
      return { loss: f.loss };
    }),
    update: over('update', {}, (k) => {
      model.update(k, p, s, n, a);
      return {};
    }),
    evaluate: over('evaluate', ports, (k, batch): Values => model.evaluate(k, p, n, batch)),
    predict: over('predict', read, (k, batch): Values => model.predict(k, p, batch, n)),
  };
}
