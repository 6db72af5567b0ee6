/** `--backend webgl` and `webgpu` from the shell: an installed Chromium runs what Node tells it to. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import { findChromium } from '../../runtime/node/browser/chromium.ts';
import { distance } from '../kernels/plain.ts';
import { folderWith, spawnNnc } from './nnc.ts';

const chromium = findChromium();
const found = chromium !== undefined && existsSync(chromium);

const spec = `input image: f32[8, 8, 1]
target kind: class[3]
layer conv 4 3 relu
layer maxpool 2
layer flatten
layer dropout 0.25
layer dense 8 tanh
layer batchnorm
layer dense 3
loss xent
optim adamw lr=1e-2
metric accuracy
data csv "rows.csv" target=kind split=0.75/0.25 seed=1
train epochs=3 batch=8
predict softmax(it)
`;

/** 64 numbers that look random, and a class that follows from them. */
const pixels = (row: number): number[] =>
  Array.from({ length: 64 }, (_, i) => Math.round(100 * Math.abs(Math.sin(row * 7.3 + i * 1.7))) / 100);
const kindOf = (row: readonly number[]): number => Math.floor((row[0] ?? 0) * 2.99);

const columns = Array.from({ length: 64 }, (_, i) => `image_${i}`);
const csv = [
  [...columns, 'kind'].join(','),
  ...Array.from({ length: 48 }, (_, row) => [...pixels(row), kindOf(pixels(row))].join(',')),
].join('\n');

function folder(): string {
  const made = folderWith({ 'm.nn': spec, 'rows.csv': `${csv}\n` });
  const batch = [0, 1, 2, 3].map(pixels);
  writeFileSync(
    join(made, 'batch.safetensors'),
    writeSafetensors(
      new Map([
        ['image', { shape: [4, 8, 8, 1], data: Float32Array.from(batch.flat()) }],
        ['kind', { shape: [4], data: Int32Array.from(batch.map(kindOf)) }],
      ]),
    ),
  );
  return made;
}

const step = (backend: string) => ['step', 'm.nn', '--batch', 'batch.safetensors', '--backend', backend];

describe.skipIf(!found)(`in Chromium${found ? '' : ' (there is none)'}`, () => {
  it.each(['webgl', 'webgpu'])('a step on %s is that of wasm', { timeout: 120_000 }, async (backend) => {
    const here = folder();
    for (const name of ['wasm', backend]) {
      expect(await spawnNnc(here, [...step(name), '--out', `${name}.safetensors`])).toMatchObject({ code: 0 });
    }
    const [wanted, given] = ['wasm', backend].map(
      (name) => readSafetensors(readFileSync(join(here, `${name}.safetensors`)), name).tensors,
    );
    expect([...(given?.keys() ?? [])]).toEqual([...(wanted?.keys() ?? [])]);
    for (const [name, { shape, data }] of wanted ?? []) {
      const other = given?.get(name);
      expect(other?.shape, name).toEqual(shape);
      expect(distance([...(other?.data ?? [])], [...data]), name).toBeLessThan(1e-3);
    }
  });

  it('trains, evaluates and predicts on webgpu as on wasm', { timeout: 240_000 }, async () => {
    const figures: string[][] = [];
    for (const backend of ['wasm', 'webgpu']) {
      const here = folder();
      const trained = await spawnNnc(here, ['train', 'm.nn', '--backend', backend]);
      expect(trained).toMatchObject({ code: 0 });
      expect(trained.err + trained.out).toContain(`${backend} (`);
      const evaluated = await spawnNnc(here, ['eval', 'm.nn', '--backend', backend]);
      const predicted = await spawnNnc(here, ['predict', 'm.nn', '--backend', backend, '--data', 'csv:rows.csv']);
      expect([evaluated.code, predicted.code]).toEqual([0, 0]);
      figures.push([evaluated.out + evaluated.err, predicted.out].map((text) => text.replace(/\d\.\d{3,}/g, rounded)));
    }
    expect(figures[1]).toEqual(figures[0]);
  });
});

const rounded = (number: string): string => Number(number).toFixed(2);

describe('nnc doctor', () => {
  const asked = async (environment: Readonly<Record<string, string>>) => {
    const { code, out } = await spawnNnc(folderWith(), ['doctor', '--format', 'json'], { environment });
    const found: { readonly backends: readonly object[] } = JSON.parse(out);
    return { code, backends: found.backends };
  };

  it.skipIf(!found)('finds all backends, with right numbers', { timeout: 120_000 }, async () => {
    const { code, backends } = await asked({});
    expect(code).toBe(0);
    expect(backends).toMatchObject([
      { backend: 'wasm', place: 'in Node' },
      { backend: 'cpu', place: 'in Node', kernelSet: 'plain' },
      { backend: 'webgl', place: 'in Chromium', kernelSet: 'tfjs' },
      { backend: 'webgpu', kernelSet: 'wgsl' },
    ]);
    for (const each of backends) expect(each).not.toHaveProperty('fault');
  });

  it('says what is missing where there is no browser', { timeout: 60_000 }, async () => {
    const { code, backends } = await asked({ CHROME_PATH: '/nonexistent/chromium' });
    expect(code).toBe(0);
    const [, , webgl] = backends;
    expect(webgl).toMatchObject({
      backend: 'webgl',
      fault: '/nonexistent/chromium does not start: spawn /nonexistent/chromium ENOENT',
      remedy: expect.stringContaining('CHROME_PATH'),
    });
  });
});

it.each([
  ['/nonexistent/chromium', '/nonexistent/chromium does not start: spawn /nonexistent/chromium ENOENT'],
  ['/bin/false', '/bin/false ended (1)'],
])('says why there is no browser: %s', async (path, why) => {
  const here = folder();
  const result = await spawnNnc(here, [...step('webgl'), '--out', 'out.safetensors'], {
    environment: { CHROME_PATH: path },
  });
  expect(result.code).toBe(1);
  expect(result.err).toContain(`error[NN5007]: no backend starts here: webgl: ${why}`);
  expect(existsSync(join(here, 'out.safetensors'))).toBe(false);
});
