/** Derivatives of the library's functions where they have a kink: PyTorch's (autograd of torch.nn.functional 2.5). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { generate } from '../generated.ts';
import { doubles, interpretStep } from '../oracle/interpret.ts';

/** By function: points and the derivatives there. */
const table: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'relu(x)': [[0, 0]],
  'relu6(x)': [
    [0, 0],
    [6, 0],
    [3, 1],
  ],
  'leaky_relu(x)': [[0, 0.2]],
  'elu(x)': [
    [0, 1],
    [-0, 1],
    [-1, Math.exp(-1)],
    [2, 1],
  ],
  'elu(x, alpha=0.5)': [
    [0, 0.5],
    [90, 1],
    [-90, 0],
  ],
  'selu(x)': [
    [0, 1.7580993408473766],
    [1, 1.0507009873554805],
  ],
  'softsign(x)': [[0, 1]],
  'abs(x)': [[0, 0]],
  'maximum(x, 0)': [[0, 0.5]],
  'gelu(x)': [[0, 0.5]],
  'silu(x)': [[0, 0.5]],
  'mish(x)': [[0, 0.6]],
  'softplus(x)': [[0, 0.5]],
};

const cases = Object.entries(table).map(([f, points]) => ({ f, points }));

const text = (f: string, count: number): string =>
  `input at: f32[${count}]\nweight shift: [${count}] init=zeros\nx = at + shift\nloss = mean(sum(${f}))\noptim sgd\n`;

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(backend);
  });
  afterAll(() => kernels.dispose());

  test.each(cases)('$f', async ({ f, points }) => {
    const { definition, model } = await generate('kinks', text(f, points.length));
    const x = Float32Array.from(points, ([at]) => at);
    const batch = new Map([['at', { shape: [1, points.length], data: x }]]);
    const found = await exactStep(definition, { batches: [batch], kernels });
    const meant = interpretStep(model, { batches: [doubles(batch)] });
    for (const result of [found, meant])
      expect([...(result.get('grad/shift')?.data ?? [])]).toEqual(points.map(([, slope]) => expect.closeTo(slope, 6)));
  });
});
