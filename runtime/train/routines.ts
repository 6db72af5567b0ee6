/** The routines of a model: what runs over a batch in training, in evaluation and in prediction. */
import type { K } from '../kernels/k.ts';
import type { Clock, Evaluation, ModelDefinition, Numbers, TrainingStep, Values, Weights } from '../model.ts';
import { phasesOf } from '../phases.ts';
import type { Phase, Step } from '../phases.ts';
import { inputSpecs } from './batch.ts';
import type { Ports } from './batch.ts';
import { extended, withFeatures } from './features.ts';
import type { DeviceMemory, StepMemory } from './memory.ts';
import { withNoise } from './noise.ts';
import type { Routine } from './routine.ts';

export interface StepRoutines {
  /** Forward, backward and update. */
  readonly step: Routine;
  /** Forward and backward, and the gradients added to the accumulators. */
  readonly gradients: Routine;
  /** The update by the accumulators. */
  readonly update: Routine;
}

export interface Routines {
  /** Those of the phase's steps, in their order. */
  readonly steps: readonly StepRoutines[];
  /** Of each phase of the model; the last one is how the trained model is measured. */
  readonly evaluations: readonly Measuring[];
  /** What the frozen part makes of inputs: nothing without `cache features`. */
  readonly features: Routine;
  readonly predict: Routine;
}

export interface Measuring {
  readonly evaluation: Evaluation;
  readonly routine: Routine;
}

/** Numbers as inputs of kernels. Their names do not depend on the clock. */
export function numbersOf(step: Pick<TrainingStep, 'numbers'>): Numbers {
  const clock: Clock = { t: 1, T: 1, plateau: 1, B: 1, micro: 1 };
  return Object.fromEntries(Object.keys(step.numbers(clock)).map((name) => [name, { scalar: name }]));
}

export function routinesOf(
  model: ModelDefinition,
  phase: Phase,
  { p, averaged, steps }: Pick<DeviceMemory, 'p' | 'averaged' | 'steps'>,
  /** What batches of training and evaluation consist of. */
  ports: Ports = { ...model.inputs, ...model.targets },
): Routines {
  const n = numbersOf(model);
  const read: Ports = Object.fromEntries(
    Object.entries(model.inputs).filter(([name]) => model.predictInputs.includes(name)),
  );
  // Phases that are measured alike share what is recorded.
  const known = new Map<Evaluation['evaluate'], Measuring>();
  const measuringBy = (evaluation: Evaluation, phase: string | undefined): Measuring => {
    const name = evaluation === model || phase === undefined ? 'evaluate' : `${phase}.evaluate`;
    const found = known.get(evaluation.evaluate) ?? {
      evaluation,
      routine: routine(model, name, ports, (k, batch): Values => {
        return evaluation.evaluate(k, averaged, n, withFeatures(model, k, p, batch));
      }),
    };
    known.set(evaluation.evaluate, found);
    return found;
  };
  return {
    steps: phase.steps.map((step, i) => stepRoutines(model, step, ports, p, steps[i] ?? { s: {}, a: {} })),
    evaluations: phasesOf(model).map(({ name, evaluation }) => measuringBy(evaluation, name)),
    features: routine(model, 'features', model.inputs, (k, batch): Values => model.features?.(k, p, batch) ?? {}),
    predict: routine(model, 'predict', read, (k, batch): Values => model.predict(k, averaged, batch, n)),
  };
}

function stepRoutines(
  model: ModelDefinition,
  step: Step,
  ports: Ports,
  p: Weights,
  { s, a }: StepMemory,
): StepRoutines {
  const n = numbersOf(step);
  const over = (name: string, inputs: Ports, build: Build): Routine =>
    routine(model, step.name === undefined ? name : `${step.name}.${name}`, inputs, build, step);
  return {
    step: over('step', ports, (k, batch) => {
      const { loss, gradients } = differentiate(model, step, k, p, n, batch);
      step.update(k, p, s, n, gradients);
      return { loss };
    }),
    gradients: over('gradients', ports, (k, batch) => {
      const { loss, gradients } = differentiate(model, step, k, p, n, batch);
      step.accumulateGradients?.(k, a, gradients);
      return { loss };
    }),
    update: over('update', {}, (k) => {
      step.update(k, p, s, n, a);
      return {};
    }),
  };
}

type Build = (k: K, batch: Values) => Values;

/** Over a batch of which noise is a part, as it is asked for. */
const routine = (model: ModelDefinition, name: string, inputs: Ports, build: Build, step?: Step): Routine => ({
  name: `${model.name}.${name}`,
  inputs: (rows) => inputSpecs(inputs, rows),
  build: (k, given, rows) => build(k, withNoise(model, k, given, rows, step?.name)),
});

/** Forward and backward. */
function differentiate(model: ModelDefinition, step: Step, k: K, p: Weights, n: Numbers, given: Values) {
  const changed = model.augment?.(k, numbersOf(model), given);
  const batch = withFeatures(model, k, p, changed === undefined ? given : extended(given, changed));
  const f = step.forward(k, p, n, batch);
  return { loss: f.loss, gradients: step.backward(k, p, n, batch, f) };
}
