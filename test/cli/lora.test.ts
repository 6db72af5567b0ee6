/** An encoder from a published file, tuned by pairs beside its frozen matrices, and merged: contract 3.5, made small. */
import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import type { SavedTensor } from '../../runtime/checkpoint/safetensors.ts';
import { folderWith, nnc, runModel } from './nnc.ts';

const contract = readFileSync(new URL('../grammar/contract/05-bert-lora.nn', import.meta.url), 'utf8');

const [words, length, d, ff, depth] = [24, 8, 16, 32, 2];

/** Multiples of 1/64 between −1 and 1, from a linear congruential generator: half precision holds them exactly. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 25) / 64 - 1;
  };
}

/** The tensors of a BERT encoder under the names of Hugging Face; those of `Linear` are [out, in]. */
function published(): Map<string, SavedTensor> {
  const next = generator(7);
  const tensors = new Map<string, SavedTensor>();
  const add = (name: string, shape: readonly number[], from = 0, width = 1): void => {
    const size = shape.reduce((product, n) => product * n, 1);
    tensors.set(name, { shape, data: Float32Array.from({ length: size }, () => from + next() * width) });
  };
  const linear = (name: string, outs: number, ins: number): void => {
    add(`${name}.weight`, [outs, ins], 0, 0.5);
    add(`${name}.bias`, [outs], 0, 0.125);
  };
  const norm = (name: string): void => {
    add(`${name}.weight`, [d], 1, 0.25);
    add(`${name}.bias`, [d], 0, 0.125);
  };
  add('embeddings.word_embeddings.weight', [words, d]);
  add('embeddings.position_embeddings.weight', [length, d], 0, 0.25);
  add('embeddings.token_type_embeddings.weight', [2, d], 0, 0.25);
  norm('embeddings.LayerNorm');
  for (let i = 0; i < depth; i++) {
    const layer = `encoder.layer.${i}`;
    for (const part of ['query', 'key', 'value']) linear(`${layer}.attention.self.${part}`, d, d);
    linear(`${layer}.attention.output.dense`, d, d);
    norm(`${layer}.attention.output.LayerNorm`);
    linear(`${layer}.intermediate.dense`, ff, d);
    linear(`${layer}.output.dense`, d, ff);
    norm(`${layer}.output.LayerNorm`);
  }
  linear('pooler.dense', d, d);
  return tensors;
}

/** The same file with its tensors in half precision, which these numbers do not need rounding for. */
function inHalf(tensors: ReadonlyMap<string, SavedTensor>): Uint8Array {
  const header: Record<string, unknown> = {};
  const bits: number[] = [];
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F16', shape, data_offsets: [2 * bits.length, 2 * (bits.length + data.length)] };
    for (const value of data) bits.push(half(value));
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + 2 * bits.length);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  bits.forEach((each, i) => view.setUint16(8 + json.length + 2 * i, each, true));
  return file;
}

function half(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const fraction = (Math.abs(value) / 2 ** exponent - 1) * 1024;
  if (!Number.isInteger(fraction) || exponent < -14) throw new Error(`${value} is not exact in half precision`);
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction;
}

/** Rows of words and a mask, whose class is whether word 3 is among those that the mask keeps. */
function rows(count: number): string {
  const next = generator(11);
  const whole = (below: number): number => Math.floor(((next() + 1) / 2) * below * 0.9999);
  const lines = Array.from({ length: count }, (_, i) => {
    const kept = 5 + whole(4);
    const tokens = Array.from({ length }, () => 4 + whole(words - 4));
    if (i % 2 === 0) tokens[1 + whole(kept - 1)] = 3;
    const mask = tokens.map((_, at) => (at < kept ? 1 : 0));
    if (i % 2 === 1 && kept < length) tokens[length - 1] = 3;
    return [...tokens, ...mask, i % 2 === 0 ? 1 : 0].join(',');
  });
  const names = [...tokenNames('w'), ...tokenNames('m'), 'label'];
  return `${[names.join(','), ...lines].join('\n')}\n`;
}

const tokenNames = (stem: string): readonly string[] => Array.from({ length }, (_, i) => `${stem}${i}`);

const data = 'data csv "rows.csv" target=label tokens=w* mask=m* split=0.75/0.25 seed=3\n';

/** The contract's spec at these sizes: the statements are its own. */
const small = `${contract
  .replace('d = 384', `d = ${d}`)
  .replace('heads = 12', 'heads = 2')
  .replace('ff = 1536', `ff = ${ff}`)
  .replace('depth = 6', `depth = ${depth}`)
  .replaceAll('[128]', `[${length}]`)
  .replace('30522', String(words))
  .replace('position_embedding 512', `position_embedding ${length}`)
  .replace('lr=2e-4', 'lr=1e-2')
  .replace('warmup=100', 'warmup=20')
  .replace('epochs=3', 'epochs=40 seed=5')
  .replace('rank=8 alpha=16', 'rank=4 alpha=8')}${data}predict softmax(it)\n`;
const plain = small.replace(/^lora.*\n/m, '');

test('the contract is clean, but for the file that is not there', async () => {
  const folder = folderWith({ 'bert.nn': contract });
  const { code, err } = await nnc(folder, 'check', 'bert.nn');
  expect(code).toBe(0);
  expect(err.match(/^(warning|error)\[.*$/gm)).toEqual(['warning[NN4010]: the file model.safetensors is not there']);
});

test('it learns what chance does not reach, on a base that stays; merged, it answers alike without pairs', async () => {
  const file = published();
  const folder = folderWith({ 'm.nn': small, 'plain.nn': plain, 'rows.csv': rows(480), 'out/README': '' });
  writeFileSync(join(folder, 'model.safetensors'), inHalf(file));
  const checked = await nnc(folder, 'check', 'm.nn');
  expect(checked.err).toContain('1 spec, no mistake found\n');

  const trained = await runModel(folder, ['train', 'm.nn']);
  expect(trained.code, trained.err).toBe(0);
  expect(await accuracy(folder, 'm.nn')).toBeGreaterThan(0.9);
  // The classifier alone, on what the frozen encoder says.
  expect((await runModel(folder, ['train', 'plain.nn'])).code).toBe(0);
  expect(await accuracy(folder, 'plain.nn')).toBeLessThan(0.8);

  const stored = (path: string) => readSafetensors(readFileSync(join(folder, path)), path).tensors;
  const tuned = stored('runs/m/weights.safetensors');
  expect(tuned.get('bert.tok.table')).toEqual(file.get('embeddings.word_embeddings.weight'));
  const query = tuned.get('bert.encoder.1.attention.query.kernel')?.data ?? [];
  const theirs = file.get('encoder.layer.1.attention.self.query.weight')?.data ?? [];
  expect(Array.from(query)).toEqual(Array.from(query, (_, i) => theirs[(i % d) * d + Math.floor(i / d)]));

  const merge = await runModel(folder, ['merge', 'm.nn', '--out', 'out/merged.safetensors']);
  expect(merge).toMatchObject({ code: 0, out: '', err: 'merged 8 weights into out/merged.safetensors\n' });
  const whole = stored('out/merged.safetensors');
  expect([...whole.keys()]).toEqual([...tuned.keys()].filter((path) => !path.includes('.lora.')));
  for (const [path, { shape, data }] of whole) {
    const matrix = tuned.get(path);
    const [a, b] = ['a', 'b'].map((name) => tuned.get(`${path.replace(/\.[^.]*$/, '')}.lora.${name}`));
    if (!path.endsWith('.kernel') || a === undefined || b === undefined) expect({ shape, data }, path).toEqual(matrix);
    else
      expect(Array.from(data), path).toEqual(
        Array.from(data, (_, i) => {
          const low = [0, 1, 2, 3].reduce((sum, k) => sum + at(a, Math.floor(i / d), k) * at(b, k, i % d), 0);
          return Math.fround((matrix?.data[i] ?? NaN) + 2 * low);
        }),
      );
  }
  const answers = async (...argv: readonly string[]): Promise<readonly number[]> => {
    const { code, out, err } = await runModel(folder, ['predict', ...argv, '--data', 'csv:rows.csv']);
    expect(code, err).toBe(0);
    return out.match(/\d\.\d+(e-\d+)?/g)?.map(Number) ?? [];
  };
  const unmerged = ['predict', 'plain.nn', '--weights', 'runs/m/weights.safetensors', '--data', 'csv:rows.csv'];
  expect((await runModel(folder, unmerged)).err).toMatch(
    /help: `bert\.encoder\.\d\S+\.lora` is a pair of `lora`: `nnc merge`/,
  );
  const [adapted, merged] = [await answers('m.nn'), await answers('plain.nn', '--weights', 'out/merged.safetensors')];
  expect(adapted.length).toBe(merged.length);
  expect(adapted.length).toBeGreaterThan(800);
  expect(Math.max(...adapted.map((p, i) => Math.abs(p - (merged[i] ?? NaN))))).toBeLessThan(1e-6);
});

const at = ({ shape, data }: SavedTensor, row: number, column: number): number =>
  data[row * (shape[1] ?? NaN) + column] ?? NaN;

async function accuracy(folder: string, spec: string): Promise<number> {
  const { out } = await runModel(folder, ['eval', spec, '--format', 'json']);
  return Number(/"accuracy":([\d.]+)/.exec(out)?.[1]);
}

test('merge says what it cannot do, and leaves no file behind', async () => {
  const spec = (lines: string): string =>
    `input x: f32[2]; target y: f32[2]; layer dense 2 as head; loss mse; optim sgd lr=1e38\n${lines}`;
  const rows = 'data inline [[0,0, 0,1], [1,1, 1,0]]\ntrain epochs=1 batch=2\n';
  const folder = folderWith({ 'm.nn': spec(`lora head rank=1\n${rows}`), 'plain.nn': spec(rows) });
  const merge = (spec_: string, ...argv: readonly string[]) => runModel(folder, ['merge', spec_, ...argv]);
  expect((await merge('m.nn')).err).toContain('error[NN6005]');
  expect((await merge('plain.nn', '--out', 'x')).err).toContain('error[NN5018]: plain.nn adapts no weight');
  expect((await merge('m.nn', '--out', 'x')).err).toContain('error[NN5006]: there are no saved weights at runs/m/');
  const weights = (b: number): Uint8Array =>
    writeSafetensors(
      new Map([
        ['head.kernel', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
        ['head.lora.a', { shape: [2, 1], data: Float32Array.of(1e30, 1) }],
        ['head.lora.b', { shape: [1, 2], data: Float32Array.of(b, 1) }],
        ['head.bias', { shape: [2], data: Float32Array.of(1, 2) }],
      ]),
    );
  writeFileSync(join(folder, 'w.safetensors'), weights(1));
  symlinkSync('w.safetensors', join(folder, 'link'));
  for (const out of ['./w.safetensors', 'link']) {
    const same = await merge('m.nn', '--weights', 'w.safetensors', '--out', out);
    expect(same).toMatchObject({ code: 2 });
    expect(same.err).toContain(`error[NN6008]: cannot write ${out}: the weights to merge lie there`);
    expect(readFileSync(join(folder, 'w.safetensors'))).toEqual(Buffer.from(weights(1)));
  }
  rmSync(join(folder, 'link'));
  writeFileSync(join(folder, 'large.safetensors'), weights(1e30));
  const large = await merge('m.nn', '--weights', 'large.safetensors', '--out', 'x');
  expect(large.err).toContain('error[NN5013]: `head.kernel` in x: 1 of 4 numbers is not finite');
  const nowhere = await merge('m.nn', '--weights', 'w.safetensors', '--out', 'w.safetensors/x');
  expect(nowhere.err).toContain('error[NN6008]: cannot write w.safetensors/x');
  expect(readdirSync(folder).toSorted()).toEqual(['large.safetensors', 'm.nn', 'plain.nn', 'w.safetensors']);
});
