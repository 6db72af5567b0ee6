/** One exact step: the names of conventions 6, the same bits as the trainer's step, and what is refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTrainer, exactStep, readSafetensors, writeSafetensors } from '../../runtime/index.ts';
import type { SavedTensor } from '../../runtime/index.ts';
import { step } from '../../runtime/node.ts';
import { generate } from '../generated.ts';
import { classifier } from './models.ts';

type Tensors = Map<string, SavedTensor>;
const model = classifier({ inputs: 4, hidden: 6, classes: 3, dropout: 0.25 });
const values = (seed: number, rows = 5) => ({
  x: Float32Array.from({ length: rows * 4 }, (_, i) => Math.cos(i * 1.3 + seed)),
  label: Int32Array.from({ length: rows }, (_, i) => (i + seed) % 3),
});
const batch = (seed: number, rows = 5): Tensors => {
  const { x, label } = values(seed, rows);
  return new Map<string, SavedTensor>([
    ['x', { shape: [rows, 4], data: x }],
    ['label', { shape: [rows], data: label }],
  ]);
};
const under = (tensors: ReadonlyMap<string, SavedTensor>, prefix: string) =>
  new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );

/** The result of one step as what the next one starts from. */
const asWeights = (result: ReadonlyMap<string, SavedTensor>): Tensors =>
  new Map(
    [...result].flatMap(([name, tensor]): [string, SavedTensor][] => {
      if (name.startsWith('new/')) return [[name.slice(4), tensor]];
      return name.startsWith('state/') || name === 't' ? [[name, tensor]] : [];
    }),
  );

test('gives every name, and the same bits as the trainer', async () => {
  const first = await exactStep(model, { batches: [batch(0)] });
  const paths = ['dense.kernel', 'dense.bias', 'head.kernel', 'head.bias'];
  expect([...first.keys()].sort()).toEqual(
    [
      ...['loss', 'loss/0', 'predict', 't'],
      ...paths.flatMap((path) => [`grad/${path}`, `new/${path}`, `state/${path}/m`, `state/${path}/v`]),
    ].sort(),
  );
  const second = await exactStep(model, { batches: [batch(1)], weights: asWeights(first) });
  expect([...(second.get('t')?.data ?? [])]).toEqual([2]);

  const trainer = await createTrainer(model);
  const losses = [];
  for (const seed of [0, 1]) losses.push(await (await trainer.trainStep(values(seed))).loss);
  expect([first, second].map((result) => result.get('loss')?.data[0])).toEqual(losses);
  expect(under(second, 'new/')).toEqual(await trainer.weights());
  expect(under(second, 'state/')).toEqual((await trainer.snapshot()).slots);
  trainer.dispose();
});

test('predictions are those of the weights that came in, outside training', async () => {
  const trainer = await createTrainer(model);
  const result = await exactStep(model, { batches: [batch(0)] });
  expect(result.get('predict')).toEqual((await trainer.predict({ x: values(0).x }))['predict']);
  trainer.dispose();
});

test('gradients are the mean over the micro-batches, losses too', async () => {
  const plain = { inputs: 4, hidden: 6, classes: 3 };
  const two = await exactStep(classifier({ ...plain, accumulate: 2 }), { batches: [batch(0), batch(1)] });
  const singles = await Promise.all([0, 1].map((seed) => exactStep(classifier(plain), { batches: [batch(seed)] })));
  for (const name of ['loss', 'loss/0', 'grad/dense.kernel', 'grad/head.bias']) {
    const mean = (i: number) => singles.reduce((sum, single) => sum + (single.get(name)?.data[i] ?? NaN) / 2, 0);
    two.get(name)?.data.forEach((x, i) => expect(x).toBeCloseTo(mean(i), 6));
  }
  expect(two.get('predict')?.shape).toEqual([10, 3]);
});

describe('refused', () => {
  const refuse = async (weights: (given: Tensors) => void, message: string) => {
    const given = asWeights(await exactStep(model, { batches: [batch(0)] }));
    weights(given);
    await expect(exactStep(model, { batches: [batch(0)], weights: given })).rejects.toMatchObject({
      code: 'NN5004',
      message: expect.stringContaining(message),
    });
  };
  test('weights with a missing and a surplus name', async () => {
    await refuse((given) => {
      given.delete('dense.bias');
      given.set('dense.bais', { shape: [6], data: new Float32Array(6) });
    }, '\n  missing: dense.bias\n  surplus: dense.bais');
  });
  test('a slot that is missing', async () => {
    await refuse((given) => void given.delete('state/head.bias/v'), '\n  missing: state/head.bias/v');
  });
  test('no slots at all after the first update', async () => {
    await refuse((given) => {
      for (const name of [...given.keys()]) if (name.startsWith('state/')) given.delete(name);
    }, '\n  missing: state/dense.kernel/m');
  });
  test('a shape', async () => {
    await refuse(
      (given) => void given.set('head.bias', { shape: [3, 1], data: new Float32Array(3) }),
      "head.bias has shape [3, 1], the model's has [3]",
    );
  });
  test('half an update', async () => {
    await refuse(
      (given) => void given.set('t', { shape: [], data: Float32Array.of(0.5) }),
      '`t` must be one whole number',
    );
  });
  test('another number of batches', async () => {
    await expect(exactStep(model, { batches: [batch(0), batch(1)] })).rejects.toMatchObject({
      code: 'NN5001',
      message: 'the model takes 1 batch to an update, not 2',
    });
  });
  test('a batch of another shape', async () => {
    const wrong = batch(0).set('x', { shape: [4, 5], data: new Float32Array(20) });
    await expect(exactStep(model, { batches: [wrong] })).rejects.toMatchObject({
      code: 'NN5001',
      message: '`x` has shape [4, 5], expected is [B, 4]',
    });
  });
  test('a batch with a name too many', async () => {
    const wrong = batch(0).set('z', { shape: [5], data: new Float32Array(5) });
    await expect(exactStep(model, { batches: [wrong] })).rejects.toMatchObject({ code: 'NN5001' });
  });
  test('an unknown length of the run, where the schedule needs it', async () => {
    const falling = classifier({ inputs: 4, hidden: 6, classes: 3, linear: true });
    await expect(exactStep(falling, { batches: [batch(0)] })).rejects.toMatchObject({ code: 'NN5009' });
    await exactStep(falling, { batches: [batch(0)], updates: 3 });
  });
  test('also where the rate would be a number all the same', async () => {
    const text = 'input x: f32[4]; target y: class[3]; layer dense 3; loss xent; optim sgd\n';
    const { definition } = await generate('late', `${text}def schedule late = where(u > 0.5, 0.1, 1); schedule late`);
    const one = new Map([
      ['x', { shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) }],
      ['y', { shape: [1], data: Int32Array.of(2) }],
    ]);
    await expect(exactStep(definition, { batches: [one] })).rejects.toMatchObject({ code: 'NN5009' });
    await exactStep(definition, { batches: [one], updates: 3 });
  });
});

test('slots may be left out before the first update', async () => {
  const { weights, t } = await createTrainer(model).then(async (trainer) => {
    const result = { weights: await trainer.weights(), t: trainer.progress.t };
    trainer.dispose();
    return result;
  });
  expect(t).toBe(0);
  expect(await exactStep(model, { batches: [batch(0)], weights })).toEqual(
    await exactStep(model, { batches: [batch(0)] }),
  );
});

test('from files to a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nnc-step-'));
  try {
    const [from, to] = [join(folder, 'batch.safetensors'), join(folder, 'deep/out.safetensors')];
    writeFileSync(from, writeSafetensors(batch(0)));
    const result = await step(model, { batches: [from], out: to });
    expect(readSafetensors(readFileSync(to), to).tensors).toEqual(result);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
