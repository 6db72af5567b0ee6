/** Specs of arrays, pictures and a stream, from check to the page. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { openRun, readImage } from '../../runtime/node.ts';
import { folderWith, nnc, runModel } from './nnc.ts';

/** Bars that stand (0) or lie (1) in pictures of 4x4. */
const bars = Array.from({ length: 40 }, (_, i) => {
  const [lies, at] = [i % 2 === 1, (i >> 1) % 4];
  const pixels = Array.from({ length: 16 }, (__, p) => ((lies ? p >> 2 : p & 3) === at ? 200 + i : i));
  return { pixels, label: Number(lies) };
});

/** IDX of bytes. */
const idx = (shape: readonly number[], values: readonly number[]): Uint8Array =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, size >> 8, size & 255]), ...values]);

function writeSet(folder: string, set: string, rows: typeof bars): void {
  const images = idx(
    [rows.length, 4, 4],
    rows.flatMap(({ pixels }) => pixels),
  );
  writeFileSync(join(folder, `${set}-images-idx3-ubyte`), images);
  const labels = idx(
    [rows.length],
    rows.map(({ label }) => label),
  );
  writeFileSync(join(folder, `${set}-labels-idx1-ubyte.gz`), gzipSync(labels));
}

const spec = (data: string): string => `input image: f32[4, 4, 1] in 0..255
target label: class[2]
prep image scale 1/255; prep image standardize
layer flatten; layer dense 8 relu; layer dense 2
loss xent; optim adam lr=0.05
metric accuracy
data ${data} split=0.75/0.25
train epochs=15 batch=10
predict softmax(it)
`;

test('IDX files are trained on, evaluated, and answered as records are', async () => {
  const folder = folderWith({ 'bars.nn': spec('idx "sets/train"') });
  mkdirSync(join(folder, 'sets'));
  writeSet(join(folder, 'sets'), 'train', bars);
  writeSet(join(folder, 'sets'), 't10k', bars.slice(0, 10));
  const listed = 'fields of sets/train:\n  image  ← images\n  label  ← labels\n';
  expect((await nnc(folder, 'check', 'bars.nn')).err).toContain(listed);
  const trained = await runModel(folder, ['train', 'bars.nn']);
  expect(trained).toMatchObject({ code: 0 });
  expect(trained.err).toContain(listed);
  expect(trained.err).toContain('30 rows to train on, 10 to validate');
  const evaluated = await runModel(folder, ['eval', 'bars.nn', '--data', 'idx:sets/t10k', '--format', 'json']);
  expect(JSON.parse(evaluated.out)).toMatchObject({ metrics: { accuracy: 1 }, rows: 10 });
  const { out } = await runModel(folder, ['predict', 'bars.nn', '--data', 'idx:sets/t10k', '--format', 'json']);
  const predictor = await openRun(join(folder, 'runs/bars'), { backend: 'cpu' });
  const answers = await predictor.predict(bars.slice(0, 10).map(({ pixels }) => ({ image: Uint8Array.from(pixels) })));
  predictor.dispose();
  expect(JSON.parse(out)).toEqual(
    answers.map(({ outputs, targets }, i) => ({
      row: i + 1,
      label: targets['label'],
      predict: (outputs['predict'] ?? []).map((p): unknown => expect.closeTo(p, 5)),
      true_label: bars[i]?.label,
    })),
  );
});

test('pictures are trained on, evaluated, and answered as records are', async () => {
  const text = spec('images "photos"').replace(
    'prep image scale',
    'prep image gray; prep image resize 4x4; prep image scale',
  );
  const folder = folderWith({ 'bars.nn': text });
  // Eight pixels for each of four, in colours: some files are grey.
  const file = (i: number): string =>
    `${bars[i]?.label === 1 ? 'lying' : 'standing'}/${String(i).padStart(2, '0')}.png`;
  for (const [i, { pixels }] of bars.entries()) {
    const png = new PNG({ width: 8, height: 8 });
    for (let p = 0; p < 64; p++) {
      const grey = pixels[4 * (p >> 4) + ((p & 7) >> 1)] ?? 0;
      png.data.set([grey, grey, grey, 255], 4 * p);
    }
    mkdirSync(join(folder, 'photos', dirname(file(i))), { recursive: true });
    writeFileSync(join(folder, 'photos', file(i)), PNG.sync.write(png, { colorType: i % 3 === 0 ? 0 : 6 }));
  }
  const listed = 'fields of photos:\n  image  ← image\n  label  ← folder\n';
  expect((await nnc(folder, 'check', 'bars.nn')).err).toContain(listed);
  const trained = await runModel(folder, ['train', 'bars.nn']);
  expect(trained).toMatchObject({ code: 0 });
  expect(trained.err).toContain(listed);
  const evaluated = await runModel(folder, ['eval', 'bars.nn', '--data', 'images:photos', '--format', 'json']);
  expect(JSON.parse(evaluated.out)).toMatchObject({ metrics: { accuracy: 1 }, rows: 40 });
  const { out } = await runModel(folder, ['predict', 'bars.nn', '--data', 'images:photos/lying', '--format', 'json']);
  const predictor = await openRun(join(folder, 'runs/bars'), { backend: 'cpu' });
  const answers = await predictor.predict(
    bars.flatMap(({ label }, i) => (label === 1 ? [{ image: readImage(join(folder, 'photos', file(i))) }] : [])),
  );
  predictor.dispose();
  expect(answers.map(({ targets }) => targets['label'])).toEqual(answers.map(() => 'lying'));
  expect(JSON.parse(out)).toEqual(
    answers.map(({ outputs }, i) => ({
      row: i + 1,
      label: 'lying',
      predict: (outputs['predict'] ?? []).map((p): unknown => expect.closeTo(p, 5)),
    })),
  );
});

test('a text is trained on, evaluated, and answered in its characters', async () => {
  const text = `input chars: i32[8]
target next: class[6][8]
prep chars chars
layer embedding 6 8; layer gru 16 sequences=true; layer dense 6
loss xent; optim adam lr=0.02
metric accuracy
data text "book.txt" split=0.8/0.2
train epochs=12 batch=10
predict softmax(it)
`;
  const book = 'hello\n low '.repeat(60);
  const folder = folderWith({ 'book.nn': text, 'book.txt': book });
  const listed = 'fields of book.txt:\n  chars  ← text\n  next   ← next\n';
  expect((await nnc(folder, 'check', 'book.nn')).err).toContain(listed);
  const trained = await runModel(folder, ['train', 'book.nn']);
  expect(trained.err).toContain('the training rows have 7 different characters');
  writeFileSync(
    join(folder, 'book.nn'),
    text.replaceAll('[6]', '[7]').replace('embedding 6', 'embedding 7').replace('dense 6', 'dense 7'),
  );
  const again = await runModel(folder, ['train', 'book.nn']);
  expect(again).toMatchObject({ code: 0 });
  expect(again.err).toContain(`${listed}book: 66 rows to train on, 16 to validate`);
  writeFileSync(join(folder, 'more.txt'), 'hello\n low hel?o\n low');
  const { out, err } = await runModel(folder, ['predict', 'book.nn', '--data', 'text:more.txt', '--format', 'json']);
  expect(err).toContain(
    'warning: more.txt:character 9, column `text`: `?` is in no training row, and is read as a space',
  );
  const predictor = await openRun(join(folder, 'runs/book'), { backend: 'cpu', onWarning: () => undefined });
  const answers = await predictor.predict([{ chars: 'hello\n l' }, { chars: 'ow hel?o' }]);
  predictor.dispose();
  expect(JSON.parse(out)).toEqual(
    answers.map(({ targets, outputs }, i) => ({
      row: i + 1,
      next: targets['next'],
      predict: Array.from({ length: 8 }, (_, t) =>
        (outputs['predict'] ?? []).slice(7 * t, 7 * t + 7).map((p): unknown => expect.closeTo(p, 4)),
      ),
      true_next: Array.from(i === 0 ? 'ello\n lo' : 'w hel?o\n'),
    })),
  );
  expect(answers[0]?.targets['next']).toEqual(Array.from('ello\n lo'));
});

const arrays = fileURLToPath(new URL('../runtime/fixtures/arrays/', import.meta.url));
const small = (data: string, shape = '2'): string =>
  `input x: f32[${shape}]\ntarget y: class[2]\nlayer flatten; layer dense 2; loss xent; optim sgd\ndata ${data}\ntrain epochs=1\n`;

describe('check', () => {
  test.each<[string, string, string]>([
    ['lists arrays', small(`npz "${arrays}stored.npz"`), `stored.npz:\n  x  ← x\n  y  ← y\n`],
    ['finds no file', small('npz "x.npz"'), 'warning[NN4010]: the data file x.npz is not there'],
    ['finds no set', small('idx "train"'), 'warning[NN4010]: the data file train is not there'],
    ['finds no folder of a set', small('idx "sets/train"'), 'warning[NN4010]: the data file sets/train is not there'],
    ['finds no field', small(`npz "${arrays}stored.npz" x=z`), 'stored.npz has no field `z` for `x`'],
    ['counts', small(`npz "${arrays}stored.npz"`, '3'), '`x` has 3 numbers per example, but x has 2'],
    ['finds objects', small(`npz "${arrays}objects.npz" target=x`), 'holds Python objects'],
    ['finds no folder', small('images "photos"', '4, 4'), 'warning[NN4010]: the data file photos is not there'],
    ['finds a folder', small(`npz "${arrays}"`), 'error[NN4001]'],
  ])('%s', async (_, text, message) => {
    expect((await nnc(folderWith({ 'm.nn': text }), 'check', 'm.nn')).err).toContain(message);
  });
  test('and train read the same', async () => {
    const folder = folderWith({ 'm.nn': small(`npz "${arrays}zip64.npz"`) });
    expect(await runModel(folder, ['train', 'm.nn'])).toMatchObject({ code: 0 });
  });
});
