/** Which backend a trainer runs on, and that tfjs's own choice is not its business. */
import {
  add,
  engine,
  getBackend,
  mul,
  registerBackend,
  removeBackend,
  setBackend,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { createTrainer, openKernels } from '../../runtime/index.ts';
import type { BackendName } from '../../runtime/index.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { classifier } from './models.ts';

const model = () => classifier({ inputs: 4, hidden: 8, classes: 3 });
const batch = { x: [1, 2, 3, 4], label: [2] };

async function step(backend: BackendName): Promise<void> {
  const trainer = await createTrainer(model(), { backend });
  try {
    expect(trainer.backend).toBe(backend);
    expect(await (await trainer.trainStep(batch)).loss).toBeGreaterThan(0);
  } finally {
    trainer.dispose();
  }
}

describe.sequential("the page's own backend", () => {
  test('is whatever came first where tfjs has none', async () => {
    expect(engine().backendNames()).toEqual(['cpu']);
    removeBackend('cpu');
    await step('wasm');
    expect(getBackend()).toBe('wasm');
    registerBackend('cpu', () => new MathBackendCPU());
  });

  test.each([
    ['cpu', 'wasm'],
    ['wasm', 'cpu'],
    ['cpu', 'cpu'],
    ['wasm', 'wasm'],
  ] as const)('%s stays in use while a trainer runs on %s', async (own, backend) => {
    await setBackend(own);
    const before = tensor1d([1, 2]);
    const { backend: instance } = engine();
    const made = createTrainer(model(), { backend });
    // Also while the other one is being started.
    expect([...add(before, 1).dataSync()]).toEqual([2, 3]);
    const trainer = await made;
    await trainer.trainStep(batch);
    expect(getBackend()).toBe(own);
    expect(engine().backend).toBe(instance);
    expect([...mul(before, before).dataSync()]).toEqual([1, 4]);
    trainer.dispose();
    expect([...mul(before, 3).dataSync()]).toEqual([3, 6]);
  });

  test('is chosen among its own if it comes to choose later', async () => {
    for (const name of ['cpu', 'wasm']) removeBackend(name);
    let made = 0;
    registerBackend('cpu', () => (made++, new MathBackendCPU()), 1);
    await step('cpu');
    expect(engine().backendName ?? undefined).toBeUndefined();
    expect([...add(tensor1d([1, 2]), 1).dataSync()]).toEqual([2, 3]);
    expect([getBackend(), made > 0]).toEqual(['cpu', true]);
  });
});

test('kernels that start at once share one backend', async () => {
  const start = () => createKernels('cpu', { kernelSet: 'tfjs' });
  const kernels = await Promise.all(Array.from({ length: 4 }, start));
  kernels[0]?.allocate([3], 'float32');
  expect(new Set(kernels.map((each) => each.counters().dataIds)).size).toBe(1);
  for (const each of kernels) each.dispose();
});

test.each(['cuda', 'WASM', 'toString', '__proto__', ''])('the backend %j: what there is', async (name) => {
  const options: object = { backend: name };
  const error = {
    code: 'NN5007',
    message: `there is no backend \`${name}\``,
    help: 'there are auto, wasm, cpu, webgl, webgpu',
  };
  await expect(createTrainer(model(), options)).rejects.toMatchObject(error);
});

test('a backend that does not start here says so', async () => {
  await expect(openKernels('webgl')).rejects.toMatchObject({
    code: 'NN5007',
    message: 'no backend starts here: webgl: the backend webgl does not start here',
  });
});
