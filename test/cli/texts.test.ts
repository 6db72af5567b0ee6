/** Specs of texts from check to the page: the same ids in training, evaluation, prediction and for raw records. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRun } from '../../runtime/node.ts';
import { folderWith, nnc, runModel } from './nnc.ts';

const texts = Array.from({ length: 24 }, (_, i) => {
  const good = i % 2 === 0;
  return { text: `${good ? 'A fine, bright' : 'A dull or grey'} day no. ${i}`, mood: good ? 'glad' : 'sad' };
});
const jsonl = texts.map((row) => JSON.stringify(row)).join('\n');
const csv = ['text,mood', ...texts.map(({ text, mood }) => `"${text}",${mood}`)].join('\n');
const vocabulary = '[PAD] [UNK] [CLS] [SEP] a fine , bright dull or grey day no . ##1 ##2 1 2'.split(' ').join('\n');

const spec = (data: string, prep: string, ids: number): string => `input words: i32[8]; input keep: f32[8]
target mood: class[2]
layer embedding ${ids} 4 from words
layer dense 2 from (sum(it * reshape(keep, [8, 1]), axis=0))
loss xent; optim adam lr=0.1
metric accuracy
data ${data} words=text split=0.75/0.25
prep words ${prep} mask=keep
train epochs=20 batch=6
predict softmax(it)
`;

describe.each<[string, string, string, number, readonly string[]]>([
  ['words of lines', 'jsonl "rows.jsonl"', 'tokens 12', 12, ['"words": [', '"pad": "front"']],
  ['characters of lines', 'jsonl "rows.jsonl"', 'chars pad=end', 40, ['"characters": [', '"pad": "end"']],
  ['pieces of a table', 'csv "rows.csv"', 'wordpiece "vocab.txt"', 18, ['"vocabulary": [', '"##1"']],
])('%s', (_, data, prep, ids, saved) => {
  const folder = folderWith({
    'mood.nn': spec(data, prep, ids),
    'rows.jsonl': jsonl,
    'rows.csv': csv,
    'vocab.txt': vocabulary,
  });

  test('are learned, kept, and answered alike from files and records', async () => {
    const trained = await runModel(folder, ['train', 'mood.nn']);
    expect(trained).toMatchObject({ code: 0 });
    expect(trained.err).toContain('  words  ← text\n  mood   ← mood\n');
    expect(trained.err).toMatch(/validation \(6 rows\): .* accuracy 1\.0000\n/);
    const manifest = readFileSync(join(folder, 'runs/mood/manifest.json'), 'utf8');
    for (const part of saved) expect(manifest).toContain(part);

    // What was learned is kept: a vocabulary that is gone changes nothing.
    rmSync(join(folder, 'vocab.txt'));
    const other = join(folder, 'other.jsonl');
    writeFileSync(other, `${jsonl}\n${JSON.stringify({ text: 'something else entirely', mood: 'glad' })}\n`);
    const { out } = await runModel(folder, ['predict', 'mood.nn', '--data', 'jsonl:other.jsonl', '--format', 'json']);
    const rows: unknown = JSON.parse(out);
    const predictor = await openRun(join(folder, 'runs/mood'), { backend: 'cpu' });
    const answers = await predictor.predict([...texts, { text: 'something else entirely' }]);
    predictor.dispose();
    expect(rows).toEqual(
      answers.map(({ outputs, targets }, i) => ({
        row: i + 1,
        mood: texts[i]?.mood ?? targets['mood'],
        predict: (outputs['predict'] ?? []).map((p): unknown => expect.closeTo(p, 5)),
        true_mood: texts[i]?.mood ?? 'glad',
      })),
    );
    const evaluated = await runModel(folder, ['eval', 'mood.nn', '--data', 'jsonl:rows.jsonl', '--format', 'json']);
    expect(JSON.parse(evaluated.out)).toMatchObject({ metrics: { accuracy: 1 }, rows: 24 });
  });
});

describe('check', () => {
  const check = async (files: Record<string, string>): Promise<string> => {
    const { err } = await nnc(folderWith(files), 'check', 'm.nn');
    return err;
  };
  test.each<[string, Record<string, string>, string]>([
    ['lists the fields', { 'rows.jsonl': jsonl }, 'fields of rows.jsonl:\n  words  ← text\n  mood   ← mood\n'],
    ['finds a line', { 'rows.jsonl': `${jsonl}\n{` }, 'error[NN4008]: rows.jsonl:25: this line is not JSON'],
    ['finds no file', {}, 'warning[NN4010]: the data file rows.jsonl is not there'],
    [
      'finds no field',
      { 'rows.jsonl': '{"txt": "a", "mood": "glad"}' },
      'error[NN4005]: rows.jsonl has no field `text` for `words`',
    ],
    ['finds another encoding', { 'rows.jsonl': '\ufeff'.concat('{\0"\0a\0"\0') }, 'error['],
  ])('%s', async (_, files, message) => {
    expect(await check({ 'm.nn': spec('jsonl "rows.jsonl"', 'tokens 12', 12), ...files })).toContain(message);
  });
  test.each<[string, Record<string, string>, string]>([
    ['finds no vocabulary', {}, 'warning[NN4010]: the vocabulary vocab.txt is not there'],
    ['finds what is none', { 'vocab.txt': 'a\nb' }, 'error[NN4007]: vocab.txt is no vocabulary of WordPiece'],
  ])('%s', async (_, files, message) => {
    const given = { 'm.nn': spec('jsonl "rows.jsonl"', 'wordpiece "vocab.txt"', 18), 'rows.jsonl': jsonl, ...files };
    expect(await check(given)).toContain(message);
  });
});
