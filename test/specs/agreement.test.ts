/**
 * Fused and planned programs against the meaning: training step, evaluation and inference of every spec by the f64
 * interpreter to the tolerance that is promised, and eager and recorded runs against each other to the bit.
 */
import { sampled } from '../amounts.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { generate } from '../generated.ts';
import { evaluationDeviation, stepDeviation, trace } from './agree.ts';
import { smallSpecs } from './small-specs.ts';
import { contractSpecs, specFiles } from './spec-files.ts';

/** Conventions 7. */
const promised = 1e-4;

const specs = [
  ...smallSpecs.map((spec) => ({ ...spec, rows: 5 })),
  ...specFiles().map((spec) => ({ ...spec, rows: 8 })),
  ...contractSpecs().map((spec) => ({ ...spec, rows: 2 })),
];

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(backend);
  });
  afterAll(() => kernels.dispose());

  // What a program is, and where its results lie, is decided for both alike.
  test.each(backend === 'wasm' ? sampled(specs, 3) : sampled(specs, 8, 1))('$name', async ({ name, text, rows }) => {
    const generated = await generate(name.replaceAll(/\W+/g, '-'), text);
    const step = await stepDeviation(generated, kernels, rows);
    expect(step.worst, step.name).toBeLessThan(promised);
    const evaluation = await evaluationDeviation(generated, kernels, rows);
    expect(evaluation.worst, evaluation.name).toBeLessThan(promised);
    const recorded = await trace(generated, kernels, 'recorded', rows);
    expect(recorded).toEqual(await trace(generated, kernels, 'eager', rows));
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
  });
});
