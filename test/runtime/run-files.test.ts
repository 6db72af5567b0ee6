/** Checkpoints and manifests: what is written is read again, and what is damaged is refused. */
import { expect, test } from 'vitest';
import { checkpointFile, manifestFile, readCheckpoint, readManifest } from '../../runtime/checkpoint/run-files.ts';
import { readSafetensors, writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import type { Manifest, RunState } from '../../runtime/checkpoint/saved-types.ts';

const tensor = (...data: number[]) => ({ shape: [data.length], data: Float32Array.from(data) });
const run: RunState = {
  format: 2,
  file: 'm.nn',
  hash: 'abc',
  settings: { lr: 0.1 },
  backend: 'wasm',
  kernelSet: 'simd',
  seed: 3,
  epochs: 9,
  t: 12,
  microBatches: 24,
  epoch: 4,
  batch: 2,
  lossSum: 0.1 + 0.2,
  rows: 64,
  stale: 1,
  best: { epoch: 2, value: 1 / 3 },
  tally: { batches: 1, rows: 32 },
  data: { rows: 70, columns: { x: ['a', 'b'] }, ports: { x: ['0123', '4567'] } },
  finished: false,
};
const checkpoint = {
  run,
  snapshot: {
    t: 12,
    microBatches: 24,
    weights: new Map([['state.kernel', tensor(1, 2)]]),
    averages: new Map([['state.kernel', tensor(7, 8)]]),
    slots: new Map([['state.kernel/m', tensor(3, 4)]]),
  },
  fit: {
    epoch: 4,
    batch: 2,
    lossSum: 0.1 + 0.2,
    rows: 64,
    watch: { best: { epoch: 2, value: 1 / 3 }, stale: 1 },
    bestWeights: new Map([['state.kernel', tensor(5, 6)]]),
    tally: { batches: 1, rows: 32, totals: new Map([['hits', { shape: [1], data: Float64Array.of(1 / 3) }]]) },
  },
  text: '// a generated file',
};

test('a checkpoint comes back to the bit', () => {
  expect(readCheckpoint(checkpointFile(checkpoint), 'c')).toEqual(checkpoint);
  const { best: _, tally: __, ...unwatched } = run;
  const fit = { ...checkpoint.fit, watch: { best: undefined, stale: 0 }, bestWeights: undefined, tally: undefined };
  const other = { ...checkpoint, run: { ...unwatched, stale: 0 }, fit, text: undefined };
  expect(readCheckpoint(checkpointFile(other), 'c')).toEqual(other);
});

const manifest: Manifest = {
  format: 1,
  model: 'm',
  source: { file: 'm.nn', hash: 'abc', compiler: '0.1.0', settings: {} },
  backend: 'wasm',
  kernelSet: 'simd',
  seed: 1,
  t: 5,
  epoch: 2,
  finished: true,
  figures: { loss: 0.5, val_f1: null },
  columns: { x: ['a', 'b'] },
  prep: [
    { port: 'y', kind: 'classes', labels: ['cat', 'dog'] },
    { port: 'x', kind: 'onehot', categories: [['u'], ['v', 'w']] },
    { port: 'x', kind: 'scale', factor: 1 / 255 },
    { port: 'x', kind: 'standardize', mean: [0.1], deviation: [2] },
    { port: 'x', kind: 'minmax', low: [-1], span: [2] },
  ],
};

test('a manifest comes back', () => {
  expect(readManifest(manifestFile(manifest), 'm')).toEqual(manifest);
});

test.each<[string, unknown]>([
  ['no JSON', undefined],
  ['another format', { ...manifest, format: 2 }],
  ['a figure that is a text', { ...manifest, figures: { loss: 'low' } }],
  ['a step of prep that is not known', { ...manifest, prep: [{ port: 'x', kind: 'log' }] }],
  ['a step that lacks its numbers', { ...manifest, prep: [{ port: 'x', kind: 'standardize', mean: [1] }] }],
  ['columns that are no list', { ...manifest, columns: { x: 'a' } }],
])('refused: a manifest with %s', (_, content) => {
  const text = content === undefined ? '{' : JSON.stringify(content);
  expect(() => readManifest(text, 'manifest.json')).toThrow('manifest.json is not a manifest of this version');
});

const { tensors } = readSafetensors(checkpointFile(checkpoint), 'c');
const withState = (state: unknown): Uint8Array =>
  writeSafetensors(tensors, state === undefined ? {} : { nnc: JSON.stringify(state) });

test.each<[string, Record<string, unknown> | undefined]>([
  ['none', undefined],
  ['another format', { ...run, format: 0 }],
  ['an earlier format', { ...run, format: 1 }],
  ['half an epoch', { ...run, epoch: 1.5 }],
  ['no seed', { ...run, seed: undefined }],
  ['a seed that is no whole number', { ...run, seed: 1.5 }],
  ['a seed below 0', { ...run, seed: -1 }],
  ['a number of batches that no number can count', { ...run, microBatches: 1e300 }],
  ['half an update', { ...run, t: 0.5 }],
  ['a best figure that was infinite', { ...run, best: { epoch: 2, value: Infinity } }],
  ['no data', { ...run, data: undefined }],
  ['digests that are numbers', { ...run, data: { ...run.data, ports: { x: [1] } } }],
  ['half a batch of an evaluation', { ...run, tally: { batches: 0.5, rows: 3 } }],
])('refused: a checkpoint whose state has %s', (_, state) => {
  expect(() => readCheckpoint(withState(state), 'c')).toThrow('c is not a checkpoint of this version');
});

test.each<[string, Partial<RunState>, string]>([
  ['an epoch beyond its last', { epoch: 1e15 }, 'it stands in epoch 1000000000000000 of 9'],
  ['more updates than batches', { t: 25 }, 'it has done 25 updates with 24 batches'],
  ['more batches than there were', { batch: 25 }, '25 batches of its epoch are done, of 24 with 64 rows'],
  ['a best epoch that was not', { best: { epoch: 4, value: 1 } }, 'its best epoch is 4, and it stands in epoch 4'],
  [
    'a phase that is to come',
    { phase: { at: 1, before: 4 }, steps: {} },
    'its phase began after epoch 4, and it stands in epoch 4',
  ],
  ['more epochs without a gain than epochs', { stale: 4 }, 'it has been without a gain for 4 epochs'],
])('refused: a checkpoint with %s', (_, change, message) => {
  expect(() => readCheckpoint(withState({ ...run, ...change }), 'c')).toThrow(`c contradicts itself: ${message}`);
});
