/** A table with empty fields from training to the page: filled alike by eval, predict and for raw records. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readManifest } from '../../runtime/checkpoint/run-files.ts';
import type { RawRecord } from '../../runtime/index.ts';
import { openRun } from '../../runtime/node.ts';
import { folderWith, runModel } from './nnc.ts';

const spec = `input x: f32[2]; input gone: f32[2]
target kind: class[2]
prep x impute mean flag=gone; prep x standardize
layer dense 8 tanh from concat([x, gone]); layer dense 2
loss xent; optim adam lr=0.1
metric accuracy
data csv "rows.csv" target=kind x=[a, b] split=0.75/0.25
train epochs=30 batch=8
predict softmax(it)
`;

/** A row is of the one kind where a is small, or where it is empty. */
const rows = Array.from({ length: 48 }, (_, i) => {
  const a = i % 6 === 0 ? null : i % 2 === 0 ? i % 5 : 20 + (i % 7);
  return { a, b: i % 5 === 0 ? null : i, kind: i % 2 === 0 ? 'low' : 'high' };
});
const table = (all: readonly (typeof rows)[number][]): string =>
  ['a,b,kind', ...all.map(({ a, b, kind }) => `${a ?? ''},${b ?? ''},${kind}`), ''].join('\n');
const lines = rows.map((row) => JSON.stringify(row)).join('\n');

test('empty fields are filled by what training rows had, wherever rows come from', async () => {
  const folder = folderWith({ 'm.nn': spec, 'rows.csv': table(rows), 'rows.jsonl': lines });
  expect(await runModel(folder, ['train', 'm.nn'])).toMatchObject({ code: 0 });
  const run = join(folder, 'runs/m');
  const { prep } = readManifest(readFileSync(join(run, 'manifest.json'), 'utf8'), 'manifest');
  const [imputed, standardized] = prep;
  if (imputed?.kind !== 'impute' || standardized?.kind !== 'standardize') throw new Error('not as it was written');
  expect(imputed.flag).toBe('gone');
  // A column that is filled by its mean keeps it.
  imputed.fill.forEach((mean, c) => expect(standardized.mean[c]).toBeCloseTo(mean, 9));

  const evaluated = await runModel(folder, ['eval', 'm.nn']);
  expect(evaluated.code).toBe(0);
  expect(Number(/accuracy\s+([\d.]+)/.exec(evaluated.out)?.[1])).toBeGreaterThan(0.9);

  const asked = async (data: string): Promise<unknown> => {
    const { code, out } = await runModel(folder, ['predict', 'm.nn', '--data', data, '--format', 'json']);
    expect(code).toBe(0);
    return JSON.parse(out);
  };
  const fromTable = await asked('csv:rows.csv');
  expect(await asked('jsonl:rows.jsonl')).toEqual(fromTable);

  const predictor = await openRun(run, { backend: 'cpu' });
  try {
    const signs = [null, NaN, '', undefined] as const;
    const records = rows.map(({ a, b }, i): RawRecord => ({ a: a ?? signs[i % 4], b: b ?? signs[(i + 1) % 4] }));
    const answers = await predictor.predict(records);
    expect(
      answers.map(({ targets, outputs }, i) => ({
        row: i + 1,
        kind: targets['kind'],
        predict: outputs['predict']?.map((each) => expect.closeTo(Number(each), 5)),
        true_kind: rows[i]?.kind,
      })),
    ).toEqual(fromTable);
    const [mean = NaN] = imputed.fill;
    const [empty, whole] = await predictor.predict([
      { a: null, b: 3 },
      { a: mean, b: 3 },
    ]);
    expect(empty?.outputs['predict']).not.toEqual(whole?.outputs['predict']);
  } finally {
    predictor.dispose();
  }
}, 60_000);
