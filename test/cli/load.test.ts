/** `load` from the command line: what check, train, --resume and step do with the file, there or not. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import { readFileBytes } from '../../runtime/node/disk.ts';
import { folderWith, nnc, read, runModel } from './nnc.ts';

const spec = (epochs: number): string => `input x: f32[2]
target label: class[2]
block trunk { layer dense 2 relu }
layer dense 2 as head
loss xent; optim adam lr=0.1
freeze trunk
load trunk from "weights/trunk.safetensors"
data inline [[0,0, 0], [0,1, 1], [1,0, 1], [1,1, 0]]
train epochs=${epochs} batch=4
`;

const kernel = { shape: [2, 2], data: Float32Array.of(1, -2, 3, -4) };
const bias = { shape: [2], data: Float32Array.of(0.5, 0.25) };

function withWeights(folder: string, tensors: Readonly<Record<string, { shape: number[]; data: Float32Array }>>): void {
  writeFileSync(join(folder, 'weights/trunk.safetensors'), writeSafetensors(new Map(Object.entries(tensors))));
}

test('check reads the header of a file that is there, and build writes the same whatever is in it', async () => {
  const folder = folderWith({ 'm.nn': spec(1), 'weights/README': '' });
  const missing = await nnc(folder, 'check', 'm.nn');
  expect(missing.code).toBe(0);
  expect(missing.err).toContain('warning[NN4010]: the file weights/trunk.safetensors is not there');
  await nnc(folder, 'build', 'm.nn');
  const built = read(folder, 'm.nn.ts');
  withWeights(folder, { 'dense.kernel': kernel, 'dense.bias': { ...bias, shape: [2, 1] } });
  const wrong = await nnc(folder, 'check', 'm.nn');
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('error[NN4012]: weights/trunk.safetensors does not fit what is loaded from it:');
  expect(wrong.err).toContain('trunk.dense.bias has shape [2], `dense.bias` has [2, 1]');
  expect(wrong.err).toContain('7 │   load trunk from "weights/trunk.safetensors"');
  withWeights(folder, { 'dense.kernel': kernel, 'dense.bias': bias });
  expect((await nnc(folder, 'check', 'm.nn')).err).toBe('1 spec, no mistake found\n');
  await nnc(folder, 'build', 'm.nn');
  expect(read(folder, 'm.nn.ts')).toBe(built);
  expect(built).toContain("loads: [{ scopes: ['trunk'], file: 'weights/trunk.safetensors' }],");
  writeFileSync(join(folder, 'weights/trunk.safetensors'), 'no weights at all');
  expect((await nnc(folder, 'check', 'm.nn')).err).toContain(
    'error[NN5005]: weights/trunk.safetensors is not a safetensors',
  );
});

test('train begins with the file; a run that goes on, and a step from weights, do without it', async () => {
  const folder = folderWith({ 'm.nn': spec(2), 'weights/README': '' });
  const none = await runModel(folder, ['train', 'm.nn', '--backend', 'cpu']);
  expect(none.code).toBe(1);
  expect(none.err).toContain('error[NN4001]: weights/trunk.safetensors cannot be read: there is no such file');
  withWeights(folder, { 'dense.kernel': kernel });
  const wrong = await runModel(folder, ['train', 'm.nn', '--backend', 'cpu']);
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('missing: trunk.dense.bias [2]');
  withWeights(folder, { 'dense.kernel': kernel, 'dense.bias': bias });
  const trained = await runModel(folder, ['train', 'm.nn', '--backend', 'cpu']);
  expect(trained.code).toBe(0);
  const weightsOf = (): ReadonlyMap<string, unknown> => {
    const path = join(folder, 'runs/m/weights.safetensors');
    return readSafetensors(readFileBytes(path), path).tensors;
  };
  expect(weightsOf().get('trunk.dense.kernel')).toEqual(kernel);
  expect(weightsOf().get('trunk.dense.bias')).toEqual(bias);
  const batch = new Map([
    ['x', { shape: [1, 2], data: Float32Array.of(1, 2) }],
    ['label', { shape: [1], data: Int32Array.of(1) }],
  ]);
  writeFileSync(join(folder, 'batch.safetensors'), writeSafetensors(batch));
  const step = ['step', 'm.nn', '--backend', 'cpu', '--batch', 'batch.safetensors', '--out', 'out.safetensors'];
  expect((await runModel(folder, step)).code).toBe(0);
  const out = readSafetensors(readFileBytes(join(folder, 'out.safetensors')), 'out').tensors;
  expect(out.get('new/trunk.dense.kernel')).toEqual(kernel);
  rmSync(join(folder, 'weights/trunk.safetensors'));
  expect((await runModel(folder, step)).err).toContain('error[NN4001]');
  expect((await runModel(folder, [...step, '--weights', 'runs/m/weights.safetensors'])).code).toBe(0);
  writeFileSync(join(folder, 'm.nn'), spec(3));
  const resumed = await runModel(folder, ['train', 'm.nn', '--resume', '--backend', 'cpu']);
  expect(resumed.err).toContain('going on from epoch 3');
  expect(resumed.code).toBe(0);
  expect(weightsOf().get('trunk.dense.kernel')).toEqual(kernel);
  expect((await runModel(folder, ['eval', 'm.nn', '--backend', 'cpu'])).code).toBe(0);
});
