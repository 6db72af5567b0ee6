/** What a checkpoint keeps beside the weights: a resumed run reports the losses, and ends at the epoch, of a whole one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ModelDefinition } from '../../runtime/index.ts';
import { train } from '../../runtime/node.ts';
import type { TrainOptions } from '../../runtime/node.ts';
import { updatesIn } from '../../runtime/phases.ts';
import { classifier } from './models.ts';

const here: { folder: string } = { folder: '' };

beforeEach(() => {
  here.folder = mkdtempSync(join(tmpdir(), 'nnc-runtime-'));
  const rows = Array.from({ length: 80 }, (_, i) => `${(i * 37) % 23},${(i * 53) % 19},${(i * i) % 7 > 2 ? 'a' : 'b'}`);
  writeFileSync(join(here.folder, 'rows.csv'), `a,b,kind\n${rows.join('\n')}\n`);
});
afterEach(() => {
  rmSync(here.folder, { recursive: true });
});

/** Of 8 batches an epoch, with labels that no one can learn: the accuracy soon stands still. */
const model = (patience?: number): ModelDefinition =>
  classifier({
    inputs: 2,
    hidden: 4,
    classes: 2,
    prep: [{ port: 'x', kind: 'standardize' }],
    data: { format: 'csv', file: 'rows.csv', columns: { label: ['kind'] }, split: [0.8, 0.2], seed: 1 },
    train: {
      epochs: patience === undefined ? 5 : 30,
      batch: 8,
      seed: 1,
      monitor: 'val_accuracy',
      ...(patience === undefined ? {} : { patience }),
    },
  });

/** The lines of the epochs, without their speed. */
async function epochs(of: ModelDefinition, run: string, more: Partial<TrainOptions> = {}): Promise<readonly string[]> {
  const lines: string[] = [];
  const output = { line: (text: string) => void lines.push(text), end: () => undefined };
  await train(of, { baseDir: here.folder, runs: join(here.folder, run), output, saveEvery: 1e6, ...more });
  return lines.filter((line) => line.startsWith('epoch ')).map((line) => line.replace(/\s+[\d,.]+ examples\/s/, ''));
}

/** Ends the run when it has been asked so often whether to end: after every update, and every batch of an evaluation. */
function after(questions: number): AbortSignal {
  const { signal } = new AbortController();
  let asked = 0;
  Object.defineProperty(signal, 'aborted', { get: () => ++asked > questions });
  return signal;
}

test.each([3, 12, 30, 31])(
  'the loss of an epoch that was interrupted is that of all its batches: %s',
  async (questions) => {
    const whole = await epochs(model(), 'whole');
    const begun = await epochs(model(), 'parts', { signal: after(questions) });
    const ended = await epochs(model(), 'parts', { resume: true });
    expect(begun.length).toBeLessThan(whole.length);
    expect([...begun, ...ended]).toEqual(whole);
  },
);

test.each([13, 23, 33, 43])('patience counts on after %s questions', async (questions) => {
  const whole = await epochs(model(4), 'whole');
  expect(whole.length).toBeLessThan(10);
  const begun = await epochs(model(4), 'parts', { signal: after(questions) });
  const ended = await epochs(model(4), 'parts', { resume: true });
  expect(begun.length).toBeLessThan(whole.length);
  expect([...begun, ...ended]).toEqual(whole);
});

test.each([
  [1, 7, 21],
  [3, 6, 6],
  [3, 7, 9],
  [3, 2, 3],
])('groups of %s over %s batches make %s updates in three epochs', (accumulate, batches, updates) => {
  expect(updatesIn({ accumulate, times: 1 }, batches, 3)).toBe(updates);
  expect(updatesIn({ accumulate: 2 * accumulate, times: 2 }, batches, 3)).toBe(updates);
});
