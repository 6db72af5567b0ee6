/** The life of a trainer: calls that are not awaited run in their order, and its end leaves nothing behind. */
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createTrainer, openKernels } from '../../runtime/index.ts';
import type { Kernels, Trainer } from '../../runtime/index.ts';
import type { Mode } from '../../runtime/train/routine.ts';
import { classifier } from './models.ts';

const batch = (rows: number, seed = 0) => ({
  x: Float32Array.from({ length: rows * 4 }, (_, i) => Math.sin(1 + i * 1.7 + seed)),
  label: Int32Array.from({ length: rows }, (_, i) => (i * 7 + seed) % 3),
});
const model = (options = {}) => classifier({ inputs: 4, hidden: 8, classes: 3, dropout: 0.25, ...options });

const held = (kernels: Kernels) => ({ ...kernels.counters(), tensors: memory().numTensors });

/** Every way to run a model; memory is counted on each. */
const ways = (['wasm', 'cpu'] as const).flatMap((backend) =>
  (['recorded', 'eager'] as const).map((mode) => ({ backend, mode })),
);

/** A trainer on kernels of its own, and what was held when it was gone compared with what was held before it came. */
async function within(
  { backend, mode, accumulate = 1 }: { backend: 'wasm' | 'cpu'; mode: Mode; accumulate?: number },
  use: (trainer: Trainer, kernels: Kernels) => Promise<void>,
): Promise<void> {
  const kernels = await openKernels(backend);
  try {
    const before = held(kernels);
    const trainer = await createTrainer(model({ accumulate }), { kernels, mode });
    try {
      await use(trainer, kernels);
    } finally {
      trainer.dispose();
    }
    await settled();
    const { bytes, allocations, arena } = held(kernels);
    expect({ bytes, allocations, arena }).toEqual({ bytes: 0, allocations: 0, arena: 0 });
    expect(memory().numTensors).toBe(before.tensors);
  } finally {
    kernels.dispose();
  }
}

/** What was begun has ended. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Calls of every kind, in an order in which each could meddle with the one before. */
const calls: readonly ((trainer: Trainer) => unknown)[] = [
  (trainer) => trainer.trainStep(batch(16)).then((step) => step.loss),
  (trainer) => trainer.trainStep(batch(16, 1)).then((step) => step.loss),
  (trainer) => trainer.evaluate([batch(16), batch(5)]),
  (trainer) => trainer.trainStep(batch(5, 2)).then((step) => step.loss),
  (trainer) => trainer.predict({ x: batch(16).x }),
  (trainer) => trainer.predict({ x: batch(40, 2).x }),
  (trainer) => trainer.weights(),
  (trainer) => trainer.finishGroup(),
  (trainer) => trainer.snapshot(),
  (trainer) => trainer.trainStep(batch(7, 3)).then((step) => step.loss),
  (trainer) => trainer.setWeights(other),
  (trainer) => trainer.weights(),
  (trainer) => trainer.trainStep(batch(7, 4)).then((step) => step.loss),
  (trainer) => trainer.evaluate([batch(7)]),
  (trainer) =>
    trainer.restore({ t: 7, microBatches: 7, weights: new Map(Object.entries(other)), averages: new Map(), slots }),
  (trainer) => trainer.trainStep(batch(9, 5)).then((step) => step.loss),
  (trainer) => trainer.snapshot(),
];

const tensor = (shape: readonly number[], seed: number) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.cos(i + seed)),
});
const shapes = { 'dense.kernel': [4, 8], 'dense.bias': [8], 'head.kernel': [8, 3], 'head.bias': [3] };
const other = Object.fromEntries(Object.entries(shapes).map(([path, shape], i) => [path, tensor(shape, i)]));
const slots = new Map(
  Object.entries(shapes).flatMap(([path, shape]) =>
    ['m', 'v'].map((slot) => [`${path}/${slot}`, { ...tensor(shape, 9), data: tensor(shape, 9).data.map(Math.abs) }]),
  ),
);

describe('calls that are not awaited', () => {
  test.each(ways.flatMap((way) => [1, 3].map((accumulate) => ({ ...way, accumulate }))))(
    'give what they give one after the other: $backend, $mode, accumulate $accumulate',
    async (way) => {
      const inOrder: unknown[] = [];
      await within(way, async (trainer) => {
        for (const call of calls) inOrder.push(await call(trainer));
      });
      let atOnce: unknown[] = [];
      await within(way, async (trainer) => {
        atOnce = await Promise.all(calls.map((call) => call(trainer)));
      });
      expect(atOnce).toEqual(inOrder);
    },
  );

  test('share the program that is being made', async () => {
    await within({ backend: 'wasm', mode: 'recorded' }, async (trainer, kernels) => {
      const steps = Array.from({ length: 8 }, (_, i) => trainer.trainStep(batch(16, i)));
      await Promise.all(steps);
      const many = held(kernels);
      await trainer.trainStep(batch(16));
      expect(held(kernels)).toEqual(many);
      const x = batch(5).x;
      await Promise.all(Array.from({ length: 8 }, () => trainer.predict({ x })));
      const predicted = held(kernels);
      await trainer.predict({ x });
      expect(held(kernels)).toEqual(predicted);
    });
  });

  test('of more sizes than are kept lose no program that is in use', async () => {
    await within({ backend: 'wasm', mode: 'recorded' }, async (trainer) => {
      const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2];
      const alone: unknown[] = [];
      for (const rows of sizes) alone.push(await trainer.predict({ x: batch(rows).x }));
      expect(await Promise.all(sizes.map((rows) => trainer.predict({ x: batch(rows).x })))).toEqual(alone);
    });
  });

  test('that fail do not hold up the next', async () => {
    await within({ backend: 'wasm', mode: 'recorded' }, async (trainer) => {
      const wrong = trainer.trainStep({ ...batch(4), label: [9, 9, 9, 9] });
      const right = trainer.trainStep(batch(4));
      await expect(wrong).rejects.toThrow('lies outside 0..2');
      expect((await right).rows).toBe(4);
      expect(trainer.progress).toEqual({ t: 1, microBatches: 1 });
    });
  });

  test('a prediction may be asked for by the batches of an evaluation', async () => {
    await within({ backend: 'wasm', mode: 'recorded' }, async (trainer) => {
      async function* batches() {
        await trainer.predict({ x: batch(4).x });
        yield batch(4);
        await trainer.weights();
        yield batch(4);
      }
      expect(await trainer.evaluate(batches())).toEqual(await trainer.evaluate([batch(4), batch(4)]));
    });
  });
});

describe('dispose', () => {
  const after = expect.objectContaining({ code: 'NN5012', message: 'the trainer was disposed of' });

  test.each(ways)(
    'twice, or while calls are under way, lets them end and leaves nothing: $backend, $mode',
    async (way) => {
      const inOrder: unknown[] = [];
      await within(way, async (trainer) => {
        for (const call of calls) inOrder.push(await call(trainer));
      });
      await within(way, async (trainer) => {
        const made = calls.map((call) => call(trainer));
        trainer.dispose();
        trainer.dispose();
        await expect(trainer.trainStep(batch(4))).rejects.toEqual(after);
        expect(await Promise.all(made)).toEqual(inOrder);
      });
    },
  );

  test.each(ways)('ends a fit at its next step: $backend, $mode', async (way) => {
    await within(way, async (trainer) => {
      let given = 0;
      function* endless() {
        for (; given < 1000; given++) {
          if (given === 3) trainer.dispose();
          yield batch(4);
        }
      }
      await expect(trainer.fit(endless)).rejects.toEqual(after);
      expect(given).toBe(3);
    });
  });

  test.each(ways)('every method says that the trainer is gone: $backend, $mode', async (way) => {
    await within(way, async (trainer) => {
      await trainer.trainStep(batch(4));
      trainer.dispose();
      for (const call of calls) {
        await expect(Promise.resolve().then(() => call(trainer))).rejects.toEqual(after);
      }
      await expect(trainer.fit([batch(4)])).rejects.toEqual(after);
      expect(() => trainer.setUpdates(3)).toThrow('disposed of');
    });
  });

  test('kernels that go before their trainer', async () => {
    const kernels = await openKernels('wasm');
    const trainer = await createTrainer(model(), { kernels });
    const running = trainer.trainStep(batch(16));
    kernels.dispose();
    await expect(running).rejects.toThrow('disposed');
    await expect(trainer.trainStep(batch(16))).rejects.toThrow('disposed');
    trainer.dispose();
    await settled();
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0, arena: 0 });
  });
});

test('a trainer that cannot be made keeps nothing', async () => {
  const kernels = await openKernels('wasm');
  for (const weights of [{ 'dense.kernel': tensor([4, 9], 0) }, { ...other, 'head.bias': tensor([4], 0) }]) {
    await expect(createTrainer(model(), { kernels, weights })).rejects.toMatchObject({ code: 'NN5004' });
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
  }
  const lost = { path: 'dense.bias', slots: { m: { shape: [8], init: () => tensorOf([7]) } } };
  const broken = { ...model(), slots: { adam: [lost] } };
  await expect(createTrainer(broken, { kernels })).rejects.toThrow('the initial value of dense.bias/m');
  expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
  kernels.dispose();
});

const tensorOf = (shape: readonly number[]) => ({ shape, data: new Float64Array(shape[0] ?? 0) });
