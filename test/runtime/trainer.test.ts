/** The trainer: modes agree to the bit, batches are checked, groups are accumulated, memory stands still. */
import { tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createTrainer, openKernels } from '../../runtime/index.ts';
import { gatherBatch } from '../../runtime/train/batch.ts';
import type { Trainer, TrainerOptions } from '../../runtime/index.ts';
import { generate } from '../generated.ts';
import { classifier } from './models.ts';

const batch = (rows: number, seed = 0) => ({
  x: Float32Array.from({ length: rows * 4 }, (_, i) => Math.sin(1 + i * 1.7 + seed)),
  label: Int32Array.from({ length: rows }, (_, i) => (i * 7 + seed) % 3),
});
const small = (options = {}) => classifier({ inputs: 4, hidden: 8, classes: 3, dropout: 0.25, ...options });

async function losses(trainer: Trainer, sizes: readonly number[]): Promise<number[]> {
  const result: number[] = [];
  for (const [i, rows] of sizes.entries()) result.push(await (await trainer.trainStep(batch(rows, i))).loss);
  return result;
}

async function withTrainer<T>(
  options: TrainerOptions,
  use: (trainer: Trainer) => Promise<T>,
  model = small(),
): Promise<T> {
  const trainer = await createTrainer(model, options);
  try {
    return await use(trainer);
  } finally {
    trainer.dispose();
  }
}

const sizes = [16, 16, 5, 16, 16, 5];

test('eager and recorded give the same bits', async () => {
  const run = (mode: 'eager' | 'recorded') =>
    withTrainer({ mode, backend: 'wasm' }, async (trainer) => ({
      losses: await losses(trainer, sizes),
      weights: await trainer.weights(),
      figures: await trainer.evaluate([batch(7), batch(3)]),
      predictions: await trainer.predict({ x: batch(40).x }),
    }));
  expect(await run('eager')).toEqual(await run('recorded'));
});

test('dropout draws anew in each step, and the same in each run of a seed', async () => {
  const same = [16, 16, 16];
  const run = (seed: number) =>
    withTrainer({ seed }, async (trainer) => {
      const weights = await trainer.weights();
      const result: number[] = [];
      for (const rows of same) {
        result.push(await (await trainer.trainStep(batch(rows))).loss);
        trainer.setWeights(weights);
      }
      return result;
    });
  const first = await run(1);
  expect(new Set(first).size).toBe(3);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

test('a snapshot continues to the same bits', async () => {
  const whole = await withTrainer({}, (trainer) => losses(trainer, sizes));
  const parts = await withTrainer({}, async (trainer) => {
    const before = await losses(trainer, sizes.slice(0, 3));
    const snapshot = await trainer.snapshot();
    await losses(trainer, [16, 16]);
    return withTrainer({}, async (other) => {
      other.restore(snapshot);
      expect(other.progress).toEqual({ t: 3, microBatches: 3 });
      const after: number[] = [];
      for (const [i, rows] of sizes.slice(3).entries()) {
        after.push(await (await other.trainStep(batch(rows, i + 3))).loss);
      }
      return [...before, ...after];
    });
  });
  expect(parts).toEqual(whole);
});

describe('accumulate', () => {
  const model = small({ accumulate: 3, dropout: 0 });
  test('three batches make one update by the mean of their gradients', async () => {
    const three = await withTrainer(
      {},
      async (trainer) => {
        const steps = [];
        for (let i = 0; i < 3; i++) steps.push(await trainer.trainStep(batch(8, i)));
        expect(steps.map((step) => step.updated)).toEqual([false, false, true]);
        expect(trainer.progress).toEqual({ t: 1, microBatches: 3 });
        return trainer.weights();
      },
      model,
    );
    const joined = [0, 1, 2].map((i) => batch(8, i));
    const one = await withTrainer(
      {},
      async (trainer) => {
        await trainer.trainStep({
          x: joined.flatMap(({ x }) => [...x]),
          label: joined.flatMap(({ label }) => [...label]),
        });
        return trainer.weights();
      },
      small({ dropout: 0 }),
    );
    for (const [path, { data }] of three) {
      data.forEach((x, i) => expect(x).toBeCloseTo(one.get(path)?.data[i] ?? NaN, 4));
    }
  });
  test('each batch of a group has its own random numbers', async () => {
    const dropping = small({ accumulate: 3, dropout: 0.25 });
    const drawn = await withTrainer(
      {},
      async (trainer) => {
        const same: number[] = [];
        for (let i = 0; i < 3; i++) same.push(await (await trainer.trainStep(batch(16))).loss);
        return same;
      },
      dropping,
    );
    expect(new Set(drawn).size).toBe(3);
  });
  test('what was restored knows nothing of a group under way', async () => {
    const run = (before: number) =>
      withTrainer(
        {},
        async (trainer) => {
          const start = await trainer.snapshot();
          for (let i = 0; i < before; i++) await trainer.trainStep(batch(8, 5));
          trainer.restore(start);
          return [await losses(trainer, [8, 8, 8, 8]), await trainer.weights()];
        },
        model,
      );
    expect(await run(2)).toEqual(await run(0));
  });
  test('a group that is not full is the mean of what it has', async () => {
    const partial = await withTrainer(
      {},
      async (trainer) => {
        await trainer.trainStep(batch(8));
        expect(await trainer.finishGroup()).toBe(true);
        expect(await trainer.finishGroup()).toBe(false);
        return trainer.weights();
      },
      model,
    );
    const single = await withTrainer(
      {},
      async (trainer) => {
        await trainer.trainStep(batch(8));
        return trainer.weights();
      },
      small({ dropout: 0 }),
    );
    for (const [path, { data }] of partial) {
      data.forEach((x, i) => expect(x).toBeCloseTo(single.get(path)?.data[i] ?? NaN, 6));
    }
  });
});

test('prediction in pieces is prediction at once', async () => {
  await withTrainer({}, async (trainer) => {
    const { x } = batch(70);
    const all = await trainer.predict({ x });
    expect(all['predict']?.shape).toEqual([70, 3]);
    const last = await trainer.predict({ x: x.subarray(69 * 4) });
    expect(last['predict']?.data).toEqual(all['predict']?.data.slice(69 * 3));
  });
});

test('plain numbers and tf.Tensors are taken', async () => {
  await withTrainer({}, async (trainer) => {
    const { x, label } = batch(4);
    const handle = tensor2d(x, [4, 4]);
    const a = await trainer.evaluate([{ x: [...x], label: [...label] }]);
    expect(a).toEqual(await trainer.evaluate([{ x: handle, label }]));
    handle.dispose();
  });
});

test.each([
  ['a missing target', { x: batch(2).x }, 'the batch lacks `label`'],
  ['a value that is not read', { ...batch(2), y: [1] }, 'the batch has `y`, which the model does not read'],
  [
    'half an example',
    { x: [1, 2, 3, 4, 5, 6], label: [0, 1] },
    '`x` has 6 elements, but one example has 4 (shape [4])',
  ],
  ['different numbers of rows', { x: batch(2).x, label: [1] }, '`label` has 1 examples, but the batch has 2'],
  ['no rows', { x: [], label: [] }, '`x` has 0 elements'],
  ['a class that is too large', { x: batch(2).x, label: [0, 3] }, '`label` of example 1 is 3, which lies outside 0..2'],
  ['a class below −1', { x: batch(2).x, label: [-2, 0] }, '`label` of example 0 is -2, which lies outside 0..2'],
  ['NaN', { x: [1, 2, 3, 4, 5, NaN, 7, 8], label: [0, 1] }, 'element 1 of `x` in example 1 is NaN, which is no finite'],
  [
    'an infinite number',
    { x: Float32Array.of(1, 2, 3, -Infinity), label: [0] },
    'element 3 of `x` in example 0 is -Infinity, which is no finite number',
  ],
  ['a class that is NaN', { x: batch(1).x, label: [NaN] }, '`label` of example 0 is NaN, which is no finite number'],
  ['half a class', { x: batch(2).x, label: [0.5, 0] }, '`label` of example 0 is 0.5, which is no whole number'],
] as const)('refused: %s', async (_, values, message) => {
  await withTrainer({}, async (trainer) => {
    await expect(trainer.trainStep({ ...values })).rejects.toThrow(message);
  });
});

test('a number that is not finite is found at every place, and none where there is none', async () => {
  for (let length = 1; length < 14; length++) {
    const ports = { x: { shape: [length], dtype: 'float32' } } as const;
    const x = Float32Array.from({ length }, (_, i) => (i % 2 === 0 ? 3e38 : -1e-45));
    expect((await gatherBatch(ports, { x })).rows).toBe(1);
    for (const wrong of [NaN, Infinity, -Infinity]) {
      for (let at = 0; at < length; at++) {
        const where = length === 1 ? '`x` of example 0' : `element ${at} of \`x\` in example 0`;
        await expect(gatherBatch(ports, { x: x.with(at, wrong) })).rejects.toThrow(`${where} is ${wrong}, which`);
      }
    }
  }
});

test.each<[string, number | readonly number[], readonly number[], string | undefined]>([
  ['a table', 5, [0, 4, 1, 2, 3, 5], 'element 1 of `x` in example 2 is 5, which lies outside 0..4'],
  ['a table, from its beginning', 5, [0, -1], 'element 1 of `x` in example 0 is -1, which lies outside 0..4'],
  ['a table for each number', [5, 7], [4, 6, 6, 4], 'element 0 of `x` in example 1 is 6, which lies outside 0..4'],
  ['a table for one number', [Infinity, 7], [-900, 6], undefined],
])('ids are rows of %s', async (_, below, x, message) => {
  const checked = gatherBatch({ x: { shape: [2], dtype: 'int32', below } }, { x });
  if (message === undefined) expect((await checked).rows).toBe(1);
  else await expect(checked).rejects.toMatchObject({ code: 'NN5002', message });
});

test('weights that do not fit are listed one by one', async () => {
  const weights = {
    'dense.kernel': { shape: [4, 9], data: new Float32Array(36) },
    'dense.bias': { shape: [8], data: new Float32Array(8) },
    'head.kernel': { shape: [8, 3], data: new Float32Array(24) },
    'tail.bias': { shape: [3], data: new Float32Array(3) },
  };
  const error = await createTrainer(small(), { weights }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: 'NN5004',
    message:
      'the weights do not fit the model:\n  missing: head.bias\n  surplus: tail.bias\n' +
      "  dense.kernel has shape [4, 9], the model's has [4, 8]",
  });
});

test('pairs of lora that the model does not have are to be merged', async () => {
  const floats = (...shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
  const own = {
    'dense.kernel': floats(4, 8),
    'dense.bias': floats(8),
    'head.kernel': floats(8, 3),
    'head.bias': floats(3),
  };
  const told = async (more: Readonly<Record<string, ReturnType<typeof floats>>>): Promise<unknown> =>
    createTrainer(small(), { weights: { ...own, ...more } }).catch((error: unknown) => error);
  expect(await told({ 'head.lora.a': floats(8, 2), 'head.lora.b': floats(2, 3) })).toMatchObject({
    code: 'NN5004',
    help: '`head.lora` is a pair of `lora`: `nnc merge`, with the spec that has it, writes the weights without pairs',
  });
  expect(await told({ 'head.lora.a': floats(8, 2) })).toMatchObject({ help: expect.stringContaining('nnc summary') });
});

test('a schedule that needs the length of the run says so', async () => {
  const model = small({ linear: true });
  await withTrainer(
    {},
    (trainer) => expect(trainer.trainStep(batch(4))).rejects.toMatchObject({ code: 'NN5009' }),
    model,
  );
  await withTrainer(
    { updates: 10 },
    async (trainer) => expect((await trainer.trainStep(batch(4))).updated).toBe(true),
    model,
  );
});

describe('a schedule that begins before the end of the run matters', () => {
  const spec = (schedule: string) => `
input x: f32[4]
target label: class[3]
layer dense 3
loss xent
optim adam
${schedule}
`;
  const steps = async (schedule: string, options: TrainerOptions, count: number): Promise<number> => {
    const { definition } = await generate('scheduled', spec(schedule));
    return withTrainer(
      options,
      async (trainer) => {
        for (let i = 0; i < count; i++) await trainer.trainStep(batch(4, i));
        return trainer.progress.t;
      },
      definition,
    );
  };

  test.each([
    'schedule cosine warmup=10',
    'schedule linear warmup=10',
    'schedule polynomial 2 warmup=10',
    'schedule onecycle',
    'def schedule late = where(u > 0.5, 0.1, 1)\nschedule late',
    'schedule cosine warmup=10\naccumulate 4',
  ])('says so at its first step: %s', async (schedule) => {
    await expect(steps(schedule, {}, 1)).rejects.toMatchObject({ code: 'NN5009' });
    expect(await steps(schedule, { updates: 20 }, 12)).toBe(schedule.includes('accumulate') ? 3 : 12);
  });

  test.each(['schedule exponential 0.9 warmup=10', 'schedule step at=[5] warmup=3', 'schedule constant warmup=10'])(
    'does not where its end does not matter: %s',
    async (schedule) => {
      expect(await steps(schedule, {}, 12)).toBe(12);
    },
  );
});

test('a backend that is not there is a plain message', async () => {
  await expect(openKernels('webgl')).rejects.toMatchObject({ code: 'NN5007' });
});

test('nothing grows: neither steps nor evaluations nor predictions of any size keep memory', async () => {
  const kernels = await openKernels('wasm');
  const trainer = await createTrainer(small(), { kernels });
  const work = async (): Promise<void> => {
    await losses(trainer, sizes);
    await trainer.evaluate([batch(16), batch(5)]);
    for (const rows of [1, 2, 3, 4, 5, 6]) await trainer.predict({ x: batch(rows).x });
  };
  await work();
  await work();
  const before = kernels.counters();
  for (let i = 0; i < 20; i++) await work();
  expect(kernels.counters()).toEqual(before);
  trainer.dispose();
  expect(kernels.counters()).toMatchObject({ bytes: 0, arena: 0 });
  kernels.dispose();
});
