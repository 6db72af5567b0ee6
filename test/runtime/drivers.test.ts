/** What the commands call: training into a run folder, going on from it, evaluating and predicting with it. */
import { existsSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelDefinition } from '../../runtime/index.ts';
import { readSafetensors, writeSafetensors } from '../../runtime/index.ts';
import type { PhaseSpec } from '../../runtime/model.ts';
import { phasesOf } from '../../runtime/phases.ts';
import { evaluate, predict, train } from '../../runtime/node.ts';
import type { TrainOptions } from '../../runtime/node.ts';
import type { ClassifierOptions } from './models.ts';
import { classifier } from './models.ts';

const specs = join(dirname(fileURLToPath(import.meta.url)), '../../specs');
/** The run folder of the test under way, and the lines that were printed in it. */
const here: { folder: string; lines: string[] } = { folder: '', lines: [] };
const output = { line: (text: string) => void here.lines.push(text), end: () => undefined };

beforeEach(() => {
  here.folder = mkdtempSync(join(tmpdir(), 'nnc-runtime-'));
  here.lines = [];
});
afterEach(() => {
  rmSync(here.folder, { recursive: true });
});

const options = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  baseDir: specs,
  runs: here.folder,
  output,
  ...more,
});

const digits = (more: Partial<ClassifierOptions> = {}): ModelDefinition =>
  classifier({
    inputs: 64,
    hidden: 64,
    classes: 10,
    dropout: 0.2,
    lr: 5e-3,
    range: [0, 16],
    prep: [{ port: 'x', kind: 'scale', factor: 1 / 16 }],
    data: { format: 'csv', file: 'data/digits.csv', columns: { label: ['digit'] }, split: [0.8, 0.1, 0.1], seed: 7 },
    train: { epochs: 12, batch: 64, seed: 1, patience: 5, monitor: 'val_loss' },
    ...more,
  });

/** A model of one step, which each of the phases runs. */
function inPhases(model: ModelDefinition, phases: readonly Omit<PhaseSpec, 'name' | 'steps'>[]): ModelDefinition {
  const step = phasesOf(model)[0]?.steps[0];
  if (step === undefined) throw new Error('a model without a step');
  const steps = [{ ...step, name: 'all' }];
  return { ...model, phases: phases.map((phase, i) => ({ ...phase, name: `part_${i}`, steps })) };
}

test('digits are learned, saved, and read back to the same figures', async () => {
  const outcome = await train(digits(), options());
  expect(outcome.figures?.['accuracy']).toBeGreaterThan(0.95);
  expect(outcome).toMatchObject({ interrupted: false, part: 'test', folder: join(here.folder, 'classifier') });
  expect(readdirSync(outcome.folder).sort()).toEqual([
    'checkpoint.safetensors',
    'manifest.json',
    'weights.safetensors',
  ]);

  expect(here.lines[0]).toMatch(/^columns of .*digits\.csv:$/);
  expect(here.lines.slice(1, 3)).toEqual([
    '  x      ← pixel_0, pixel_1, pixel_2, … pixel_63 (64 columns)',
    '  label  ← digit',
  ]);
  expect(here.lines[3]).toMatch(/^a constant guess, `\d`, is right for \d+\.\d % of the 180 test rows$/);
  expect(here.lines[4]).toMatch(
    /^classifier: 1,438 rows to train on, 179 to validate, 180 to test; wasm \((simd|relaxed)\), seed 1$/,
  );
  expect(here.lines[5]).toMatch(
    /^epoch {2}1\/12 {2}loss \d\.\d{4} {2}val_loss \d\.\d{4} {2}val_accuracy \d\.\d{4} {2}[\d,]+ examples\/s {2}best$/,
  );
  expect(here.lines.at(-2)).toMatch(/^test \(180 rows\): loss \d\.\d{4} {2}accuracy 0\.9\d{3}$/);

  const { loss, metrics, rows, part } = await evaluate(digits(), options());
  expect({ loss, ...metrics }).toEqual(outcome.figures);
  expect({ rows, part }).toEqual({ rows: 180, part: 'test' });

  const { outputs, at, labels } = await predict(digits(), options());
  expect(outputs['predict']?.shape).toEqual([180, 10]);
  expect(at.length).toBe(180);
  expect(labels).toEqual({});
  const manifest: unknown = JSON.parse(readFileSync(join(outcome.folder, 'manifest.json'), 'utf8'));
  expect(manifest).toMatchObject({ format: 1, finished: true, backend: 'wasm', seed: 1, figures: outcome.figures });
});

test('which way a monitored metric is good is said', async () => {
  const watching = (best?: 'lowest') => ({
    train: {
      epochs: 1,
      batch: 64,
      seed: 1,
      patience: 3,
      monitor: 'val_accuracy',
      ...(best === undefined ? {} : { best }),
    },
  });
  await train(digits(watching()), options());
  await train(digits(watching('lowest')), options());
  const { patience, ...impatient } = watching().train;
  await train(inPhases(digits({ train: impatient }), [{ epochs: 1, patience }]), options());
  const said = here.lines.filter((line) => line.startsWith('keeping'));
  expect(said).toEqual(['highest', 'lowest', 'highest'].map((way) => `keeping the weights of the ${way} val_accuracy`));
});

test('the same seed gives the same bits; another one other bits', async () => {
  const weights = async (seed: number) => {
    const { folder: to } = await train(
      digits({ train: { epochs: 1, batch: 64, seed, monitor: 'val_loss' } }),
      options(),
    );
    return readSafetensors(readFileSync(join(to, 'weights.safetensors')), 'w').tensors;
  };
  const first = await weights(1);
  expect(await weights(1)).toEqual(first);
  expect(await weights(2)).not.toEqual(first);
});

describe('an interrupted run', () => {
  const interrupt = async (model: ModelDefinition, after: number, runs = here.folder) => {
    const controller = new AbortController();
    let epochs = 0;
    const counting = {
      ...output,
      line(text: string) {
        if (text.startsWith('epoch') && ++epochs === after) controller.abort();
        here.lines.push(text);
      },
    };
    return train(model, options({ signal: controller.signal, output: counting, runs }));
  };

  test('is saved, and goes on to the weights of one that was not', async () => {
    const whole = await train(digits(), options({ runs: join(here.folder, 'whole') }));
    const stopped = await interrupt(digits(), 3);
    expect(stopped).toMatchObject({ interrupted: true, figures: undefined });
    expect(here.lines.at(-1)).toContain('go on with --resume');
    expect(readdirSync(stopped.folder).sort()).toEqual([
      'checkpoint.safetensors',
      'manifest.json',
      'weights.safetensors',
    ]);
    expect((await evaluate(digits(), options())).rows).toBe(180);

    const resumed = await train(digits(), options({ resume: true }));
    expect(resumed.figures).toEqual(whole.figures);
    expect(resumed.epoch).toBe(whole.epoch);
    const read = (of: string) => readFileSync(join(of, 'weights.safetensors'));
    expect(read(resumed.folder).equals(read(whole.folder))).toBe(true);
    const again = train(digits(), options({ resume: true }));
    await expect(again).rejects.toMatchObject({ code: 'NN5006', message: expect.stringContaining('came to its end') });
  });

  test.each<
    [string, Partial<ClassifierOptions>, Partial<TrainOptions>, (model: ModelDefinition) => ModelDefinition, string]
  >([
    ['another seed', {}, { seed: 9 }, (model) => model, 'the saved run is not this one: its seed is 1'],
    ['another backend', {}, { backend: 'cpu' }, (model) => model, 'the saved run is not this one: its backend is wasm'],
    ['another text', {}, {}, (model) => ({ ...model, source: { ...model.source, hash: 'x' } }), 'the spec was changed'],
    [
      'other settings',
      {},
      {},
      (model) => ({ ...model, source: { ...model.source, settings: { lr: 1 } } }),
      '--set is different',
    ],
  ])('is not gone on with under %s', async (_, more, given, change, message) => {
    await interrupt(digits(more), 1);
    await expect(train(change(digits(more)), options({ resume: true, ...given }))).rejects.toMatchObject({
      code: 'NN5008',
      message: expect.stringContaining(message),
    });
  });

  test.each([undefined, { at: 2, before: 0 }])(
    'that stands in the phase %o of two is not gone on with',
    async (phase) => {
      const model = inPhases(digits(), [{ epochs: 2 }, { epochs: 2 }]);
      const { folder: to } = await interrupt(model, 1);
      const path = join(to, 'checkpoint.safetensors');
      const { tensors, metadata } = readSafetensors(readFileSync(path), path);
      const run: object = JSON.parse(metadata['nnc'] ?? '');
      writeFileSync(path, writeSafetensors(tensors, { ...metadata, nnc: JSON.stringify({ ...run, phase }) }));
      await expect(train(model, options({ resume: true }))).rejects.toMatchObject({
        code: 'NN5008',
        message: expect.stringContaining('it stands in a phase that there is not'),
      });
    },
  );

  test('a damaged checkpoint is refused', async () => {
    const { folder: to } = await interrupt(digits(), 1);
    const path = join(to, 'checkpoint.safetensors');
    writeFileSync(path, readFileSync(path).subarray(0, 1000));
    await expect(train(digits(), options({ resume: true }))).rejects.toMatchObject({ code: 'NN5005' });
  });
});

describe('--overfit', () => {
  test('says that a model can memorise', async () => {
    await train(digits({ dropout: 0 }), options({ overfit: 1 }));
    expect(here.lines.at(-1)).toMatch(
      /^the model can memorise 64 rows: after \d+ epochs loss \d\.\d+ {2}accuracy 1\.0000$/,
    );
    expect(readdirSync(here.folder)).toEqual([]);
  });
  test.each([0, 1])('ends where it is interrupted, also in its first evaluation (after %i epochs)', async (epochs) => {
    const controller = new AbortController();
    if (epochs === 0) controller.abort();
    const line = (text: string): void => {
      if (text.startsWith(`epoch  ${epochs}/`) || text.startsWith(`epoch    ${epochs}/`)) controller.abort();
      here.lines.push(text);
    };
    const outcome = await train(
      digits(),
      options({ overfit: 1, signal: controller.signal, output: { ...output, line } }),
    );
    expect(outcome).toMatchObject({ interrupted: true, figures: undefined });
    expect(here.lines.at(-1)).toBe('interrupted; nothing was saved');
  });
  test('takes a classifier whose predictions read noise alone', async () => {
    const model = digits({ dropout: 0 });
    const ofNoise: ModelDefinition = {
      ...model,
      noise: { z: { shape: model.inputs['x']?.shape ?? [], distribution: 'normal' } },
      predictInputs: [],
      predict: (k, p, { z }, n) => model.predict(k, p, z === undefined ? {} : { x: z }, n),
    };
    await train(ofNoise, options({ overfit: 1 }));
    expect(here.lines.at(-1)).toContain('the model can memorise 64 rows');
  });
  test('says that it cannot', async () => {
    await train(digits({ lr: 0 }), options({ overfit: 2 }));
    expect(here.lines.at(-1)).toMatch(
      /^the model has not memorised 128 rows after 500 epochs: the loss went from (\d+\.\d+) to \1;/,
    );
  });
});

test('--data and its columns: in another order, without targets for a prediction', async () => {
  const model = classifier({
    inputs: 2,
    hidden: 4,
    classes: 2,
    data: { format: 'csv', file: 'train.csv', columns: { label: ['kind'] }, seed: 1 },
    prep: [{ port: 'x', kind: 'standardize' }],
    train: { epochs: 3, batch: 4, seed: 1, monitor: 'val_loss' },
  });
  const given = options({ baseDir: here.folder });
  const rows = Array.from({ length: 12 }, (_, i) => `${i},${i % 5},${i % 2 === 0 ? 'even' : 'odd'}`);
  writeFileSync(join(here.folder, 'train.csv'), `a,b,kind\n${rows.join('\n')}\n`);
  await train(model, given);
  const all = await predict(model, given);
  expect(all).toMatchObject({ rows: 12, part: 'all', labels: { label: ['even', 'odd'] } });
  const other = join(here.folder, 'other.csv');
  writeFileSync(other, 'c,b,a\n9,0,0\n9,1,1\n');
  const two = await predict(model, { ...given, data: `csv:${other}` });
  expect(two.outputs['predict']?.data).toEqual(all.outputs['predict']?.data.slice(0, 4));
  writeFileSync(other, 'c,b\n9,0\n');
  await expect(predict(model, { ...given, data: `csv:${other}` })).rejects.toMatchObject({ code: 'NN4005' });
});

test.each<[string, () => Promise<unknown>, string, string]>([
  [
    'no data',
    () => train(classifier({ inputs: 2, hidden: 2, classes: 2 }), options()),
    'NN4009',
    'classifier.nn has no `data`',
  ],
  [
    'a file that is not there',
    () => train(digits({ data: { format: 'csv', file: 'no.csv', seed: 1 } }), options()),
    'NN4001',
    'there is no such file',
  ],
  ['a folder', () => train(digits(), options({ data: `csv:${here.folder}` })), 'NN4001', 'it is a folder'],
  [
    'an unknown format',
    () => train(digits(), options({ data: 'x.parquet' })),
    'NN4001',
    '`--data x.parquet` names no format',
  ],
  ['nothing saved', () => evaluate(digits(), options()), 'NN5006', 'there are no saved weights at'],
  [
    'nothing to go on with',
    () => train(digits(), options({ resume: true })),
    'NN5006',
    'there is no run to go on with',
  ],
])('refused: %s', async (_, act, code, message) => {
  await expect(act()).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('a run that cannot go on leaves nothing behind', async () => {
  const runs = join(here.folder, 'never');
  await expect(train(digits(), { ...options({ resume: true }), runs })).rejects.toMatchObject({ code: 'NN5006' });
  expect(existsSync(runs)).toBe(false);
});

test.each([
  ['Latin 1', Buffer.from('a,\u00fc\n', 'latin1'), 'is not a text in UTF-8'],
  ['UTF-16 with its mark', Buffer.from('\ufeffa,b\n', 'utf16le'), 'is a text in UTF-16'],
  ['UTF-16 with its mark, the large end first', Buffer.from('\ufeffa,b\n', 'utf16le').swap16(), 'is a text in UTF-16'],
  ['UTF-16 without a mark', Buffer.from('a,b\n', 'utf16le'), 'is a text in UTF-16'],
  ['UTF-16 without a mark, the large end first', Buffer.from('a,b\n', 'utf16le').swap16(), 'is a text in UTF-16'],
])('a table in %s is refused, and told how to save it', async (_, bytes, message) => {
  const path = join(here.folder, 'table.csv');
  writeFileSync(path, bytes);
  await expect(train(digits(), options({ data: `csv:${path}` }))).rejects.toMatchObject({
    code: 'NN4001',
    message: expect.stringContaining(message),
    help: 'save it again with the encoding UTF-8',
  });
});

test('weights of a file of their own are read with or without a manifest beside them', async () => {
  const model = digits({ train: { epochs: 1, batch: 64, seed: 1, monitor: 'val_loss' } });
  const { folder: to, figures } = await train(model, options());
  const path = join(here.folder, 'mine.safetensors');
  cpSync(join(to, 'weights.safetensors'), path);
  const { loss, metrics } = await evaluate(model, { ...options(), runs: join(here.folder, 'none'), weights: path });
  expect({ loss, ...metrics }).toEqual(figures);
});
