/** Run folders: who may go on with a run and with what, what a new run does to an old one, and who locks whom out. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelDefinition } from '../../runtime/index.ts';
import { readSafetensors, writeSafetensors } from '../../runtime/index.ts';
import { evaluate, train } from '../../runtime/node.ts';
import { clearLeftovers } from '../../runtime/node/leftovers.ts';
import { lockFolder } from '../../runtime/node/run-lock.ts';
import type { TrainOptions } from '../../runtime/node.ts';
import type { ClassifierOptions } from './models.ts';
import { classifier } from './models.ts';

const here: { folder: string; lines: string[] } = { folder: '', lines: [] };
const rows = Array.from({ length: 80 }, (_, i) => {
  const [a, b] = [(i * 37) % 23, (i * 53) % 19];
  return `${a},${b},${a > b ? 'more' : 'less'}`;
});
const csv = (lines: readonly string[], head = 'a,b,kind'): void =>
  writeFileSync(join(here.folder, 'rows.csv'), `${head}\n${lines.join('\n')}\n`);
const changed = (at: number, line: string): string[] => rows.map((row, i) => (i === at ? line : row));

beforeEach(() => {
  here.folder = mkdtempSync(join(tmpdir(), 'nnc-runtime-'));
  here.lines = [];
  csv(rows);
});
afterEach(() => {
  rmSync(here.folder, { recursive: true });
});

const output = { line: (text: string) => void here.lines.push(text), end: () => undefined };
const options = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  baseDir: here.folder,
  runs: join(here.folder, 'runs'),
  output,
  saveEvery: 1e6,
  ...more,
});
const model = (more: Partial<ClassifierOptions> = {}, epochs = 4): ModelDefinition =>
  classifier({
    inputs: 2,
    hidden: 4,
    classes: 2,
    prep: [{ port: 'x', kind: 'standardize' }],
    data: { format: 'csv', file: 'rows.csv', columns: { label: ['kind'] }, split: [0.8, 0.2], seed: 1 },
    train: { epochs, batch: 8, seed: 1, monitor: 'val_loss' },
    ...more,
  });

/** The same model of another text. */
const retold = (of: ModelDefinition, source: Partial<ModelDefinition['source']>): ModelDefinition => ({
  ...of,
  source: { ...of.source, ...source },
});

/** Ends the run after so many epochs. */
function until(epochs: number, more: Partial<TrainOptions> = {}): TrainOptions {
  const controller = new AbortController();
  const line = (text: string): void => {
    if (text.startsWith(`epoch ${epochs}/`)) controller.abort();
    here.lines.push(text);
  };
  return options({ signal: controller.signal, output: { line, end: () => undefined }, ...more });
}

const run = (name = 'classifier'): string => join(here.folder, 'runs', name);
const bytes = (file: string, name?: string): Buffer => readFileSync(join(run(name), file));
const manifest = (): { readonly epoch: number; readonly finished: boolean } => {
  const value: unknown = JSON.parse(bytes('manifest.json').toString());
  if (typeof value !== 'object' || value === null || !('epoch' in value) || !('finished' in value)) throw new Error();
  return { epoch: Number(value.epoch), finished: value.finished === true };
};

describe('--resume takes the data that the run began with, and says what is different', () => {
  test.each<[string, () => void, string]>([
    ['a label', () => csv(changed(3, '11,2,less')), '`label` is not what it was, first in the rows'],
    ['a number', () => csv(changed(79, '1,2,less')), '`x` is not what it was, first in the rows'],
    ['a row more', () => csv([...rows, '1,2,less']), 'the data had 80 rows, now it has 81'],
    ['a row less', () => csv(rows.slice(1)), 'the data had 80 rows, now it has 79'],
    ['rows in another order', () => csv([...rows].reverse()), '`x` is not what it was'],
    ['columns in another order', () => csv(rows, 'b,a,kind'), '`x` was read from a, b, now b, a'],
  ])('%s', async (_, change, message) => {
    await train(model(), until(2));
    change();
    const resumed = train(model(), options({ resume: true }));
    await expect(resumed).rejects.toMatchObject({ code: 'NN5008', message: expect.stringContaining(message) });
    csv(rows);
    expect((await train(model(), options({ resume: true }))).interrupted).toBe(false);
  });

  test('the row is told where there are not too many', async () => {
    const few = rows.slice(0, 40);
    csv(few);
    await train(model(), until(2));
    csv(few.map((row, i) => (i === 3 ? '11,2,less' : row)));
    const resumed = train(model(), options({ resume: true }));
    await expect(resumed).rejects.toThrow(/`label` is not what it was, first in .*rows\.csv:5$/);
  });

  test('a copy elsewhere is the same data', async () => {
    await train(model(), until(2));
    const copy = join(here.folder, 'copy.csv');
    writeFileSync(copy, readFileSync(join(here.folder, 'rows.csv')));
    rmSync(join(here.folder, 'rows.csv'));
    expect((await train(model(), options({ resume: true, data: `csv:${copy}` }))).interrupted).toBe(false);
  });

  test('of inline data too', async () => {
    const inline = (label: number) =>
      model({
        prep: [],
        data: {
          format: 'inline',
          rows: [
            [0, 1, 0],
            [1, 0, 1],
            [2, 2, label],
          ],
          seed: 1,
        },
      });
    await train(inline(1), until(2));
    await expect(train(inline(0), options({ resume: true }))).rejects.toThrow(
      '`label` is not what it was, first in inline row 3',
    );
  });
});

describe('--resume takes the kernels that the run had', () => {
  const pretend = (change: Record<string, string>): void => {
    const path = join(run(), 'checkpoint.safetensors');
    const { tensors, metadata } = readSafetensors(readFileSync(path), path);
    const state: unknown = JSON.parse(metadata['nnc'] ?? '');
    writeFileSync(path, writeSafetensors(tensors, { nnc: JSON.stringify(Object.assign({}, state, change)) }));
  };

  test('the saved ones, if others would be taken here', async () => {
    await train(model(), until(2));
    pretend({ kernelSet: 'tfjs' });
    here.lines = [];
    await train(model(), options({ resume: true }));
    expect(here.lines.find((line) => line.includes('seed'))).toContain('wasm (tfjs)');
  });
  test('and the saved backend, without its name', async () => {
    await train(model(), until(2, { backend: 'cpu' }));
    here.lines = [];
    await train(model(), options({ resume: true, backend: 'auto' }));
    expect(here.lines.find((line) => line.includes('seed'))).toContain('cpu (plain)');
  });
  test.each([{ kernelSet: 'other' }, { backend: 'other' }])('refused: %j', async (change) => {
    await train(model(), until(2));
    pretend(change);
    await expect(train(model(), options({ resume: true }))).rejects.toMatchObject({
      code: 'NN5008',
      message: expect.stringMatching(/it ran on the kernels .*other/),
    });
  });
});

describe('--resume with another number of epochs', () => {
  test.each([
    ['after the end', undefined],
    ['after an interruption', 2],
  ])('goes on to the numbers of a run that had them from its start, %s', async (_, stop) => {
    await train(model({}, 7), options({ run: 'whole' }));
    await train(model({}, 4), stop === undefined ? options() : until(stop));
    here.lines = [];
    const outcome = await train(model({}, 7), options({ resume: true }));
    expect(outcome).toMatchObject({ interrupted: false, epoch: 7 });
    expect(here.lines).toContain('now to epoch 7; 4 were asked for before');
    expect(here.lines.join('\n')).not.toContain('warning');
    expect(bytes('weights.safetensors')).toEqual(bytes('weights.safetensors', 'whole'));
  });

  test('that keeps the best weights goes on from the last ones', async () => {
    const patient = (epochs: number) =>
      model({ lr: 0.1, train: { epochs, batch: 8, seed: 1, monitor: 'val_loss', patience: 9 } });
    await train(patient(9), options({ run: 'whole' }));
    await train(patient(6), options());
    await train(patient(9), options({ resume: true }));
    expect(bytes('weights.safetensors')).toEqual(bytes('weights.safetensors', 'whole'));
  });

  test('says that a schedule was made for another length', async () => {
    await train(model({ linear: true }, 4), options());
    here.lines = [];
    await train(model({ linear: true }, 7), options({ resume: true }));
    expect(here.lines.join('\n')).toMatch(/warning: the schedule depends on the length of the run: .* of 4 epochs/);
  });

  test.each<[string, ModelDefinition, ModelDefinition, string]>([
    ['the same number', model(), model(), 'came to its end after 4 epochs: there is nothing to go on with'],
    ['fewer', model(), model({}, 3), 'has done 4 epochs, and 3 are asked for'],
    [
      'more, where patience ended it',
      model({ lr: 0, train: { epochs: 9, batch: 8, seed: 1, monitor: 'val_loss', patience: 2 } }),
      model({ lr: 0, train: { epochs: 12, batch: 8, seed: 1, monitor: 'val_loss', patience: 2 } }),
      'came to its end after epoch 3, 2 epochs without a gain',
    ],
  ])('of a finished run, refused: %s', async (_, first, second, message) => {
    await train(first, options());
    await expect(train(second, options({ resume: true }))).rejects.toMatchObject({
      code: 'NN5006',
      message: expect.stringContaining(message),
    });
  });
});

describe('--resume takes another text of the same model', () => {
  const text = (epochs: number, { comment = '[2, 4]', hash = 'abc', width = 4 } = {}): string => `// m.nn.ts of ${hash}
/** The parameters. */
export const parameters = { w: { shape: [2, ${width}] } }; // ${comment}
export const model = defineModel({
  source: { file: 'm.nn', hash: '${hash}', compiler: '0.1.0', settings: { lr: ${epochs} } },
  train: { epochs: ${epochs}, batch: 8 },
});
`;
  test('with other comments, settings and epochs, if the generated file says so', async () => {
    await train(model(), until(2, { text: text(4) }));
    const other = retold(model({}, 12), { hash: 'other', settings: { lr: 12 } });
    const given = text(12, { comment: '[in, 4]', hash: 'other' }).replace(
      '{ epochs: 12, batch: 8 }',
      '{\n    epochs: 12,\n    batch: 8,\n  }',
    );
    expect((await train(other, options({ resume: true, text: given }))).epoch).toBe(12);
    expect(bytes('model.nn.ts').toString()).toBe(given);
  });
  test('and refuses another model', async () => {
    await train(model(), until(2, { text: text(4) }));
    const other = retold(model(), { hash: 'other' });
    const given = text(4, { hash: 'other', width: 5 });
    await expect(train(other, options({ resume: true, text: given }))).rejects.toThrow('the spec was changed');
    await expect(train(model(), options({ resume: true, text: text(4, { width: 5 }) }))).rejects.toThrow(
      'this version makes another program',
    );
    const set = retold(model(), { hash: 'other', settings: { lr: 2 } });
    await expect(train(set, options({ resume: true, text: given }))).rejects.toThrow(
      '--set is different, it was not given',
    );
  });
});

describe('a new run', () => {
  test('says nothing of an empty folder, and sets aside the checkpoint of an interrupted one', async () => {
    await train(model(), until(2));
    expect(here.lines.filter((line) => line.includes('held') || line.includes('holds'))).toEqual([]);
    const before = bytes('checkpoint.safetensors');
    here.lines = [];
    await train(model(), until(1));
    expect(here.lines).toContain(
      `${run()} held a run that was interrupted in epoch 3; its checkpoint is now checkpoint.old.safetensors, until this run has ended`,
    );
    expect(bytes('checkpoint.old.safetensors')).toEqual(before);
    await train(model(), options({ resume: true }));
    expect(readdirSync(run()).sort()).toEqual(['checkpoint.safetensors', 'manifest.json', 'weights.safetensors']);
  });

  test('that dies before it has saved anything is not gone on with as the old one', async () => {
    await train(model(), until(3));
    // Its first batch never comes.
    const other = retold(model({ lr: 1e38 }), { hash: 'other', file: 'other.nn' });
    await expect(train(other, options())).rejects.toMatchObject({ code: 'NN5003' });
    expect(here.lines.join('\n')).toContain(
      'held a run of another spec, classifier.nn, that was interrupted in epoch 4',
    );
    await expect(train(model(), options({ resume: true }))).rejects.toMatchObject({ code: 'NN5008' });
    await expect(train(other, options({ resume: true }))).rejects.toMatchObject({ code: 'NN5003' });
  });

  test('leaves the model of a finished one until it has ended itself', async () => {
    await train(model(), options());
    const finished = bytes('weights.safetensors');
    here.lines = [];
    const other = retold(model({ lr: 0.1 }, 3), { hash: 'other' });
    await train(other, until(2));
    expect(here.lines).toContain(
      `${run()} holds a finished run of 4 epochs of another text of classifier.nn; its model stays until this run has ended, and --run NAME keeps both`,
    );
    expect(bytes('weights.safetensors')).toEqual(finished);
    expect(manifest()).toEqual({ epoch: 4, finished: true });
    await train(other, options({ resume: true }));
    expect(bytes('weights.safetensors')).not.toEqual(finished);
    expect(manifest()).toEqual({ epoch: 3, finished: true });
  });

  test('that becomes no number leaves it too', async () => {
    await train(model(), options());
    const finished = bytes('weights.safetensors');
    await expect(train(model({ lr: 1e38 }), options())).rejects.toMatchObject({ code: 'NN5003' });
    expect(bytes('weights.safetensors')).toEqual(finished);
  });

  test.each(['manifest.json', 'checkpoint.safetensors'])(
    'takes the place of a %s that cannot be read',
    async (name) => {
      mkdirSync(run(), { recursive: true });
      writeFileSync(join(run(), name), 'x');
      expect((await train(model(), options())).interrupted).toBe(false);
      expect(here.lines.join('\n')).toContain('that cannot be read');
      expect((await evaluate(model(), options())).rows).toBe(16);
    },
  );

  test('keeps to the folder that its name says', async () => {
    await train(model(), options({ run: 'one' }));
    await train(model({}, 2), options({ run: 'two' }));
    expect(readdirSync(join(here.folder, 'runs')).sort()).toEqual(['one', 'two']);
    const loss = async (name: string) => (await evaluate(model(), options({ run: name }))).loss;
    expect(await loss('one')).not.toBe(await loss('two'));
  });

  test('that fails before it has begun leaves no folder', async () => {
    await expect(train(model(), options({ resume: true }))).rejects.toMatchObject({ code: 'NN5006' });
    expect(existsSync(run())).toBe(false);
  });
});

test('an infinite figure that is monitored leaves a checkpoint that can be read', async () => {
  const infinite: ModelDefinition = {
    ...model({ train: { epochs: 4, batch: 8, seed: 1, monitor: 'val_accuracy', patience: 9 } }),
    figures: () => ({ loss: 1, accuracy: Infinity }),
  };
  await train(infinite, until(2));
  expect((await train(infinite, options({ resume: true }))).interrupted).toBe(false);
});

test('ctrl-C stops the last evaluation, and --resume makes up for it', async () => {
  const controller = new AbortController();
  const base = model();
  let evaluations = 0;
  const counting: ModelDefinition = {
    ...base,
    figures(total, at) {
      // The epoch's own figures: what comes next is the last evaluation.
      if (++evaluations === 4) controller.abort();
      return base.figures(total, at);
    },
  };
  const stopped = await train(counting, options({ signal: controller.signal }));
  expect(stopped).toMatchObject({ interrupted: true, figures: undefined });
  expect(here.lines.at(-1)).toContain('interrupted in the last evaluation');
  here.lines = [];
  const resumed = await train(base, options({ resume: true }));
  expect(here.lines).toContain('going on with the last evaluation');
  expect(resumed.figures).toEqual((await train(base, options({ run: 'whole' }))).figures);
  expect(bytes('weights.safetensors')).toEqual(bytes('weights.safetensors', 'whole'));
  expect(bytes('checkpoint.safetensors')).toEqual(bytes('checkpoint.safetensors', 'whole'));
});

test('--overfit has nothing to go on with', async () => {
  await train(model(), until(2));
  await expect(train(model(), options({ resume: true, overfit: 1 }))).rejects.toMatchObject({ code: 'NN5006' });
});

describe('a run folder is locked while it trains', () => {
  const lock = (): string => join(run(), '.lock');
  const held = (holder: unknown): void => {
    mkdirSync(run(), { recursive: true });
    writeFileSync(lock(), typeof holder === 'string' ? holder : JSON.stringify(holder));
  };
  const otherProcess = async (act: (pid: number) => Promise<void>): Promise<number> => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    const ended = new Promise((resolve) => child.on('close', resolve));
    await act(child.pid ?? 0);
    child.kill('SIGKILL');
    await ended;
    return child.pid ?? 0;
  };

  test('two trainings at once: one ends well, the other is told', async () => {
    const results = await Promise.allSettled([train(model(), options()), train(model(), options())]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const reason: unknown = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))[0];
    expect(reason).toMatchObject({ code: 'NN5015', message: expect.stringContaining(`process ${process.pid}`) });
    expect(existsSync(lock())).toBe(false);
    expect((await train(model(), options({ overfit: 1 }))).part).toBe('overfit');
  });

  test('another process that lives is respected, and its lock is taken over when it is no more', async () => {
    const pid = await otherProcess(async (living) => {
      held({ pid: living, host: hostname() });
      await expect(train(model(), options())).rejects.toMatchObject({ code: 'NN5015' });
      expect(existsSync(lock())).toBe(true);
    });
    held({ pid, host: hostname() });
    expect((await train(model(), options())).interrupted).toBe(false);
    expect(readdirSync(run()).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test.each<[string, unknown, boolean]>([
    ['of another machine', { pid: 1, host: `not-${hostname()}` }, false],
    ['of an earlier process with this number', { pid: process.pid, host: hostname(), began: '1' }, existsSync('/proc')],
    ['that is empty', '', true],
    ['that is no lock', '{"pid":"x"}', true],
  ])('a lock %s', async (_, holder, taken) => {
    held(holder);
    const training = train(model(), options());
    if (taken) expect((await training).interrupted).toBe(false);
    else await expect(training).rejects.toMatchObject({ code: 'NN5015', help: expect.stringContaining('--run NAME') });
  });

  test('of many that find a stale lock, one takes it', async () => {
    const pid = await otherProcess(() => Promise.resolve());
    for (let round = 0; round < 10; round++) {
      held({ pid, host: hostname() });
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => lockFolder(run())));
      const taken = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(taken.length).toBe(1);
      for (const release of taken) await release();
    }
  });
});

test('what dead processes left half-written is cleared away, and nothing else', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('close', resolve));
  const dead = child.pid ?? 0;
  const names = [`.${dead}.checkpoint.safetensors.part`, `.${process.pid}.x.part`, `.${dead}.x`, 'a.part'];
  mkdirSync(run(), { recursive: true });
  for (const name of names) writeFileSync(join(run(), name), '');
  clearLeftovers(run(), { ours: false });
  expect(readdirSync(run()).sort()).toEqual([...names].sort());
  await train(model(), options());
  expect(
    readdirSync(run())
      .filter((name) => names.includes(name))
      .sort(),
  ).toEqual([`.${process.pid}.x.part`, `.${dead}.x`, 'a.part'].sort());

  const shared = mkdtempSync(join(here.folder, 'shared-'));
  for (const name of names) {
    writeFileSync(join(shared, name), '');
    utimesSync(join(shared, name), new Date(0), new Date(0));
  }
  clearLeftovers(shared, { ours: false });
  expect(readdirSync(shared).sort()).toEqual([`.${process.pid}.x.part`, `.${dead}.x`, 'a.part'].sort());
});
