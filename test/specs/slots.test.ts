/** What optimizers keep: denormal numbers, which cost wasm a hundredfold, never stay in a slot (conventions 4). */
import { expect, test } from 'vitest';
import type { SavedTensor } from '../../runtime/checkpoint/safetensors.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { generate } from '../generated.ts';

const text = 'input x: f32[2]; target y: f32[1]\nlayer dense 1 bias=false\nloss mse; optim momentum lr=0.1 beta=0.5\n';

test.each(['wasm', 'cpu'] as const)('slots below 1e-30 become 0 on %s', async (backend) => {
  const { definition } = await generate('slots', text);
  const column = (...data: readonly number[]) => ({ shape: [2, 1], data: Float32Array.from(data) });
  const weights = new Map<string, SavedTensor>([
    ['dense.kernel', column(1, 2)],
    ['state/dense.kernel/v', column(-1.5e-30, 4e-30)],
    ['t', { shape: [], data: Int32Array.of(3) }],
  ]);
  // Without inputs there is no gradient: a slot halves.
  const batch = new Map([
    ['x', { shape: [1, 2], data: new Float32Array(2) }],
    ['y', { shape: [1, 1], data: new Float32Array(1) }],
  ]);
  const result = await exactStep(definition, { weights, batches: [batch], backend });
  // −0 is as good as 0.
  expect(Array.from(result.get('state/dense.kernel/v')?.data ?? [], (x) => x + 0)).toEqual([0, Math.fround(2e-30)]);
});
