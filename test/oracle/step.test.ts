/** One exact step of the generated code on real backends against PyTorch, as `nnc step` takes it. */
import { sampled } from '../amounts.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SavedTensor } from '../../runtime/checkpoint/safetensors.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { generate } from '../generated.ts';
import { deviation } from './deviation.ts';
import { fixtureNames, readFixture } from './fixtures.ts';

/** Conventions 7. */
const promised = 1e-4;

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(backend);
  });
  afterAll(() => kernels.dispose());

  test.each(backend === 'wasm' ? sampled(fixtureNames(), 5) : sampled(fixtureNames(), 11, 1))('%s', async (name) => {
    const { text, weights, batches, expected, updates } = readFixture(name);
    const { definition } = await generate(name.slice(name.indexOf('/') + 1), text);
    const result = await exactStep(definition, { weights, batches, updates, kernels });
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
    expect([...result.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    const { worst, name: where } = deviation(result, expected);
    expect(worst, where).toBeLessThan(promised);
  });
});

describe('weights that do not fit are listed one by one', () => {
  /** The weights of a fixture in the middle of a run, with some changed. */
  async function complaint(
    change: (weights: Map<string, SavedTensor>) => void,
    fixture = 'learning/adam-mid-run',
  ): Promise<unknown> {
    const { text, weights, batches, updates } = readFixture(fixture);
    const { definition } = await generate('mid-run', text);
    const changed = new Map(weights);
    change(changed);
    return exactStep(definition, { weights: changed, batches, updates, backend: 'cpu' }).catch(
      (error: unknown) => error,
    );
  }

  const row = { shape: [3], data: new Float32Array(3) };

  const remove = (weights: Map<string, SavedTensor>, prefix: string): void =>
    [...weights.keys()].filter((name) => name.startsWith(prefix)).forEach((name) => weights.delete(name));
  const averages = ['dense.kernel', 'dense.bias', 'dense_1.kernel', 'dense_1.bias'].map((path) => `ema/${path}`);

  test.each<[string, (weights: Map<string, SavedTensor>) => void, readonly string[], string?]>([
    [
      'missing, surplus, of another shape',
      (weights) => {
        weights.delete('dense.bias');
        weights.set('dense_2.bias', row).set('dense_1.kernel', row);
      },
      ['missing: dense.bias', 'surplus: dense_2.bias', "dense_1.kernel has shape [3], the model's has [7, 3]"],
    ],
    ['one slot of two', (weights) => weights.delete('state/dense.kernel/m'), ['missing: state/dense.kernel/m']],
    [
      'one slot of two before the first update',
      (weights) => {
        weights.delete('state/dense.kernel/m');
        weights.delete('t');
      },
      ['missing: state/dense.kernel/m'],
    ],
    [
      'no slots after updates',
      (weights) => remove(weights, 'state/'),
      ['m', 'v'].flatMap((slot) =>
        ['dense.kernel', 'dense.bias', 'dense_1.kernel', 'dense_1.bias'].map(
          (path) => `missing: state/${path}/${slot}`,
        ),
      ),
    ],
    [
      'a slot that the optimizer has not',
      (weights) => weights.set('state/dense.bias/mu', row),
      ['surplus: state/dense.bias/mu'],
    ],
    ['an average where there is none', (weights) => weights.set('ema/dense.bias', row), ['surplus: ema/dense.bias']],
    [
      'no averages after updates',
      (weights) => remove(weights, 'ema/'),
      averages.map((name) => `missing: ${name}`),
      'averages/mid-run',
    ],
    [
      'some averages before the first update',
      (weights) => {
        weights.delete('t');
        weights.delete('ema/dense.bias');
        weights.delete('ema/dense_1.kernel');
      },
      ['missing: ema/dense.bias', 'missing: ema/dense_1.kernel'],
      'averages/mid-run',
    ],
    [
      'an average of another shape, and one of what is frozen',
      (weights) => weights.set('ema/dense_1.kernel', row).set('ema/dense.bias', row),
      ["ema/dense_1.kernel has shape [3], the model's has [7, 3]", 'surplus: ema/dense.bias'],
      'averages/frozen',
    ],
  ])('%s', async (_, change, lines, fixture) => {
    const error = await complaint(change, fixture);
    expect(error).toMatchObject({ code: 'NN5004' });
    const [first, ...listed] = String(error)
      .split('\n')
      .map((line) => line.trim());
    expect(first).toContain('the weights do not fit the model');
    expect(listed.toSorted()).toEqual(lines.toSorted());
  });
});
