/** A page fetches what it loads, each file once: shards and tables of names too. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchLoads } from '../../runtime/browser.ts';
import { filesOf, readLoads, writeSafetensors } from '../../runtime/index.ts';
import { generate } from '../generated.ts';
import { encoder, network } from './specs.ts';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));
const asked: string[] = [];

const numbers = (...shape: readonly number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => i + shape.length),
});
const whole = writeSafetensors(
  new Map([
    ['trunk.dense.kernel', numbers(3, 2)],
    ['trunk.dense.bias', numbers(2)],
    ['head.kernel', numbers(2, 2)],
    ['head.bias', numbers(2)],
  ]),
);

const bytes = (name: string): Uint8Array<ArrayBuffer> =>
  name === 'whole.safetensors' ? whole : new Uint8Array(readFileSync(`${folder}${name}`));

/** Files at an address that ends in their names. */
function answer(address: string): Response {
  asked.push(address);
  const name = address.slice(address.lastIndexOf('/') + 1);
  if (name === 'gone.safetensors') return new Response(undefined, { status: 404, statusText: 'Not Found' });
  return new Response(bytes(name));
}

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('fetch', (address: string) => Promise.resolve(answer(address)));
});
afterEach(() => vi.unstubAllGlobals());

const parts = `input x: f32[3]; target label: class[2]
block trunk { layer dense 2 }
layer dense 2 as head
loss xent; optim adam
load trunk from "whole.safetensors"
load head from "whole.safetensors"
`;

test.each([
  ['a table of names', network('network.safetensors'), ['network.safetensors', 'network.names']],
  ['a file that two statements read', parts, ['whole.safetensors']],
  [
    'shards',
    encoder('encoder.safetensors.index.json'),
    ['encoder.safetensors.index.json', 'encoder-00001-of-00002.safetensors', 'encoder-00002-of-00002.safetensors'],
  ],
])('%s', async (_, spec, files) => {
  const { definition } = await generate('fetched', spec);
  const loaded = readLoads(definition, filesOf(Object.fromEntries(files.map((file) => [file, bytes(file)]))));
  expect(await fetchLoads(definition, 'https://example.org/weights')).toEqual(loaded);
  expect(asked.toSorted()).toEqual(files.map((file) => `https://example.org/weights/${file}`).toSorted());
});

test('a file that is not there', async () => {
  const { definition } = await generate('fetched', network('gone.safetensors'));
  await expect(fetchLoads(definition, 'https://example.org')).rejects.toMatchObject({
    code: 'NN4001',
    message: 'https://example.org/gone.safetensors cannot be read: 404 Not Found',
  });
});
