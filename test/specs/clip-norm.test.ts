/** `clip norm` over the whole range of f32: the direction stays, and the length becomes the limit. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { generate } from '../generated.ts';

/** Two parameters with gradients [x₀, x₁] and [x₂], and a step of length 1 against them. */
const text = (limit: number): string =>
  'input x: f32[3]\nweight u: [2] init=zeros\nweight v: [1] init=zeros\n' +
  `loss = mean(sum(x[0:2] * u) + sum(x[2:3] * v))\noptim sgd lr=1\nclip norm ${limit}\n`;

const gradients: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [0.1, -0.2, 0.2],
  [3, -4, 12],
  [1e-30, 1e-30, 0],
  [3e18, 4e18, 12e18],
  [3e19, -4e19, 12e19],
  [1e30, 1e-30, -1e30],
  [-3e37, 4e37, 12e37],
  [1e38, 2e38, 2e38],
];

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(backend);
  });
  afterAll(() => kernels.dispose());

  describe.each([1, 1e-3, 500])('to %s', (limit) => {
    test.each(gradients)('of %s, %s, %s', async (...x) => {
      const { definition } = await generate('clip-norm', text(limit));
      const batch = new Map([['x', { shape: [1, 3], data: Float32Array.from(x) }]]);
      const found = await exactStep(definition, { batches: [batch], kernels });
      const step = ['new/u', 'new/v'].flatMap((name) => Array.from(found.get(name)?.data ?? []));
      const norm = Math.hypot(...x);
      for (const [i, g] of x.entries()) {
        // Factors below 1e-38 are denormal: whole multiples of 1.4e-45.
        const rounding = 2e-6 * Math.min(limit, norm) + 1.4e-45 * Math.abs(g);
        expect(Math.abs((step[i] ?? NaN) + g * Math.min(1, limit / norm))).toBeLessThanOrEqual(rounding);
      }
    });
  });
});
