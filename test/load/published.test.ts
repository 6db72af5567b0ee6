/** Weights that PyTorch has saved are loaded, and give PyTorch's answers: other names, other layouts, other precisions. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { filesOf, readLoads } from '../../runtime/load/read-loads.ts';
import { openLoads } from '../../runtime/node/loads.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { generate } from '../generated.ts';
import { readFixture } from '../oracle/fixtures.ts';
import { bert, encoder, network } from './specs.ts';

const folder = fileURLToPath(new URL('fixtures', import.meta.url));
const bytes = (name: string): Uint8Array => readFileSync(`${folder}/${name}`);
const stored = (name: string) => readSafetensors(bytes(name), name).tensors;

/** Largest difference, over the largest number there is. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const numbers = Array.from(b);
  const largest = Math.max(...numbers.map(Math.abs));
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - (numbers[i] ?? NaN)))) / largest;
}

const cases = [
  {
    title: 'an encoder in shards, under the names of Hugging Face',
    spec: encoder('encoder.safetensors.index.json'),
    files: [
      'encoder.safetensors.index.json',
      'encoder-00001-of-00002.safetensors',
      'encoder-00002-of-00002.safetensors',
    ],
    inputs: 'encoder-answers.safetensors',
    answer: 'encoder',
  },
  {
    title: 'the trunk of a larger model in BF16, with old names',
    spec: encoder('trunk.safetensors'),
    files: ['trunk.safetensors'],
    inputs: 'encoder-answers.safetensors',
    answer: 'trunk',
  },
  {
    title: "the library's encoder in shards",
    spec: bert('encoder.safetensors.index.json'),
    files: [
      'encoder.safetensors.index.json',
      'encoder-00001-of-00002.safetensors',
      'encoder-00002-of-00002.safetensors',
    ],
    inputs: 'encoder-answers.safetensors',
    answer: 'encoder',
  },
  {
    title: 'the trunk beside whose matrices pairs begin at zero: the file has none',
    spec: `${encoder('trunk.safetensors')}freeze bert; lora bert.**.attention rank=2; lora bert.encoder.*.dense rank=3\n`,
    files: ['trunk.safetensors'],
    inputs: 'encoder-answers.safetensors',
    answer: 'trunk',
  },
  {
    title: 'a convolutional network in F16 and F64, by a table of its own',
    spec: network('network.safetensors'),
    files: ['network.safetensors', 'network.names'],
    inputs: 'network-answers.safetensors',
    answer: 'scores',
  },
];

describe('published weights', () => {
  let kernels: Kernels;
  beforeAll(async () => void (kernels = await createKernels('wasm')));
  afterAll(() => kernels.dispose());

  it.each(cases)('$title', async ({ spec, files, inputs, answer }) => {
    const { definition } = await generate('published', spec);
    const loaded = openLoads(definition, folder);
    const given = Object.fromEntries(files.map((name) => [name, bytes(name)]));
    expect(readLoads(definition, filesOf(given))).toEqual(loaded);
    const trainer = await createTrainer(definition, { kernels, loaded });
    const all = stored(inputs);
    const batch = Object.keys(definition.inputs).map((name) => [name, all.get(name)?.data ?? []] as const);
    const { predict } = await trainer.predict(Object.fromEntries(batch));
    trainer.dispose();
    const wanted = all.get(answer);
    expect(predict?.shape).toEqual(wanted?.shape);
    expect(difference(predict?.data ?? [], wanted?.data ?? [])).toBeLessThan(2e-6);
  });

  // The steps that PyTorch takes from there are among those of `test/oracle`.
  it.each(['bert', 'gpt'])('the %s of the library reads its published names in F16', async (name) => {
    const { text, weights, batches, expected } = readFixture(`published/${name}`);
    const { definition } = await generate(name, text);
    const loaded = openLoads(definition, fileURLToPath(new URL('../oracle/fixtures/published', import.meta.url)));
    const wanted = [...weights].filter(([path]) => path.startsWith(`${name}.`));
    expect([...loaded.keys()].toSorted()).toEqual(wanted.map(([path]) => path).toSorted());
    for (const [path, { shape, data }] of wanted) expect(loaded.get(path), path).toEqual({ shape, data });
    const rest = [...weights].filter(([path]) => path !== 't' && !loaded.has(path));
    const all = new Map(
      [...loaded, ...rest].map(([path, { shape, data }]) => [path, { shape, data: Float32Array.from(data) }]),
    );
    const trainer = await createTrainer(definition, { kernels, weights: all });
    const batch = [...(batches[0] ?? [])].map(([port, { data }]) => [port, data] as const);
    const { predict } = await trainer.predict(Object.fromEntries(batch.filter(([port]) => port !== 'y')));
    trainer.dispose();
    expect(difference(predict?.data ?? [], expected.get('predict')?.data ?? [])).toBeLessThan(2e-6);
  });

  it('what is not loaded starts as the seed says, and a trainer that was given nothing is refused', async () => {
    const { definition } = await generate('published', encoder('trunk.safetensors'));
    const loaded = openLoads(definition, folder);
    const trainer = await createTrainer(definition, { kernels, loaded });
    const apart = await generate('apart', encoder('trunk.safetensors').replace(/^load.*\n/m, ''));
    const plain = await createTrainer(apart.definition, { kernels });
    const [weights, initial] = [await trainer.weights(), await plain.weights()];
    const same = [...weights].filter(([path, { data }]) => difference(data, initial.get(path)?.data ?? []) === 0);
    // A bias of the classifier is zeros twice, and 0/0 is no difference.
    expect(same.map(([path]) => path)).toEqual(['classifier.kernel']);
    trainer.dispose();
    plain.dispose();
    await expect(createTrainer(definition, { kernels })).rejects.toMatchObject({ code: 'NN5016' });
    const fewer = new Map([...loaded].slice(1));
    await expect(createTrainer(definition, { kernels, loaded: fewer })).rejects.toMatchObject({ code: 'NN5004' });
    const all = await createTrainer(definition, { kernels, weights: initial });
    all.dispose();
  });
});
