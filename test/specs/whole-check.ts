/** All that a spec must hold: the interpreter's numbers, finite differences, one answer eager and recorded, no leak. */
import { expect } from 'vitest';
import type { Model } from '../../compiler/ir/model.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { generate } from '../generated.ts';
import { doubles, initialWeights, interpretStep } from '../oracle/interpret.ts';
import { evaluationDeviation, stepDeviation, trace } from './agree.ts';
import { randomBatch } from './random-batch.ts';

/** Conventions 7. */
const promised = 1e-4;
const rows = 5;

export async function holds(name: string, text: string, kernels: Kernels): Promise<void> {
  const generated = await generate(name.replaceAll(/\W+/g, '-'), text);
  expect(slopeDeviation(generated.model), 'finite differences').toBeLessThan(1e-6);
  const step = await stepDeviation(generated, kernels, rows);
  expect(step.worst, step.name).toBeLessThan(promised);
  const evaluation = await evaluationDeviation(generated, kernels, rows);
  expect(evaluation.worst, evaluation.name).toBeLessThan(promised);
  const recorded = await trace(generated, kernels, 'recorded', rows);
  expect(recorded).toEqual(await trace(generated, kernels, 'eager', rows));
  // The loss is that of before the update, though it is read after it.
  const first = interpretStep(generated.model, { batches: [doubles(randomBatch(generated.model, rows, 0))] });
  const loss = first.get('loss')?.data[0] ?? NaN;
  expect(Math.abs((recorded.losses[0] ?? NaN) - loss)).toBeLessThan(promised * (Math.abs(loss) + 1e-2));
  expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
}

const step = 1e-5;

/** How far the interpreter's gradients are from central differences of its loss, over all of them together. */
function slopeDeviation(model: Model): number {
  const weights = initialWeights(model, 3);
  const batches = [doubles(randomBatch(model, rows, 1))];
  const lossAt = (path: string, at: number, by: number): number => {
    const moved = moveElement(weights.get(path), at, by);
    return interpretStep(model, { weights: new Map(weights).set(path, moved), batches }).get('loss')?.data[0] ?? NaN;
  };
  const found = interpretStep(model, { weights, batches });
  let off = 0;
  let whole = 1;
  for (const { path } of model.parameters) {
    const gradient = found.get(`grad/${path}`);
    gradient?.data.forEach((slope, at) => {
      off += (slope - (lossAt(path, at, step) - lossAt(path, at, -step)) / (2 * step)) ** 2;
      whole += slope ** 2;
    });
  }
  return Math.sqrt(off / whole);
}

function moveElement(tensor: Tensor | undefined, at: number, by: number): Tensor {
  const { shape, data } = tensor ?? { shape: [], data: new Float64Array() };
  return { shape, data: data.map((x, i) => (i === at ? x + by : x)) };
}
