/** Weights of classes by their training rows: counted, demanded of whoever has not counted them, and kept. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../runtime/index.ts';
import { createTrainer, exactStep, loadDataset } from '../../runtime/index.ts';
import { balancedWeights } from '../../runtime/train/class-weights.ts';
import { folderWith, runModel } from '../cli/nnc.ts';
import { generate } from '../generated.ts';

const counted: readonly (readonly [string, readonly number[], number, readonly number[]])[] = [
  ['rows alike', [0, 1, 2, 0, 1, 2], 3, [1, 1, 1]],
  ['rows of one class more than of the other', [0, 0, 0, 1], 2, [2 / 3, 2]],
  ['a class of no row', [0, 0, 2, 2], 3, [2 / 3, 0, 2 / 3]],
  ['places that are left out', [-1, 0, -1, 1, 1, -1], 2, [1.5, 0.75]],
  ['no row at all', [-1, -1], 2, [0, 0]],
];

it.each(counted)('n/(K·n_k): %s', (_, labels, classes, expected) => {
  expect([...balancedWeights(labels, classes)]).toEqual(expected);
});

const spec = `input x: f32[2]
target label: class[3]
data csv "rows.csv" x=[a, b] label=kind split=0.75/0.25
layer dense 3
loss xent weights=balanced
optim adam lr=0.05
metric accuracy
train epochs=2 batch=8
`;
const kinds = Array.from({ length: 48 }, (_, i) => (i % 8 === 0 ? 'rare' : i % 3 === 0 ? 'often' : 'most'));
const rows = ['a,b,kind', ...kinds.map((kind, i) => `${i % 5},${kind.length},${kind}`), ''].join('\n');

describe('a model that weights its classes', () => {
  const inline = `input x: f32[2]; target label: class[2]; data inline [[0, 1, 0], [1, 0, 1], [1, 1, 1], [0, 0, 1]]
layer dense 2; loss xent weights=balanced; optim sgd
`;
  const batch = { x: [0, 1, 1, 0], label: [0, 1] };

  it('counts the training rows, and trains with them', async () => {
    const model = (await generate('balanced', inline)).definition;
    const data = loadDataset(model, { kind: 'inline', rows: model.data?.rows ?? [] });
    expect(Array.from(data.classWeights['label'] ?? [])).toEqual([2, 2 / 3]);
    const trainer = await createTrainer(model, { classWeights: data.classWeights, backend: 'cpu' });
    await trainer.trainStep(batch);
    expect([...((await trainer.weights()).get('label.weights')?.data ?? [])]).toEqual([2, Math.fround(2 / 3)]);
    trainer.dispose();
  });

  it('is refused what nobody has counted, until weights have come', async () => {
    const model = (await generate('balanced', inline)).definition;
    const trainer = await createTrainer(model, { backend: 'cpu' });
    const refusal = { code: 'NN5019', message: expect.stringContaining('`label`') };
    await expect(trainer.trainStep(batch)).rejects.toMatchObject(refusal);
    await expect(trainer.evaluate([batch])).rejects.toMatchObject(refusal);
    expect((await trainer.predict({ x: [0, 1] }))['predict']?.shape).toEqual([1, 2]);
    trainer.setWeights(await trainer.weights());
    await trainer.trainStep(batch);
    trainer.dispose();
    await expect(exactStep(model, { batches: [new Map()], backend: 'cpu' })).rejects.toMatchObject(refusal);
    await expect(createTrainer(model, { classWeights: { label: [1, 2, 3] }, backend: 'cpu' })).rejects.toMatchObject({
      code: 'NN5001',
    });
  });

  it('saves them with its weights: whoever evaluates counts nothing', async () => {
    const folder = folderWith({ 'm.nn': spec, 'rows.csv': rows });
    expect(await runModel(folder, ['train', 'm.nn'])).toMatchObject({ code: 0 });
    const saved = readSafetensors(readFileSync(join(folder, 'runs/m/weights.safetensors')), 'weights');
    const weights = [...(saved.tensors.get('label.weights')?.data ?? [])];
    // Of 36 training rows each class has 36/(3·weight).
    const counts = weights.map((weight) => 12 / weight);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeCloseTo(36, 4);
    counts.forEach((count) => expect(count).toBeCloseTo(Math.round(count), 4));
    expect(new Set(counts.map(Math.round)).size).toBe(3);
    const evaluated = await runModel(folder, ['eval', 'm.nn']);
    expect(evaluated.code).toBe(0);
  });
});
