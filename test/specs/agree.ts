/** What programs are compared by: the same spec on kernels and by the f64 interpreter, eagerly and recorded. */
import type { Model } from '../../compiler/ir/model.ts';
import { gatherRows } from '../../runtime/data/batches.ts';
import type { SavedTensor } from '../../runtime/checkpoint/safetensors.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { loadable } from '../../runtime/load/loadable.ts';
import { isLoaded } from '../../runtime/load/plan.ts';
import { balancedTargets } from '../../runtime/train/class-weights.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import type { HostTensor } from '../../runtime/train/tensor.ts';
import type { Mode } from '../../runtime/train/routine.ts';
import type { Generated } from '../generated.ts';
import { deviation } from '../oracle/deviation.ts';
import type { Deviation } from '../oracle/deviation.ts';
import {
  doubles,
  initialWeights,
  interpretBatches,
  interpretStep,
  interpretUpdate,
  scalar,
} from '../oracle/interpret.ts';
import type { Tensors } from '../oracle/interpret.ts';
import type { SavedTensors } from '../oracle/fixtures.ts';
import { randomBatch } from './random-batch.ts';
import { placesOf } from '../only-step.ts';

/** Updates of the run that schedules are told of. */
const updates = 10;

/** What a model asks of files and rows: here what it would start from without either. */
export const startOf = (generated: Pick<Generated, 'definition' | 'model'>) => ({
  loaded: loadedBy(generated),
  classWeights: Object.fromEntries(
    balancedTargets(generated.definition).map((target) => [
      target,
      Array.from({ length: generated.definition.targets[target]?.classes ?? 0 }, () => 1),
    ]),
  ),
});

function loadedBy({ definition, model }: Pick<Generated, 'definition' | 'model'>): ReadonlyMap<string, HostTensor> {
  const all = loadable(definition);
  const loaded = [...initialWeights(model, model.train.seed)].filter(
    ([path]) => all.has(path) && definition.loads?.some((load) => isLoaded(path, load)) === true,
  );
  return new Map(loaded.map(([path, { shape, data }]) => [path, { shape, data: Float32Array.from(data) }]));
}

/**
 * Two rounds of each step, the second from where the first ended: loss, gradients, states and predictions by the same weights; new
 * parameters and slots by the same gradients (conventions 7).
 */
export async function stepDeviation(generated: Generated, kernels: Kernels, rows: number): Promise<Deviation> {
  const { definition, model } = generated;
  const start = startOf(generated);
  let worst: Deviation = { worst: 0, name: '' };
  for (const { phase, name, step } of placesOf(model)) {
    let weights: SavedTensors | undefined;
    for (const round of [1, 2]) {
      const batches = Array.from({ length: step.accumulate }, (_, i) => randomBatch(model, rows, 10 * round + i));
      const found = await exactStep(definition, { weights, ...start, batches, updates, kernels, phase, step: name });
      const given = {
        step,
        batches: batches.map(doubles),
        updates,
        ...(weights === undefined ? {} : { weights: doubles(weights) }),
      };
      const wanted = interpretStep(model, given);
      for (const [name, tensor] of interpretUpdate(model, given, doubles(found))) wanted.set(name, tensor);
      const names = [[...found.keys()].toSorted().join(' '), [...wanted.keys()].toSorted().join(' ')];
      if (names[0] !== names[1]) throw new Error(`the step gives ${names[0]}, not ${names[1]}`);
      const own = deviation(found, wanted);
      const where = [phase, name].filter((part) => part !== undefined).join('/');
      if (own.worst > worst.worst) worst = { ...own, name: `${own.name} of step ${where} ${round}` };
      weights = afterStep(found);
    }
  }
  return worst;
}

/** The results of a step as the weights of the next. */
export function afterStep(step: SavedTensors): Map<string, SavedTensor> {
  const kept = [...step].filter(([name]) => name === 't' || /^(new|ema|state)\//.test(name));
  return new Map(kept.map(([name, tensor]) => [name.replace(/^new\//, ''), tensor]));
}

/**
 * Loss and metrics over several batches, the last one smaller, at the initial weights; and what they were made of. Those
 * of the trained model unless another phase is given, from 0.
 */
export async function evaluated(generated: Generated, kernels: Kernels, rows: number, phase?: number) {
  const { definition, model } = generated;
  const trainer = await createTrainer(definition, { kernels, ...startOf(generated) });
  try {
    const all = randomBatch(model, 2 * rows + 1, 7);
    const batches = pieces(model, all, rows);
    return {
      found: await trainer.evaluate(batches, { phase }),
      weights: doubles(await trainer.weights()),
      batches: batches.map(tensorsOf(model)),
    };
  } finally {
    trainer.dispose();
  }
}

/** How far the evaluation is off. */
export async function evaluationDeviation(generated: Generated, kernels: Kernels, rows: number): Promise<Deviation> {
  const { found, weights, batches } = await evaluated(generated, kernels, rows);
  const wanted = interpretBatches(generated.model, weights, batches);
  const tensors = (figures: Iterable<readonly [string, number]>) =>
    new Map([...figures].map(([name, x]) => [name, scalar(x)]));
  return deviation(tensors(Object.entries(found)), tensors(wanted));
}

/** Everything that a run of some steps leaves behind, to the bit. */
export async function trace(generated: Generated, kernels: Kernels, mode: Mode, rows: number) {
  const { definition, model } = generated;
  const trainer = await createTrainer(definition, { kernels, mode, updates, ...startOf(generated) });
  try {
    const losses: number[] = [];
    for (const size of [rows, rows, rows - 1, rows]) {
      const step = await trainer.trainStep(values(randomBatch(model, size, losses.length)));
      losses.push(await step.loss);
    }
    await trainer.finishGroup();
    for (const phase of model.phases.slice(1).keys()) {
      await trainer.enterPhase(phase + 1);
      trainer.setUpdates(updates);
      const step = await trainer.trainStep(values(randomBatch(model, rows, 20 + phase)));
      losses.push(await step.loss);
      await trainer.finishGroup();
    }
    const figures = await trainer.evaluate(pieces(model, randomBatch(model, 2 * rows + 1, 7), rows));
    const predicted = await trainer.predict(
      values(randomBatch(model, rows, 8), (name) => Object.hasOwn(definition.inputs, name)),
      // Predictions of noise alone do not know how many they are.
      model.noises.length > 0 ? { rows } : {},
    );
    return { losses, figures, predicted, ...(await trainer.snapshot()) };
  } finally {
    trainer.dispose();
  }
}

type Batch = Record<string, Float32Array | Int32Array>;

/** A batch of a caller as the interpreter takes it. */
function tensorsOf(model: Model): (batch: Batch) => Tensors {
  return (batch) =>
    new Map(
      model.ports.flatMap(({ name, shape }) => {
        const data = batch[name];
        const size = shape.reduce((product, length) => product * length, 1);
        return data === undefined
          ? []
          : [[name, { shape: [data.length / size, ...shape], data: Float64Array.from(data) }] as const];
      }),
    );
}

function values(batch: SavedTensors, wanted: (name: string) => boolean = () => true): Batch {
  return Object.fromEntries(
    [...batch].flatMap(([name, { data }]) =>
      wanted(name) && (data instanceof Float32Array || data instanceof Int32Array) ? [[name, data] as const] : [],
    ),
  );
}

function pieces(model: Model, all: SavedTensors, rows: number): Batch[] {
  const ports = Object.fromEntries(
    model.ports.map(({ name, shape, dtype }) => [
      name,
      { shape, dtype: dtype === 'i32' ? 'int32' : 'float32' } as const,
    ]),
  );
  const elements = values(all);
  const count = [...all.values()][0]?.shape[0] ?? 0;
  const starts = Array.from({ length: Math.ceil(count / rows) }, (_, i) => i * rows);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  return starts.map((start) => gatherRows(elements, ports, order.subarray(start, start + rows)));
}
