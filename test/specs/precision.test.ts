/**
 * Losses where single precision is easily lost: logits that share an offset, predictions that are sure of themselves,
 * differences near 0. Loss and gradient by the f64 interpreter at the same numbers keep six digits, whatever cancels.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { generate } from '../generated.ts';
import { relative } from '../oracle/deviation.ts';
import { doubles, interpretStep } from '../oracle/interpret.ts';

const promised = 2e-6;

interface Case {
  readonly of: string;
  readonly loss: string;
  /** The rows of logits, each tried alone: a mean over several would hide the small ones. */
  readonly rows: Readonly<Record<string, readonly number[]>>;
  readonly targets: readonly Target[];
}

interface Target {
  readonly type: string;
  readonly value: readonly number[];
}

const ofClass = (label: number): Target => ({ type: 'class[3]', value: [label] });
const numbers = (...value: readonly number[]): Target => ({ type: `f32[${value.length}]`, value });
const classes = [0, 1, 2].map(ofClass);

const logits = {
  'an offset of 10,000': [10000.25, 9999, 10001.5],
  'an offset of −10,000': [-10000.25, -9999, -10001.5],
  'a margin of 8': [8, 0, -1],
  'a margin of 12': [-1, 12, 0.5],
  'a margin of 30': [-15, -15, 15],
  'two greatest': [3, 3, -9],
  'three equals': [0, 0, 0],
};

const differences = { 'near 0': [1e-3, -2e-4, 3e-5], 'about 1': [0.999, -1.001, 1], 'far off': [20, -60, 200] };

const cases: readonly Case[] = [
  { of: 'xent', loss: 'loss xent', rows: logits, targets: classes },
  { of: 'xent, smoothed', loss: 'loss xent smoothing=0.1', rows: logits, targets: classes },
  { of: 'xent, weighted', loss: 'loss xent weights=[1, 2, 3]', rows: logits, targets: classes },
  {
    of: 'xent of a distribution',
    loss: 'loss xent',
    rows: logits,
    targets: [numbers(0, 1, 0), numbers(0.5, 0.25, 0.25)],
  },
  { of: 'focal', loss: 'loss focal', rows: logits, targets: classes },
  { of: 'focal of gamma 0.5', loss: 'loss focal gamma=0.5', rows: logits, targets: classes },
  { of: 'kl', loss: 'loss kl', rows: logits, targets: [numbers(0, 1, 0), numbers(0.5, 0.25, 0.25)] },
  {
    of: 'the logarithm of softmax',
    loss: 'loss = mean(sum(y * log_softmax(it)))',
    rows: logits,
    targets: [numbers(1, 0, 0), numbers(0.5, -1, 0.25)],
  },
  {
    of: 'softmax',
    loss: 'loss = mean(sum(y * softmax(it)))',
    rows: { 'an offset of 10,000': [10000.25, 9999, 10001.5], 'two greatest': [3, 3, -2] },
    targets: [numbers(0.5, -1, 0.25)],
  },
  { of: 'logsumexp', loss: 'loss = mean(logsumexp(it, axis=-1))', rows: logits, targets: [ofClass(0)] },
  {
    of: 'x − logsumexp x',
    loss: 'loss = mean(sum(y * (it - logsumexp(it, axis=-1, keepdims=true))))',
    rows: { 'an offset of 10,000': [10000.25, 9999, 10001.5] },
    targets: [numbers(0.5, -1, 0.25)],
  },
  {
    of: 'e^(x − logsumexp x)',
    loss: 'loss = mean(sum(y * exp(it - logsumexp(it, axis=-1, keepdims=true))))',
    rows: { 'an offset of 10,000': [10000.25, 9999, 10001.5] },
    targets: [numbers(0.5, -1, 0.25)],
  },
  {
    of: 'bce',
    loss: 'loss bce',
    rows: { 'a margin of 12': [12, -12, 12], 'a margin of 80': [80, -80, 80], 'in doubt': [0, 0.1, -0.1] },
    targets: [numbers(1, 0, 1), numbers(0, 1, 0), numbers(0.3, 0.9, 0.5)],
  },
  {
    of: 'dice',
    loss: 'loss dice',
    rows: { 'a margin of 12': [12, -12, 12], 'in doubt': [0, 0.1, -0.1] },
    targets: [numbers(1, 0, 1)],
  },
  { of: 'logcosh', loss: 'loss logcosh', rows: differences, targets: [numbers(0, 0, 0)] },
  { of: 'huber', loss: 'loss huber', rows: differences, targets: [numbers(0, 0, 0)] },
];

const table = cases.flatMap(({ of, loss, rows, targets }) =>
  Object.entries(rows).flatMap(([where, row]) =>
    targets.map((target) => ({ title: `${of} at ${where}, for ${target.value.join(', ')}`, loss, row, target })),
  ),
);

const text = (loss: string, type: string): string =>
  `input x: f32[3]\ntarget y: ${type}\nweight shift: [3] init=zeros\nit = x + shift\n${loss}\noptim sgd\n`;

/** Rows [y, prediction], apart by less than their distance from 0. */
const far: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'about 1,000': [
    [1000, 1000.5],
    [1000.4, 1000.2],
    [1000.9, 1001],
    [1001.3, 1001],
    [1000.1, 999.5],
  ],
  'about -30,000': [
    [-30000, -29990],
    [-30010.25, -30010],
    [-29980.5, -29991],
  ],
  'all alike': [
    [1000.1, 1000.1],
    [1000.1, 1000.1],
    [1000.1, 1000.1],
  ],
};

describe.each(['wasm', 'cpu'] as const)('r2 on %s', (backend) => {
  test.each(Object.entries(far))('keeps its digits where targets are %s', async (_, rows) => {
    const { definition } = await generate(
      'r2',
      `input x: f32[1]\ntarget y: f32[1]\nweight shift: [] init=zeros\nit = x + shift\nloss mse\noptim sgd\nmetric r2\n`,
    );
    const kernels = await createKernels(backend);
    const trainer = await createTrainer(definition, { kernels });
    const batches = [rows.slice(0, 2), rows.slice(2)].map((part) => ({
      x: part.map(([, z]) => z),
      y: part.map(([y]) => y),
    }));
    const found = await trainer.evaluate(batches);
    trainer.dispose();
    kernels.dispose();
    const [y, z] = [0, 1].map((i) => rows.map((row) => Math.fround(row[i] ?? NaN)));
    const mean = (of: readonly number[]): number => of.reduce((sum, x) => sum + x, 0) / of.length;
    const centre = mean(y ?? []);
    const left = mean((y ?? []).map((x, i) => (x - (z?.[i] ?? NaN)) ** 2));
    const spread = mean((y ?? []).map((x) => (x - centre) ** 2));
    expect(relative([found['r2'] ?? NaN], [1 - left / Math.max(spread, 1e-30)])).toBeLessThan(promised);
  });
});

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(backend);
  });
  afterAll(() => kernels.dispose());

  test.each(table)('$title', async ({ loss, row, target: { type, value } }) => {
    const { definition, model } = await generate('precision', text(loss, type));
    const given = type.startsWith('class') ? Int32Array.from(value) : Float32Array.from(value);
    const shape = type.startsWith('class') ? [1] : [1, 3];
    const batch = new Map([
      ['x', { shape: [1, 3], data: Float32Array.from(row) }],
      ['y', { shape, data: given }],
    ]);
    const found = await exactStep(definition, { batches: [batch], kernels });
    const wanted = interpretStep(model, { batches: [doubles(batch)] });
    const off = ['loss', 'grad/shift'].map((name) =>
      relative(found.get(name)?.data ?? [], wanted.get(name)?.data ?? []),
    );
    expect(off.map((share) => (share < promised ? 0 : share))).toEqual([0, 0]);
  });
});
