/** Nothing grows: once the full and the last batch have run, steps keep no tensor, no memory, no byte of the wasm heap. */
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { batchesOf } from '../../runtime/data/batches.ts';
import { loadDataset } from '../../runtime/data/dataset.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import type { Backend } from '../../runtime/kernels/backends.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import type { ModelDefinition } from '../../runtime/model.ts';
import { openSource } from '../../runtime/node/data.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import type { Mode } from '../../runtime/train/routine.ts';
import { generate } from '../generated.ts';
import { specFile, specFiles, specFolder } from './spec-files.ts';

const steps = 1000;

/** Of the rows of an epoch: batches in order, the last one with what is left. */
async function epochOf(model: ModelDefinition) {
  const data = loadDataset(model, await openSource(model, { baseDir: specFolder }));
  return [...batchesOf(data.elements, { ...model.inputs, ...model.targets }, data.parts.training, model.train.batch)];
}

const held = (kernels: Kernels) => ({ ...kernels.counters(), tensors: memory().numTensors });

async function growth(name: string, backend: Backend, mode: Mode, count: number) {
  const { definition } = await generate(name, specFile(name).text);
  const epoch = await epochOf(definition);
  const batch = (i: number) => epoch[i % epoch.length] ?? {};
  const kernels = await createKernels(backend);
  const trainer = await createTrainer(definition, { kernels, mode, updates: 2 * count });
  try {
    for (let i = 0; i < epoch.length; i++) await (await trainer.trainStep(batch(i))).loss;
    const before = held(kernels);
    let loss = NaN;
    for (let i = 0; i < count; i++) {
      const step = await trainer.trainStep(batch(i));
      if (i % 100 === 99) loss = await step.loss;
    }
    expect(loss).toBeGreaterThan(0);
    return { before, after: held(kernels) };
  } finally {
    trainer.dispose();
    kernels.dispose();
  }
}

describe(`${steps} more steps leave everything as it was`, () => {
  test.each(specFiles())('$name, recorded on wasm', async ({ name }) => {
    const { before, after } = await growth(name, 'wasm', 'recorded', steps);
    expect(before.arena).toBeGreaterThan(0);
    expect(after).toEqual(before);
  });

  test.each([
    ['wasm', 'eager'],
    ['cpu', 'recorded'],
    ['cpu', 'eager'],
  ] as const)('xor on %s, %s', async (backend, mode) => {
    const { before, after } = await growth('xor', backend, mode, steps);
    expect(after).toEqual(before);
  });
});
