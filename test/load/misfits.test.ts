/** Everything about a file that does not fit is said, all at once; tables of names; files that are damaged. */
import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import fc from 'fast-check';
import { writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import type { SavedTensor } from '../../runtime/checkpoint/safetensors.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { nameTable } from '../../runtime/load/names.ts';
import { filesOf, readLoads } from '../../runtime/load/read-loads.ts';
import { isLoaded } from '../../runtime/load/plan.ts';
import type { LoadSpec, ModelDefinition } from '../../runtime/model.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { UserError } from '../../runtime/user-error.ts';
import { generate } from '../generated.ts';

const spec = (load: string, optim = 'adam'): string => `input x: f32[3]; target label: class[2]
block trunk { layer dense 2; layer batchnorm }
layer dense 2 as head
loss xent; optim ${optim}
${load}
`;

const floats = (shape: readonly number[], start = 1): SavedTensor => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => start + i),
});
const integers = (shape: readonly number[]): SavedTensor => ({
  shape,
  data: new Int32Array(shape.reduce((a, b) => a * b, 1)),
});

const norm = { gamma: floats([2]), beta: floats([2]), mean: floats([2]), var: floats([2]) };
const normBelow = (below: string) =>
  Object.fromEntries(Object.entries(norm).map(([name, tensor]) => [`${below}batchnorm.${name}`, tensor]));
const trunk = { 'dense.kernel': floats([3, 2]), 'dense.bias': floats([2]), ...normBelow('') };
const whole = Object.fromEntries(Object.entries(trunk).map(([name, tensor]) => [`trunk.${name}`, tensor]));
const file = (tensors: Readonly<Record<string, SavedTensor>>) => writeSafetensors(new Map(Object.entries(tensors)));

/** The lines of the message, or the paths that were loaded. */
async function outcome(
  load: string,
  tensors: Readonly<Record<string, SavedTensor>>,
  names?: string,
): Promise<readonly string[]> {
  const { definition } = await generate('misfit', spec(load));
  const table = names === undefined ? {} : { 'my.names': new TextEncoder().encode(names) };
  try {
    return [...readLoads(definition, filesOf({ 'w.safetensors': file(tensors), ...table })).keys()];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.code, ...error.message.split('\n').slice(1)];
  }
}

const paths = Object.keys(whole);
const load = 'load trunk from "w.safetensors"';
const renamed = `${load} names="my.names"`;

const cases: readonly (readonly [string, string, Readonly<Record<string, SavedTensor>>, readonly string[], string?])[] =
  [
    ['names from the selector on', load, trunk, paths],
    ['whole paths, among those of a whole model', load, { ...whole, 'head.kernel': floats([9]) }, paths],
    [
      'the whole model',
      'load ** from "w.safetensors"',
      { ...whole, 'head.kernel': floats([2, 2]), 'head.bias': floats([2]) },
      [...paths, 'head.kernel', 'head.bias'],
    ],
    ['a matrix without its pair', `${load}\nlora trunk rank=1`, trunk, paths],
    [
      'a pair, which is no part of what is loaded',
      `${load}\nlora trunk rank=1`,
      { ...trunk, 'dense.lora.a': floats([3, 1]), 'dense.lora.b': floats([1, 2]) },
      ['NN4012', '  surplus: dense.lora.a [3, 1] F32', '  surplus: dense.lora.b [1, 2] F32'],
    ],
    [
      'one weight',
      'load head.bias from "w.safetensors"',
      { 'head.bias': floats([2]), 'head.kernel': integers([1]) },
      ['head.bias'],
    ],
    [
      'some weights',
      'load **.kernel from "w.safetensors"',
      { 'trunk.dense.kernel': floats([3, 2]), 'head.kernel': floats([2, 2]) },
      ['trunk.dense.kernel', 'head.kernel'],
    ],
    [
      'everything wrong at once',
      load,
      {
        ...trunk,
        'dense.kernel': floats([2, 3]),
        'dense.bias': integers([2]),
        'batchnorm.mean': floats([]),
        'extra.w': floats([1]),
      },
      [
        'NN4012',
        '  trunk.dense.kernel has shape [3, 2], `dense.kernel` has [2, 3]',
        '  trunk.dense.bias is made of numbers; `dense.bias` holds I32',
        '  trunk.batchnorm.mean has shape [2], `batchnorm.mean` has []',
        '  surplus: extra.w [1] F32',
      ],
    ],
    [
      'missing by its own name',
      load,
      Object.fromEntries(Object.entries(whole).filter(([path]) => path !== 'trunk.dense.bias')),
      ['NN4012', '  missing: trunk.dense.bias [2]'],
    ],
    [
      'missing, and surplus under another name',
      load,
      {
        ...Object.fromEntries(Object.entries(trunk).filter(([name]) => name !== 'dense.bias')),
        'dense.b': floats([2]),
      },
      ['NN4012', '  missing: trunk.dense.bias [2], which is `dense.bias` there', '  surplus: dense.b [2] F32'],
    ],
    [
      'surplus below the selector in whole paths',
      load,
      { ...whole, 'trunk.conv.bias': floats([1]), 'other.bias': floats([1]) },
      ['NN4012', '  surplus: trunk.conv.bias [1] F32'],
    ],
    [
      'a table: a transposed kernel, a sum with a row, what is ignored, equal names for the rest',
      renamed,
      { 'lin.weight': floats([2, 3]), a: floats([2]), b: floats([4, 2]), 'unused.x': integers([1]), ...normBelow('') },
      paths,
      'dense.kernel = lin.weight transposed\ndense.bias = a + b[3]\nignore unused.**\n',
    ],
    [
      'a table whose sum has another shape, a row that is not there, and what it does not say',
      renamed,
      {
        'lin.weight': floats([2, 3]),
        a: floats([2]),
        b: floats([1, 3]),
        ...normBelow(''),
        'batchnorm.beta': floats([1]),
      },
      [
        'NN4012',
        '  trunk.dense.kernel has shape [3, 2], `lin.weight` has [2, 3]',
        '  trunk.dense.bias: the shapes of `a` + `b[0]` do not add up',
        '  trunk.batchnorm.gamma has shape [2]; `b` [1, 3] has no row 7',
        '  trunk.batchnorm.beta has shape [2], `batchnorm.beta` has [1]',
        '  surplus: batchnorm.gamma [2] F32',
      ],
      'dense.kernel = lin.weight\ndense.bias = a + b[0]\nbatchnorm.gamma = b[7]\n',
    ],
    [
      'a table of parts: of a transposed kernel, and of a bias',
      renamed,
      { 'lin.weight': floats([4, 3]), b: floats([6]), ...normBelow('') },
      paths,
      'dense.kernel = lin.weight transposed part 2/2\ndense.bias = b part 3/3\n',
    ],
    [
      'a table of parts that there are not, or that have another shape',
      renamed,
      { 'lin.weight': floats([4, 3]), b: floats([5]), ...normBelow('') },
      [
        'NN4012',
        '  trunk.dense.kernel has shape [3, 2], `lin.weight part 1/3` has [4, 1]',
        '  trunk.dense.bias has shape [2]; `b` [5] has no part 1/2',
      ],
      'dense.kernel = lin.weight part 1/3\ndense.bias = b part 1/2\n',
    ],
    [
      'a table that lies below a name, in a file that has it',
      renamed,
      {
        ...Object.fromEntries(Object.entries(trunk).map(([name, tensor]) => [`m.${name}`, tensor])),
        'cls.bias': integers([1]),
      },
      paths,
      'within m\n',
    ],
  ];

test.each(cases.map(([title, ...rest]) => ({ title, rest })))('$title', async ({ rest }) => {
  const [statement, tensors, wanted, names] = rest;
  expect(await outcome(statement, tensors, names)).toEqual(wanted);
});

test('a kernel of PyTorch becomes ours, element by element, and a sum adds up in each', async () => {
  const { definition } = await generate('elements', spec(renamed));
  const names = 'dense.kernel = w transposed\ndense.bias = a + b[1]\n';
  const tensors = { w: floats([2, 3]), a: floats([2], 10), b: floats([2, 2], 100), ...normBelow('') };
  const files = { 'w.safetensors': file(tensors), 'my.names': new TextEncoder().encode(names) };
  const loaded = readLoads(definition, filesOf(files));
  expect([...(loaded.get('trunk.dense.kernel')?.data ?? [])]).toEqual([1, 4, 2, 5, 3, 6]);
  expect([...(loaded.get('trunk.dense.bias')?.data ?? [])]).toEqual([112, 114]);
});

test('pairs in a file are to be merged first', async () => {
  const { definition } = await generate('pairs', spec(load));
  const pair = { 'trunk.dense.lora.a': floats([3, 1]), 'trunk.dense.lora.b': floats([1, 2]) };
  const files = filesOf({ 'w.safetensors': file({ ...whole, ...pair }) });
  expect(() => readLoads(definition, files)).toThrow(
    expect.objectContaining({ code: 'NN4012', help: expect.stringContaining('`trunk.dense.lora` is a pair') }),
  );
});

test('a part is cut from the last axis of what is transposed, element by element', async () => {
  const { definition } = await generate('elements', spec(renamed));
  const names = 'dense.kernel = w transposed part 2/2\ndense.bias = a + b[1] part 3/3\n';
  const tensors = { w: floats([4, 3]), a: floats([2], 10), b: floats([2, 6], 100), ...normBelow('') };
  const files = { 'w.safetensors': file(tensors), 'my.names': new TextEncoder().encode(names) };
  const loaded = readLoads(definition, filesOf(files));
  expect([...(loaded.get('trunk.dense.kernel')?.data ?? [])]).toEqual([7, 10, 8, 11, 9, 12]);
  expect([...(loaded.get('trunk.dense.bias')?.data ?? [])]).toEqual([10 + 110, 11 + 111]);
});

test.each([
  ['a = ', 'is no rule'],
  ['a = b = c', 'is no rule'],
  ['a b = c', 'is no rule'],
  ['a', 'is no rule'],
  ['a.{i} = b.{j}', '`a.{i}` has no {j}'],
  ['a = b[x]', '`b[x]` names no tensor'],
  ['a = b backwards', '`b backwards` names no tensor'],
  ['a = b part 1', '`b part 1` names no tensor'],
  ['a = b part 1/2 transposed', '`b part 1/2 transposed` names no tensor'],
  ['a = b part 4/3', 'there is no part 4 of 3'],
  ['a = b part 0/3', 'there is no part 0 of 3'],
  ['ignore', 'is no rule'],
  ['within a\nwithin b', '`within` is given twice'],
])('a table with `%s` is refused at its line', (text, message) => {
  expect(() => nameTable(`# a comment\n${text}`.split('\n'), 'my.names')).toThrow(message);
  expect(() => nameTable(`# a comment\n${text}`.split('\n'), 'my.names')).toThrow(/^my\.names:[23]: /);
});

test('a place stands for one name, the same everywhere', () => {
  const { sums } = nameTable(['a.{i}.b.{i}.c = x.{i}', 'a.{i}.c = y'], 'my.names');
  const names = (path: string) => sums(path).map((terms) => terms.map(({ name }) => name).join(' '));
  expect(names('a.3.b.3.c')).toEqual(['x.3']);
  expect(names('a.3.b.4.c')).toEqual([]);
  expect(names('a.3.c')).toEqual(['y']);
  expect(names('aa3.c')).toEqual([]);
  expect(names('a.3.4.c')).toEqual([]);
});

describe('damaged files', () => {
  let definition: ModelDefinition;
  let kernels: Kernels;
  beforeAll(async () => {
    ({ definition } = await generate('damaged', spec('load trunk from "w.safetensors.index.json"')));
    kernels = await createKernels('cpu');
  });
  afterAll(() => kernels.dispose());

  const index = (map: unknown) => new TextEncoder().encode(JSON.stringify({ weight_map: map }));
  const inShard = Object.fromEntries(Object.keys(trunk).map((name) => [name, 'one.safetensors']));

  it.each([
    ['no JSON', new TextEncoder().encode('{"weight_map"'), 'it is not JSON'],
    ['no map', new TextEncoder().encode('{}'), "must have required property 'weight_map'"],
    ['a list', new TextEncoder().encode('[]'), 'must be object'],
    ['a shard elsewhere', index({ ...inShard, 'dense.bias': '../other.safetensors' }), 'is no file beside it'],
    ['an index of indexes', index({ ...inShard, 'dense.bias': 'w.safetensors.index.json' }), 'is no file beside it'],
    [
      'a tensor that its shard has not',
      index({ ...inShard, more: 'one.safetensors' }),
      'one.safetensors has no `more`',
    ],
    [
      'a shard that is not there',
      index({ ...inShard, 'dense.bias': 'two.safetensors' }),
      'two.safetensors, which the model loads',
    ],
  ])('an index: %s', (_, bytes, message) => {
    const files = { 'w.safetensors.index.json': bytes, 'one.safetensors': file(trunk) };
    expect(() => readLoads(definition, filesOf(files))).toThrow(message);
  });

  it('bytes that were changed are an error or other numbers, never a crash', () => {
    const [good, map] = [file(trunk), index(inShard)];
    const wrong = (bytes: Uint8Array): void => {
      try {
        readLoads(definition, filesOf({ 'w.safetensors.index.json': map, 'one.safetensors': bytes }));
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), wrong));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
        const bytes = Buffer.from(good);
        bytes[at] = value;
        wrong(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('numbers that single precision cannot hold are refused', () => {
    const huge = { ...trunk, 'dense.bias': { shape: [2], data: Float64Array.of(1, 1e300) } };
    const files = { 'w.safetensors.index.json': index(inShard), 'one.safetensors': file(huge) };
    expect(() => readLoads(definition, filesOf(files))).toThrow('1 of 2 numbers is not finite');
  });
});

test('a slot that starts as its parameter starts as what was loaded', async () => {
  const { definition } = await generate('slots', spec(load, 'lookahead'));
  const loaded = readLoads(definition, filesOf({ 'w.safetensors': file(trunk) }));
  const trainer = await createTrainer(definition, { backend: 'cpu', loaded });
  const { weights, slots } = await trainer.snapshot();
  trainer.dispose();
  expect(slots.get('trunk.dense.kernel/slow')).toEqual(loaded.get('trunk.dense.kernel'));
  expect(weights.get('trunk.batchnorm.var')).toEqual(loaded.get('trunk.batchnorm.var'));
});

test('what a selector covers is whole names', () => {
  const covered = (scopes: readonly string[], path: string): boolean => {
    const one: LoadSpec = { scopes, file: 'w.safetensors' };
    return isLoaded(path, one);
  };
  expect(covered(['dense'], 'dense.kernel')).toBe(true);
  expect(covered(['dense'], 'dense_1.kernel')).toBe(false);
  expect(covered(['a', 'dense.kernel'], 'dense.kernel')).toBe(true);
  expect(covered([''], 'anything')).toBe(true);
});
