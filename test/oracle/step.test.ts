/** One exact step of the generated code on real backends against PyTorch, as `nnc step` takes it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { generate } from '../generated.ts';
import { deviation } from './deviation.ts';
import { fixtureCases, readFixture } from './fixtures.ts';

/** Conventions 7. */
const promised = 1e-4;

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(backend);
  });
  afterAll(() => kernels.dispose());

  test.each(fixtureCases())('%s', async (name, facts) => {
    const { text, weights, batches, expected, updates } = readFixture(name, facts);
    const { definition } = await generate(name, text);
    const result = await exactStep(definition, { weights, batches, updates, kernels });
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
    expect([...result.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    const { worst, name: where } = deviation(result, expected);
    expect(worst, where).toBeLessThan(promised);
  });
});
