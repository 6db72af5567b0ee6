/** `nnc step` and the length of the run: T from the spec where its data can be counted, else from `--updates`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import { folderWith, runModel } from './nnc.ts';

/** One weight, whose gradient is 1: an update is λ = s(t). */
const spec = (...lines: readonly string[]): string =>
  ['input x: f32[1]', 'weight w: [] init=constant(0)', 'loss = w', 'optim sgd lr=1', ...lines].join('\n');

const rows = (count: number): string => `[${Array.from({ length: count }, (_, i) => `[${i}]`).join(', ')}]`;
const csv = (count: number): string => `x\n${Array.from({ length: count }, (_, i) => `${i}\n`).join('')}`;

const linear = 'schedule linear';
const warm = 'schedule linear warmup=4';

/** The factor of update t + 1, after t updates. */
async function factor(files: Readonly<Record<string, string>>, t: number, batches = 1, ...more: readonly string[]) {
  const folder = folderWith(files);
  const put = (name: string, tensors: Parameters<typeof writeSafetensors>[0]): void =>
    writeFileSync(join(folder, name), writeSafetensors(tensors));
  put('batch.safetensors', new Map([['x', { shape: [2, 1], data: Float32Array.of(1, 2) }]]));
  put(
    'weights.safetensors',
    new Map([
      ['w', { shape: [], data: Float32Array.of(0) }],
      ['t', { shape: [], data: Int32Array.of(t) }],
    ]),
  );
  const batch = Array.from({ length: batches }, () => ['--batch', 'batch.safetensors']).flat();
  const files_ = ['--weights', 'weights.safetensors', ...batch, '--out', 'out.safetensors'];
  // From dist/, as its users run it: the file that it makes and imports is JavaScript over the built runtime.
  const result = await runModel(folder, ['step', 'm.nn', ...files_, '--backend', 'cpu', ...more]);
  if (result.code !== 0) return result.err;
  const { tensors } = readSafetensors(readFileSync(join(folder, 'out.safetensors')), 'out');
  return -(tensors.get('new/w')?.data[0] ?? NaN);
}

describe('T is counted', () => {
  it.each<[string, Readonly<Record<string, string>>, number, number, number]>([
    // 1 − (t − 1)/T, conventions 4.
    [
      'from inline rows',
      { 'm.nn': spec(linear, `data inline ${rows(8)}`, 'train epochs=5 batch=4') },
      4,
      1,
      1 - 4 / 10,
    ],
    [
      'with a last batch',
      { 'm.nn': spec(linear, `data inline ${rows(9)}`, 'train epochs=5 batch=4') },
      4,
      1,
      1 - 4 / 15,
    ],
    [
      'of what trains',
      { 'm.nn': spec(linear, `data inline ${rows(10)} split=0.6/0.2/0.2`, 'train epochs=5 batch=4') },
      4,
      1,
      1 - 4 / 10,
    ],
    [
      'by groups that are accumulated',
      { 'm.nn': spec(linear, `data inline ${rows(9)}`, 'accumulate 2', 'train epochs=5 batch=4') },
      4,
      2,
      1 - 4 / 10,
    ],
    [
      'from a file',
      { 'm.nn': spec(linear, 'data csv "d/a.csv"', 'train epochs=2 batch=5'), 'd/a.csv': csv(20) },
      2,
      1,
      1 - 2 / 8,
    ],
    ['after the warm-up', { 'm.nn': spec(warm, `data inline ${rows(8)}`, 'train epochs=5 batch=4') }, 6, 1, 1 - 2 / 6],
  ])('%s', async (_, files, t, batches, expected) => {
    expect(await factor(files, t, batches)).toBeCloseTo(expected, 6);
  });
});

describe('--updates', () => {
  const without = { 'm.nn': spec(warm) };
  const missing = { 'm.nn': spec(warm, 'data csv "none.csv"') };

  it.each([
    ['no data', without],
    ['a file that is not there', missing],
  ])('is not needed up to the end of the warm-up: %s', async (_, files) => {
    expect(await factor(files, 1)).toBeCloseTo(2 / 4, 6);
    expect(await factor(files, 3)).toBeCloseTo(1, 6);
  });

  it.each([
    ['no data', without],
    ['a file that is not there', missing],
  ])('is asked for after it: %s', async (_, files) => {
    expect(await factor(files, 4)).toMatch(/error\[NN5009\].*how many updates[^]*--updates T/);
    expect(await factor(files, 5, 1, '--updates', '10')).toBeCloseTo(1 - 1 / 6, 6);
  });

  it('is not needed without a schedule', async () => {
    expect(await factor({ 'm.nn': spec() }, 100)).toBe(1);
  });

  it('stands before what the spec says', async () => {
    const files = { 'm.nn': spec(linear, `data inline ${rows(8)}`, 'train epochs=5 batch=4') };
    expect(await factor(files, 4, 1, '--updates', '8')).toBeCloseTo(1 - 4 / 8, 6);
  });
});
