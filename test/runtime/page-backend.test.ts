/** A page that brought one backend along and has used none yet: a trainer on another one does not choose for it. */
import '@tensorflow/tfjs-backend-cpu';
import { add, engine, getBackend, tensor1d } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createTrainer } from '../../runtime/index.ts';
import { classifier } from './models.ts';

test('its first computation takes its own, without waiting for ours', async () => {
  expect(engine().backendNames()).toEqual(['cpu']);
  const trainer = await createTrainer(classifier({ inputs: 4, hidden: 8, classes: 3 }), { backend: 'wasm' });
  expect(trainer.backend).toBe('wasm');
  // A package that the page brings along later may still have its choice.
  expect(engine().backendName).toBeUndefined();
  const { loss } = await trainer.trainStep({ x: [1, 2, 3, 4], label: [2] });
  expect(await loss).toBeGreaterThan(0);
  expect([...add(tensor1d([1, 2]), 1).dataSync()]).toEqual([2, 3]);
  expect(getBackend()).toBe('cpu');
  trainer.dispose();
});
