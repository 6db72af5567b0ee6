/**
 * Specs in which nothing, or little, belongs to single examples: weights alone in losses, values, predictions, metrics,
 * joined, reduced, moved and multiplied, in every number of axes.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampled } from '../amounts.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { generate } from '../generated.ts';
import { holds } from './whole-check.ts';

/** Of weights w and u of one shape, and v of shape [3, 2]. */
const anywhere: readonly string[] = [
  'w',
  'mean(w)',
  'sin(w)',
  'mean(sin(w))',
  'sum(w^2)',
  'max(w * u)',
  'norm(w)',
  'logsumexp(w)',
  'w * u + 1',
  '-w',
  'square(w - u)',
  'maximum(w, u)',
  'where(w > u, w, 2 * u)',
  'reshape(w, [-1])',
  'reshape(w, [-1, 1])',
  'reshape(w, [1, -1]) * reshape(u, [-1, 1])',
  'stack([w, u])',
  'stack([w, u], axis=-1)',
  '[w, u]',
  'concat([reshape(w, [-1]), reshape(v, [-1])])',
  'broadcast(w, [2, 2, 3])',
  'w * 0 + 3',
  'arange(3) * sum(w)',
  'reshape(arange(6), [3, 2]) * mean(w)',
  'mean(stop_gradient(x)) * u',
  'batch_mean(w)',
  'batch_sum(w)',
  'batch_mean(mean(x)) * w',
  'batch_sum(x * mean(w))',
  'transpose(w) * 2',
];

const fromOneAxis: readonly string[] = [
  'softmax(w) * u',
  'log_softmax(w)',
  'concat([w, u])',
  'concat([w, u, 2 * w])',
  'max(w, axis=-1)',
  'sum(w, axis=0)',
  'mean(w, axis=-1, keepdims=true) * u',
  'logsumexp(w, axis=0)',
  'norm(w, axis=-1)',
  'w[1:]',
  'w[0]',
  'w[-1]^2',
  'w @ v',
  'w @ transpose(u)',
  'one_hot(argmax(w), 3) * mean(u)',
  'gather(v, argmax(w))',
  'gather(w, argmax(mean(v, axis=-1)[:2]))',
];

const fromTwoAxes: readonly string[] = [
  'w[:, 1:]',
  'w[0, :] * u',
  'w[1, 2]',
  'w @ v @ w',
  'transpose(w) @ u',
  'transpose(w, [-1, 0])',
  'concat([w, u], axis=0)',
  'concat([w, transpose(v)])',
  'max(w, axis=0)',
  'sum(w, axis=[0, 1])',
  'pad(w, [1, 0, 0, 2])',
];

const table = [
  { shape: '[]', forms: anywhere },
  { shape: '[3]', forms: [...anywhere, ...fromOneAxis, 'pad(w, [1, 1])', 'w @ u', 'v @ w[:2]'] },
  { shape: '[2, 3]', forms: [...anywhere, ...fromOneAxis, ...fromTwoAxes] },
];

/** Some forms at a time. */
const cases = table.flatMap(({ shape, forms }) =>
  [...forms.keys()]
    .filter((i) => i % 8 === 0)
    .map((start) => ({ shape, forms: forms.slice(start, start + 8), named: forms.slice(start, start + 8).join('; ') })),
);

const head = (shape: string): string[] => [
  'input x: f32[3]; target y: f32[3]',
  `weight w: ${shape} init=normal(1); weight u: ${shape} init=normal(1); weight v: [3, 2] init=normal(1)`,
];
/** A loss that reaches every weight, of each example. */
const reaching = 'loss = mean((x * mean(w) + sum(u) * y)^2) + mean(v) * mean(x); optim sgd lr=0.01';

describe('on cpu', () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels('cpu');
  });
  afterAll(() => kernels.dispose());

  describe.each(sampled(cases, 3))('$shape: $named', ({ shape, forms }) => {
    test('in losses, with the examples and without', async () => {
      const lines = [
        ...head(shape),
        ...forms.flatMap((form) => [`loss = ${form}`, `loss = mean(x * y) * mean(${form})`]),
        'loss = 0.1 * sum(w^2) + sum(u) + mean(sin(v)); optim adam lr=0.01',
      ];
      await holds('losses', lines.join('\n'), kernels);
    });

    test('as values, predictions and metrics', async () => {
      const lines = [
        ...head(shape),
        reaching,
        ...forms.map((form, i) => `def metric own${i}(w, u, v, x) = ${form}`),
        ...forms.map((_, i) => `metric own${i} w=w u=u v=v x=x`),
        ...forms.map((form, i) => `it = ${form}; v${i} = it`),
        'loss = mean(it)',
        `predict it=it ${forms.map((_, i) => `p${i}=v${i}`).join(' ')}`,
      ];
      await holds('values', lines.join('\n'), kernels);
    });
  });

  describe('one weight, and nothing of the examples', () => {
    test.each([
      ['the weight', 'weight w: []; loss = w'],
      ['the weight, twice', 'weight w: [] init=constant(2); loss = w; loss = w'],
      ['a view of the weight', 'weight w: [1] init=constant(2); loss = w[0]'],
      ['its sum', 'weight w: [1, 1] init=constant(2); loss = sum(w); predict w'],
      ['drawn', 'weight w: [] init=normal; loss = w^2'],
      ['drawn, beside drawn matrices', 'weight w: [] init=normal; weight u: [2, 2] init=normal; loss = w * mean(u)'],
      ['scaled', 'weight w: [] init=uniform(1, 2); loss = mean(x) * w; loss = w'],
      ['a product with itself', 'weight w: [3] init=normal(1); loss = w @ w; predict w'],
      ['a product of two', 'weight w: [3] init=normal(1); weight u: [3] init=normal(1); loss = sum(w * u)'],
      ['their sum', 'weight w: [3] init=normal(1); weight u: [] init=normal(1); loss = sum(w + u)'],
      [
        'of all examples alike',
        'weight w: [3] init=normal(1); loss = mean(sin(w)); predict reshape(arange(6), [3, 2])',
      ],
      ['as what is current', 'weight w: [3] init=normal(1); it = w; loss = mean(x * w)'],
      ['accumulated', 'weight w: [3] init=normal(1); loss = mean(sin(w)); loss = mean(x * w); accumulate 2'],
      ['penalised', 'weight w: [2, 2] init=normal(1); loss = mean(w); penalty l2 0.1'],
      ['clipped', 'weight w: [] init=constant(3); loss = w^2; clip norm 0.5'],
      ['the predictions of no input', 'weight w: [3] init=normal(1); loss = mean(x * w); predict a=w b=2 c=[1, 2]'],
      ['the number of rows', 'weight w: [3] init=normal(1); loss = batch_sum(1) * mean(w); predict a=batch_sum(1) b=w'],
    ])('%s', async (_, text) => {
      await holds('alone', `input x: f32[3]\n${text}\noptim momentum lr=0.1`, kernels);
    });

    test('the loss of a step is the one before its update', async () => {
      const { definition } = await generate(
        'before',
        'input x: f32[1]; weight w: [] init=constant(3)\nloss = w; optim sgd lr=1',
      );
      for (const mode of ['eager', 'recorded'] as const) {
        const trainer = await createTrainer(definition, { kernels, mode });
        const losses: number[] = [];
        for (const x of [[0], [0], [0]]) losses.push(await (await trainer.trainStep({ x })).loss);
        trainer.dispose();
        expect(losses).toEqual([3, 2, 1]);
      }
    });
  });
});
