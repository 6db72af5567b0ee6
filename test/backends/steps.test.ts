/**
 * WebGPU in a browser, driven from Node: one exact step against PyTorch, as on cpu and wasm, and steps of the specs against
 * the interpreter, eagerly and as one program.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { findChromium } from '../../runtime/node/browser/chromium.ts';
import { openInBrowser } from '../../runtime/node/browser/open.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { sampled } from '../amounts.ts';
import { generate } from '../generated.ts';
import { deviation } from '../oracle/deviation.ts';
import { fixtureNames, readFixture } from '../oracle/fixtures.ts';
import { evaluationDeviation, stepDeviation, trace } from '../specs/agree.ts';
import { smallSpecs } from '../specs/small-specs.ts';
import { contractSpecs, smaller, specFiles } from '../specs/spec-files.ts';

/** Conventions 7. */
const promised = 1e-3;

const specs = [
  ...smallSpecs.map((spec) => ({ ...spec, rows: 5 })),
  ...specFiles().map((spec) => ({ ...spec, rows: 8 })),
  ...contractSpecs().map(({ name, text }) => ({ name, text: smaller(text), rows: 2 })),
];

const found = findChromium() !== undefined;

describe.skipIf(!found)(`on webgpu${found ? '' : ' (there is no Chromium)'}`, () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await openInBrowser('webgpu');
  });
  afterAll(() => kernels.dispose());

  test.each(sampled(fixtureNames(), 61, 2))('%s', async (name) => {
    const { text, weights, batches, expected, updates } = readFixture(name);
    const { definition } = await generate(name.slice(name.indexOf('/') + 1), text);
    const result = await exactStep(definition, { weights, batches, updates, kernels });
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
    const { worst, name: where } = deviation(result, expected);
    expect(worst, where).toBeLessThan(promised);
  });

  test.each(sampled(specs, 61, 3))('$name', { timeout: 300_000 }, async ({ name, text, rows }) => {
    const generated = await generate(name.replaceAll(/\W+/g, '-'), text);
    const step = await stepDeviation(generated, kernels, rows);
    expect(step.worst, step.name).toBeLessThan(promised);
    const evaluation = await evaluationDeviation(generated, kernels, rows);
    expect(evaluation.worst, evaluation.name).toBeLessThan(promised);
    expect(await trace(generated, kernels, 'recorded', rows)).toEqual(await trace(generated, kernels, 'eager', rows));
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
  });
});
