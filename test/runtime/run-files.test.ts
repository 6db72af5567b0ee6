/** Checkpoints and manifests: what is written is read again, and what is damaged is refused. */
import { expect, test } from 'vitest';
import { checkpointFile, manifestFile, readCheckpoint, readManifest } from '../../runtime/checkpoint/run-files.ts';
import { readSafetensors, writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import type { Manifest, RunState } from '../../runtime/checkpoint/saved-types.ts';

const tensor = (...data: number[]) => ({ shape: [data.length], data: Float32Array.from(data) });
const run: RunState = {
  format: 1,
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
};
const checkpoint = {
  run,
  snapshot: {
    t: 12,
    microBatches: 24,
    weights: new Map([['state.kernel', tensor(1, 2)]]),
    slots: new Map([['state.kernel/m', tensor(3, 4)]]),
  },
  fit: {
    epoch: 4,
    batch: 2,
    lossSum: 0.1 + 0.2,
    rows: 64,
    watch: { best: { epoch: 2, value: 1 / 3 }, stale: 1 },
    bestWeights: new Map([['state.kernel', tensor(5, 6)]]),
  },
};

test('a checkpoint comes back to the bit', () => {
  expect(readCheckpoint(checkpointFile(run, checkpoint.snapshot, checkpoint.fit), 'c')).toEqual(checkpoint);
  const { best: _, ...unwatched } = run;
  const fit = { ...checkpoint.fit, watch: { best: undefined, stale: 0 }, bestWeights: undefined };
  const file = checkpointFile({ ...unwatched, stale: 0 }, checkpoint.snapshot, fit);
  expect(readCheckpoint(file, 'c')).toEqual({ ...checkpoint, run: { ...unwatched, stale: 0 }, fit });
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

test.each<[string, Record<string, unknown> | undefined]>([
  ['none', undefined],
  ['another format', { ...run, format: 0 }],
  ['half an epoch', { ...run, epoch: 1.5 }],
  ['no seed', { ...run, seed: undefined }],
])('refused: a checkpoint whose state has %s', (_, state) => {
  const { tensors } = readSafetensors(checkpointFile(run, checkpoint.snapshot, checkpoint.fit), 'c');
  const file = writeSafetensors(tensors, state === undefined ? {} : { nnc: JSON.stringify(state) });
  expect(() => readCheckpoint(file, 'c')).toThrow('c is not a checkpoint of this version');
});
