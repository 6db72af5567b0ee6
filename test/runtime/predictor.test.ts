/** Raw records in, the data's own words out: the same answers as `nnc predict`, and as the formulas by hand. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { fetchWeights, openRun as openAddress } from '../../runtime/browser.ts';
import type { Answer, ModelDefinition, RawRecord } from '../../runtime/index.ts';
import { createPredictor, createTrainer, readSafetensors, writeSafetensors } from '../../runtime/index.ts';
import { openRun } from '../../runtime/node.ts';
import { readRecords } from '../../runtime/data/records.ts';
import { answersOf, classNames } from '../../runtime/predict/answers.ts';
import { readManifest } from '../../runtime/checkpoint/run-files.ts';
import { folderWith, nnc, runModel } from '../cli/nnc.ts';
import type { model as digits } from '../codegen/golden/digits.nn.ts';
import { classifier } from './models.ts';
import { csv, penguins, spec } from './penguins.ts';

const folder = folderWith({ 'penguins.nn': spec, 'penguins.csv': csv });
const run = join(folder, 'runs/penguins');

beforeAll(async () => {
  expect(await runModel(folder, ['train', 'penguins.nn'])).toMatchObject({ code: 0 });
});

/** What dies with its page or process elsewhere is let go of here. */
async function withRun<T>(use: (predictor: Awaited<ReturnType<typeof openRun>>, warnings: string[]) => Promise<T>) {
  const warnings: string[] = [];
  const predictor = await openRun(run, { backend: 'cpu', onWarning: (message) => void warnings.push(message) });
  try {
    return await use(predictor, warnings);
  } finally {
    predictor.dispose();
  }
}

/** Of a record, the answer or the mistake. */
const ask = (record: RawRecord): Promise<Answer | string> =>
  withRun(async (predictor) => {
    try {
      return await predictor.predict(record);
    } catch (error) {
      return error instanceof Error && 'help' in error ? `${error.message} [${String(error.help)}]` : String(error);
    }
  });

const one = { bill: 39.1, depth: 18.7, island: 'Torgersen' };

describe('a run folder', () => {
  test('answers as nnc predict does, row by row', async () => {
    const { out } = await runModel(folder, [
      'predict',
      'penguins.nn',
      '--data',
      'csv:penguins.csv',
      '--format',
      'json',
    ]);
    const rows: unknown = JSON.parse(out);
    const answers = await withRun((predictor) => predictor.predict(penguins.map((penguin) => ({ ...penguin }))));
    const short = (x: number): unknown => expect.closeTo(x, 5);
    expect(rows).toEqual(
      answers.map(({ targets, outputs }, i) => ({
        row: i + 1,
        species: targets['species'],
        predict: outputs['predict']?.map(short),
        true_species: penguins[i]?.species,
      })),
    );
    const right = answers.filter(({ targets }, i) => targets['species'] === penguins[i]?.species);
    expect(right.length).toBeGreaterThan(55);
  });

  test('answers what the formulas say by hand', async () => {
    const file = join(run, 'weights.safetensors');
    const { tensors } = readSafetensors(readFileSync(file), file);
    const { prep } = readManifest(readFileSync(join(run, 'manifest.json'), 'utf8'), 'manifest');
    const scale = prep.find((step) => step.kind === 'standardize');
    if (scale?.kind !== 'standardize') throw new Error('nothing was standardized');
    // Twice: the columns' means and deviations over the training rows, and the layers in double precision.
    const x = [one.bill, one.depth].map((value, c) => (value - (scale.mean[c] ?? 0)) / (scale.deviation[c] ?? 1));
    const given = [...x, ...['Biscoe', 'Dream', 'Torgersen'].map((name) => (name === one.island ? 1 : 0))];
    const dense = (values: readonly number[], path: string): number[] => {
      const [kernel, bias] = [tensors.get(`${path}.kernel`)?.data ?? [], tensors.get(`${path}.bias`)?.data ?? []];
      return Array.from(bias, (b, j) =>
        values.reduce((sum, v, i) => sum + v * (kernel[i * bias.length + j] ?? NaN), b),
      );
    };
    const exps = dense(dense(given, 'dense').map(Math.tanh), 'dense_1').map(Math.exp);
    const sum = exps.reduce((a, b) => a + b, 0);
    const expected = exps.map((e) => expect.closeTo(e / sum, 5));
    expect(await ask(one)).toEqual({
      targets: { species: 'Adelie' },
      scores: { species: { Adelie: expected[0], Chinstrap: expected[1], Gentoo: expected[2] } },
      outputs: { predict: expected },
    });
  });

  test.each<[string, RawRecord]>([
    ['more fields than are read', { ...one, id: 7, species: 'Gentoo', note: { deep: [1] }.deep }],
    ['numbers as text', { bill: ' 39.1', depth: '18.7', island: 'Torgersen ' }],
    ["the inputs' own names", { features: [39.1, 18.7], island: 'Torgersen' }],
    ['a typed array', { features: Float64Array.of(39.1, 18.7), island: ['Torgersen'] }],
  ])('takes %s', async (_, record) => {
    expect(await ask(record)).toEqual(await ask(one));
  });

  test.each<[string, RawRecord, string]>([
    [
      'a field is not there',
      { bill: 39.1, dept: 18.7, island: 'Dream' },
      'the record has no `depth`, which `features` is made of [it has `dept`: is that `depth`?]',
    ],
    [
      'an input is not there',
      { island: 'Dream' },
      'the record has no `bill`, `depth`, which `features` is made of [a record has its columns bill, depth, or the input `features` as a list]',
    ],
    ['a field is empty', { ...one, depth: '' }, 'the record, column `depth`: the field is empty'],
    ['a field is null', { ...one, bill: null }, 'the record, column `bill`: the field is empty'],
    ['a field is no number', { ...one, bill: 'long' }, 'the record, column `bill`: `long` is not a number'],
    ['a field is NaN', { ...one, bill: NaN }, 'the record, column `bill`: the value is not a finite number'],
    ['a field is a list', { ...one, bill: [1, 2] }, '`features` wants 2 values, and one is an object or a list'],
    ['a list is too long', { features: [1, 2, 3], island: 'Dream' }, '`features` wants 2 values, and there are 3'],
  ])('says it where %s', async (_, record, message) => {
    expect(await ask(record)).toContain(message);
  });

  test('reads a record’s own fields only', () => {
    const input = { shape: [], dtype: 'float32' } as const;
    for (const name of ['toString', 'constructor', '__proto__']) {
      const inputs = Object.fromEntries([[name, input]]);
      const read = (record: RawRecord) => readRecords([record], inputs, { columns: {}, prep: [] }, () => 'the record');
      expect(() => read({})).toThrow(`the record has no \`${name}\``);
      expect(read(Object.fromEntries([[name, 3]])).ports[name]).toMatchObject({ values: Float64Array.of(3) });
    }
  });

  test('names the record of several', async () => {
    const asked = withRun((predictor) => predictor.predict([one, { ...one, bill: 'x' }]));
    await expect(asked).rejects.toMatchObject({
      code: 'NN4002',
      message: expect.stringContaining('records[1], column'),
    });
    expect(await withRun((predictor) => predictor.predict([]))).toEqual([]);
  });

  test('warns of a category that training never met, and answers', async () => {
    await withRun(async (predictor, warnings) => {
      const [, second] = await predictor.predict([one, { ...one, island: 'Atlantis' }, { ...one, island: 'Mu' }]);
      expect(second?.targets['species']).toEqual(expect.any(String));
      expect(warnings).toEqual([
        'records[1], column `island`: `Atlantis` is in no training row, and counts as none of its categories (as do 1 more)',
      ]);
    });
  });

  test('says what the classes are called', async () => {
    expect(await withRun(async ({ classes }) => classes)).toEqual({ species: ['Adelie', 'Chinstrap', 'Gentoo'] });
  });
});

describe('a run that does not fit', () => {
  const copy = (): string => {
    const to = join(folderWith(), 'run');
    cpSync(run, to, { recursive: true });
    return to;
  };
  const asked = async (from: string, given = {}): Promise<string[]> => {
    const warnings: string[] = [];
    const predictor = await openRun(from, { backend: 'cpu', onWarning: (text) => void warnings.push(text), ...given });
    predictor.dispose();
    return warnings;
  };
  test('another text of the same model is told', async () => {
    const to = copy();
    const path = join(to, 'model.nn.ts');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/hash: '..../, "hash: '0000"));
    expect(await asked(to)).toEqual([
      'penguins.nn was changed since this run was trained: its answers may mean something else now',
    ]);
    expect(await asked(copy())).toEqual([]);
  });
  test('another model is refused', async () => {
    const model = classifier({ inputs: 2, hidden: 4, classes: 3 });
    await expect(asked(run, { model })).rejects.toMatchObject({ code: 'NN5004' });
  });
  test.each([NaN, Infinity])('weights with %d are refused', async (broken) => {
    const to = copy();
    const path = join(to, 'weights.safetensors');
    const { tensors } = readSafetensors(readFileSync(path), path);
    const [first] = [...tensors.values()];
    first?.data.set([broken], 3);
    writeFileSync(path, writeSafetensors(tensors));
    await expect(asked(to)).rejects.toMatchObject({ code: 'NN5013', message: expect.stringContaining('dense') });
  });
  test.each([
    ['manifest.json', 'NN5006'],
    ['model.nn.ts', 'NN5006'],
    ['weights.safetensors', 'NN5006'],
  ])('without %s', async (file, code) => {
    const to = copy();
    const { rmSync } = await import('node:fs');
    rmSync(join(to, file));
    await expect(asked(to)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(file.replace('.json', '')),
    });
  });
});

test('the files of a run answer over HTTP too', async () => {
  const server = createServer((request, response) => {
    const name = (request.url ?? '').replace('/models/penguins/', '');
    if (/^(weights\.safetensors|manifest\.json)$/.test(name)) response.end(readFileSync(join(run, name)));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    const { model } = await withRun(async (predictor) => predictor);
    for (const end of ['', '/']) {
      const predictor = await openAddress(`http://127.0.0.1:${port}/models/penguins${end}`, { model, backend: 'cpu' });
      expect(await predictor.predict(one)).toEqual(await ask(one));
      predictor.dispose();
    }
    const missing = openAddress(`http://127.0.0.1:${port}/models/none`, { model });
    await expect(missing).rejects.toMatchObject({ code: 'NN5006', message: expect.stringContaining('404') });
    expect((await fetchWeights(`http://127.0.0.1:${port}/models/penguins/weights.safetensors`)).size).toBe(4);
  } finally {
    server.close();
  }
});

describe('numbers', () => {
  test('come back in the data’s units', async () => {
    const own = folderWith({
      'price.nn': `input x: f32[2]; target price: f32[1]; layer dense 1; loss mse; optim adam lr=0.1
prep x standardize; prep price standardize
data csv "price.csv" target=price; train epochs=200 batch=8
`,
      'price.csv': `a,b,price\n${Array.from({ length: 16 }, (_, i) => `${i},${i % 3},${1000 * i + 500 * (i % 3) + 20000}`).join('\n')}\n`,
    });
    expect((await runModel(own, ['train', 'price.nn'])).code).toBe(0);
    const predictor = await openRun(join(own, 'runs/price'), { backend: 'cpu' });
    const { targets, scores, outputs } = await predictor.predict({ a: 10, b: 1 });
    predictor.dispose();
    // The rows lie on a plane: 1000 a + 500 b + 20000.
    const price = targets['price'];
    expect(price).toBeGreaterThan(30400);
    expect(price).toBeLessThan(30600);
    expect([scores, outputs]).toEqual([{}, { predict: [price] }]);
    const { out } = await runModel(own, ['predict', 'price.nn']);
    expect(out).toMatch(/^row,predict,true_price\n1,[12]\d{4}\.?\d*,20000\n/);
  });
});

describe('which prediction speaks of which target', () => {
  const named = { shape: [2, 3], data: Float32Array.of(0, 2, 1, 5, 4, 3) };
  const index = { shape: [2], data: Int32Array.of(2, 0) };
  const number = { shape: [2, 1], data: Float32Array.of(1.5, 2.5) };
  const cls = { shape: [], dtype: 'int32', classes: 3 } as const;
  const f32 = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const;
  const labels = [{ port: 'y', kind: 'classes', labels: ['a', 'b', 'c'] }] as const;
  const hot = [{ port: 'y', kind: 'onehot', categories: [['a', 'b', 'c']] }] as const;
  type Said = readonly [string, string, readonly (readonly unknown[])[]];
  const cases: [string, ModelDefinition['targets'], Parameters<typeof answersOf>[2], readonly Said[], unknown?][] = [
    ['the only one', { y: cls }, { predict: named }, [['y', 'scores', [['b'], ['a']]]]],
    ['a class as it is', { y: cls }, { predict: index }, [['y', 'class', [['c'], ['a']]]]],
    [
      'the one of its name',
      { y: cls, z: f32(1) },
      { y: named, z: number },
      [
        ['y', 'scores', [['b'], ['a']]],
        ['z', 'numbers', [[1.5], [2.5]]],
      ],
    ],
    ['integers among others', { y: cls }, { class: index, p: named }, [['y', 'class', [['c'], ['a']]]]],
    ['none where several could', { y: cls }, { p: named, q: named }, []],
    ['none of another shape', { y: { ...cls, classes: 4 } }, { predict: named }, []],
    ['none without a name', { y: cls, z: f32(1) }, { predict: named }, []],
    ['no number that is none of its own', { y: f32(3) }, { predict: number }, []],
    ['a target made by onehot', { y: f32(3) }, { predict: named }, [['y', 'scores', [['b'], ['a']]]], hot],
    [
      'several numbers',
      { y: f32(3) },
      { predict: named },
      [
        [
          'y',
          'numbers',
          [
            [0, 2, 1],
            [5, 4, 3],
          ],
        ],
      ],
      [],
    ],
    [
      'several positions',
      { y: { ...cls, shape: [2] } },
      { predict: { shape: [1, 2, 3], data: named.data } },
      [['y', 'scores', [['b', 'a']]]],
    ],
  ];
  test.each(cases)('%s', (_, targets, outputs, expected, prep) => {
    const model = { ...classifier({ inputs: 1, hidden: 1, classes: 2 }), targets };
    const rows = Object.values(outputs)[0]?.shape[0] ?? 0;
    const said = answersOf(model, prep === undefined ? labels : prep === hot ? hot : [], outputs);
    const found = said.map(({ target, by, of }) => [target, by, Array.from({ length: rows }, (__, row) => of(row))]);
    expect(found).toEqual(expected);
  });
  test('classes without texts are numbers', () => {
    const { targets } = classifier({ inputs: 1, hidden: 1, classes: 3 });
    expect(classNames({ targets }, [], 'label')).toEqual([0, 1, 2]);
    expect(classNames({ targets: { y: f32(3) } }, [], 'y')).toBeUndefined();
  });
});

test('a generated model types its answers', () => {
  type Digits = Answer<typeof digits>;
  expectTypeOf<keyof Digits['outputs']>().toEqualTypeOf<'predict'>();
  expectTypeOf<Digits['targets']['digit']>().toEqualTypeOf<string | number | undefined>();
  expectTypeOf<Answer['targets'][string]>().toEqualTypeOf<string | number | readonly (string | number)[] | undefined>();
});

test('weights of another origin answer by the same function', async () => {
  const { model } = await withRun(async (predictor) => predictor);
  const manifest = readManifest(readFileSync(join(run, 'manifest.json'), 'utf8'), 'manifest');
  const { tensors } = readSafetensors(readFileSync(join(run, 'weights.safetensors')), 'weights');
  const weights = new Map(
    [...tensors].map(([path, { shape, data }]) => [path, { shape, data: Float32Array.from(data) }]),
  );
  const predictor = await createPredictor(model, { weights, manifest }, { backend: 'cpu' });
  expect(await predictor.predict(one)).toEqual(await ask(one));
  predictor.dispose();
});

test('an id outside its table is told with its record', async () => {
  const base = classifier({ inputs: 2, hidden: 2, classes: 3 });
  const model = { ...base, inputs: { x: { shape: [2], dtype: 'int32', below: 5 } } } as const;
  const trainer = await createTrainer(base, { backend: 'cpu' });
  const weights = await trainer.weights();
  trainer.dispose();
  const saved = readManifest(readFileSync(join(run, 'manifest.json'), 'utf8'), 'manifest');
  const manifest = { ...saved, source: base.source, columns: { x: ['a', 'b'] }, prep: [] };
  const predictor = await createPredictor(model, { weights, manifest }, { backend: 'cpu' });
  const asked = predictor.predict([{ x: [0, 4] }, { a: 1, b: 5 }]);
  await expect(asked).rejects.toMatchObject({
    code: 'NN5002',
    message: 'records[1], column `b`: 5 lies outside 0..4, the rows of its table',
  });
  predictor.dispose();
});

test('the command says labels, rows from 1, and what the data says', async () => {
  const { out } = await runModel(folder, ['predict', 'penguins.nn']);
  const [header, ...rows] = out.trim().split('\n');
  expect(header).toBe('row,species,predict_0,predict_1,predict_2,true_species');
  expect(rows).toHaveLength(12);
  for (const row of rows) {
    const [at = '', , , , , truth] = row.split(',');
    expect(row).toMatch(/^\d+,(Adelie|Chinstrap|Gentoo)(,\d+(\.\d+)?){3},(Adelie|Chinstrap|Gentoo)$/);
    expect(penguins[Number(at) - 1]?.species).toBe(truth);
  }
  writeFileSync(join(folder, 'new.csv'), 'island,bill,depth\nTorgersen,39.1,18.7\nAtlantis,39.1,18.7\n');
  const other = await runModel(folder, ['predict', 'penguins.nn', '--data', 'csv:new.csv']);
  expect(other.out).toMatch(/^row,species,predict_0,predict_1,predict_2\n1,Adelie,/);
  expect(other.err).toBe(
    'warning: new.csv:3, column `island`: `Atlantis` is in no training row, and counts as none of its categories\n',
  );
  expect((await nnc(folder, 'check')).code).toBe(0);
});
