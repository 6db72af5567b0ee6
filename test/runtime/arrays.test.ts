/** Arrays of NumPy and IDX files: the numbers that Python wrote, and what is told of files that are damaged. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { arrayFields } from '../../runtime/data/arrays/array-fields.ts';
import { crc32 } from '../../runtime/data/arrays/crc32.ts';
import { idxField, idxFields } from '../../runtime/data/arrays/idx.ts';
import { parseNpz } from '../../runtime/data/arrays/npz.ts';
import { zipEntries } from '../../runtime/data/arrays/zip.ts';
import { mapColumns } from '../../runtime/data/columns.ts';
import { loadDataset } from '../../runtime/data/dataset.ts';
import { readFields } from '../../runtime/data/fields.ts';
import { readingOf } from '../../runtime/data/reading.ts';
import type { Fields } from '../../runtime/data/fields.ts';
import { Problems } from '../../runtime/data/problems.ts';
import { valuesOf as rawValues } from '../../runtime/data/raw.ts';
import type { ModelDefinition, PortSpec } from '../../runtime/index.ts';
import { openIdx } from '../../runtime/node/idx.ts';
import { UserError } from '../../runtime/user-error.ts';
import { classifier } from './models.ts';
import { problem } from './problem.ts';

const folder = fileURLToPath(new URL('fixtures/arrays/', import.meta.url));
const fixture = (name: string): Uint8Array<ArrayBuffer> => Uint8Array.from(readFileSync(`${folder}${name}`));
const npz = (name: string): Fields => parseNpz(fixture(name), name);

interface Written {
  readonly shape: readonly number[];
  readonly values: readonly (string | number | boolean)[];
}

const written: Readonly<Record<string, Readonly<Record<string, Written>>>> = JSON.parse(
  readFileSync(`${folder}expected.json`, 'utf8'),
);

/** A field of the file, as it is read for a port of any shape. */
function valuesOf(fields: Fields, name: string): readonly (string | number)[] {
  const numeric = fields.kinds[fields.places.get(name) ?? -1]?.numeric === true;
  const problems = new Problems();
  const raw = fields.read(name, { as: numeric ? 'numbers' : 'texts', shape: [] }, problems, () => undefined);
  problems.throwAny();
  return Array.from<string | number>(rawValues(raw));
}

const open = (name: string): Fields => (name.endsWith('.npz') ? npz(name) : openIdx(`${folder}${name}`, name));

describe.each(Object.entries(written))('%s', (name, arrays) => {
  const fields = open(name);
  test('has the rows', () => {
    expect(fields.rows).toBe(3);
    expect(fields.header).toEqual(expect.arrayContaining(Object.keys(arrays)));
  });
  test.each(Object.entries(arrays))('%s', (field, { shape, values }) => {
    const kind = fields.kinds[fields.places.get(field) ?? -1];
    const [rows = 1, ...axes] = shape;
    expect(kind).toEqual({ width: values.length / rows, numeric: typeof values[0] !== 'string', axes });
    expect(valuesOf(fields, field)).toEqual(
      values.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
    );
  });
});

const f32 = (...shape: number[]): PortSpec => ({ shape, dtype: 'float32' });
const label: PortSpec = { shape: [], dtype: 'int32', classes: 3 };

describe('fields find their ports', () => {
  const mapped = (
    fields: Fields,
    inputs: Record<string, PortSpec>,
    targets: Record<string, PortSpec>,
    said: Record<string, readonly string[]> = {},
  ) => mapColumns(fields, { inputs, targets, written: said, prep: [] });
  test('what is no row of anything feeds nothing unasked', () => {
    const values = (count: number) => () => new Float32Array(count);
    const named = (name: string, ...shape: number[]) => ({
      name,
      shape,
      holdsTexts: false,
      read: values(shape.reduce((a, b) => a * b, 1)),
    });
    const fields = arrayFields('x.npz', [named('scale', 1), named('features', 3, 2), named('n'), named('y', 3)]);
    expect(mapped(fields, { x: f32(2) }, { y: label })).toEqual({ x: ['features'], y: ['y'] });
    expect(mapped(fields, { x: f32(1) }, { y: label }, { x: ['scale'] })).toEqual({ x: ['scale'], y: ['y'] });
  });
  test.each([
    [{}, { image: ['images'], label: ['labels'] }],
    [
      { label: ['images'], image: ['labels'] },
      { image: ['labels'], label: ['images'] },
    ],
  ])('the labels of IDX serve the only target, unless said otherwise', (said, expected) => {
    const fields = openIdx(`${folder}u1`, 'u1');
    const one = { image: f32(2, 2), label: { ...label, shape: [2, 2] } };
    const inputs: Record<string, PortSpec> = 'image' in said ? { image: f32() } : { image: one.image };
    const targets: Record<string, PortSpec> = 'label' in said ? { label: one.label } : { label };
    expect(mapped(fields, inputs, targets, said)).toEqual(expected);
  });
  test.each<[string, string | undefined]>([
    ['train-images-idx3-ubyte', 'images'],
    ['train-images-idx3-ubyte.gz', 'images'],
    ['train-labels.idx1-ubyte', 'labels'],
    ['train.labels-idx1-int', 'labels'],
    ['t10k-labels-idx1-ubyte', undefined],
    ['train-labels-idx1-ubyte.txt', undefined],
    ['train-labels.csv', undefined],
  ])('%s', (file, field) => {
    expect(idxField('train', file)).toBe(field);
  });
});

describe('rows', () => {
  const model = (inputs: Record<string, PortSpec>): ModelDefinition => ({
    ...classifier({ inputs: 1, hidden: 1, classes: 3 }),
    inputs,
    targets: { label },
    predictInputs: Object.keys(inputs),
    prep: [{ port: 'x', kind: 'scale', factor: 0.5 }],
    data: { format: 'idx', file: 'u1', seed: 1, split: [2 / 3, 1 / 3] },
  });
  test.each([
    ['as they are', f32(2, 2)],
    ['as a list', f32(4)],
    ['with an axis of one channel', f32(2, 2, 1)],
  ])('%s', (_, x) => {
    const { elements, parts, raw } = loadDataset(model({ x }), {
      kind: 'fields',
      fields: openIdx(`${folder}u1`, 'u1'),
    });
    expect(Array.from(elements['x'] ?? [])).toEqual(Array.from({ length: 12 }, (__, i) => i / 2));
    expect(Array.from(elements['label'] ?? [])).toEqual([2, 0, 1]);
    expect(parts.training.length).toBe(2);
    expect(raw.place(1)).toBe('u1:row 2');
  });
});

const pair = (inputs: Record<string, PortSpec>, fields: Fields, columns: Record<string, readonly string[]>): unknown =>
  readFields(fields, columns, inputs, readingOf([]));

/** A zip of one stored entry, with what is to be wrong in it. */
function zip(name: string, content: Uint8Array, wrong: { method?: number; flags?: number; size?: number } = {}) {
  const { method = 0, flags = 0, size = content.length } = wrong;
  const title = new TextEncoder().encode(name);
  const numbers = (...all: readonly (readonly [number, 2 | 4])[]): Uint8Array =>
    Uint8Array.from(all.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, i) => (value / 256 ** i) & 255)));
  const common = [
    [20, 2],
    [flags, 2],
    [method, 2],
    [0, 4],
    [crc32(content), 4],
    [content.length, 4],
    [size, 4],
    [title.length, 2],
    [0, 2],
  ] as const;
  const local = [numbers([0x04034b50, 4], ...common), title, content];
  const central = [numbers([0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [0, 4]), title];
  const [before, long] = [local, central].map((parts) => parts.reduce((sum, part) => sum + part.length, 0));
  const end = numbers([0x06054b50, 4], [0, 4], [1, 2], [1, 2], [long ?? 0, 4], [before ?? 0, 4], [0, 2]);
  return Uint8Array.from([...local, ...central, end].flatMap((part) => Array.from(part)));
}

const array = fixture('alone.npy');
const header = (text: string): Uint8Array =>
  Uint8Array.from([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    1,
    0,
    text.length,
    0,
    ...new TextEncoder().encode(text),
  ]);

describe('what is told', () => {
  test.each<[string, () => unknown, string]>([
    ['nothing', () => parseNpz(new Uint8Array(), 'x.npz'), 'NN4006 x.npz is empty'],
    [
      'a text',
      () => parseNpz(new TextEncoder().encode('x,y\n1,2\n'.repeat(9)), 'x.npz'),
      'NN4008 x.npz is no zip file',
    ],
    ['an array alone', () => npz('alone.npy'), 'NN4008 alone.npy is a single array without a name'],
    ['objects', () => npz('objects.npz'), 'NN4008 `x.npy` in objects.npz holds Python objects'],
    ['complex numbers', () => npz('complex.npz'), 'NN4008 `x.npy` in complex.npz holds complex numbers'],
    ['dates', () => npz('dates.npz'), 'NN4008 `x.npy` in dates.npz holds dates or times'],
    ['records', () => npz('records.npz'), 'NN4008 `x.npy` in records.npz holds records'],
    [
      'no array',
      () => parseNpz(zip('a.txt', new TextEncoder().encode('so it goes, so it goes')), 'x.npz'),
      'NN4008 `a.txt` in x.npz is no array of NumPy',
    ],
    [
      'a header without a type',
      () => parseNpz(zip('a.npy', header("{'shape': (1,)}")), 'x.npz'),
      'NN4008 x.npz is damaged: the header of `a.npy` in x.npz says no type and shape',
    ],
    ['encryption', () => parseNpz(zip('x.npy', array, { flags: 1 }), 'x.npz'), 'NN4008 `x.npy` in x.npz is encrypted'],
    [
      'another method',
      () => parseNpz(zip('x.npy', array, { method: 12 }), 'x.npz'),
      'NN4008 `x.npy` in x.npz is packed by method 12',
    ],
    [
      'a size that cannot be',
      () => parseNpz(zip('x.npy', array, { size: 2 ** 31 }), 'x.npz'),
      'NN4008 x.npz is damaged: `x.npy` cannot have 2147483648 bytes',
    ],
    [
      'fewer rows than others',
      () => pair({ x: f32(2) }, npz('every.npz'), { x: ['mean'] }),
      'NN4005 every.npz, field `mean`: it has 2 rows, and other fields 3',
    ],
    [
      'no rows at all',
      () => pair({ x: f32() }, npz('every.npz'), { x: ['number'] }),
      'NN4005 every.npz, field `number`: it has no rows, and other fields 3',
    ],
    [
      'another order of axes',
      () => pair({ x: f32(4, 2) }, npz('every.npz'), { x: ['fortran'] }),
      'NN4005 every.npz, field `fortran`: a row is [2, 4], and [4, 2] is wanted',
    ],
    [
      'texts for numbers',
      () => pair({ x: f32() }, npz('every.npz'), { x: ['texts'] }),
      'NN4002 every.npz, field `texts` holds texts (`über`, `a`, `naïve 🙂`), and `x` takes numbers',
    ],
    [
      'what is out of range',
      () => pair({ x: { ...f32(2), range: [-2, 2] } }, npz('stored.npz'), { x: ['x'] }),
      'NN4003 stored.npz:row 1, field `x[0]`: -3 lies outside -2..2',
    ],
    [
      'a class too many',
      () => pair({ y: { ...label, classes: 1 } }, npz('stored.npz'), { y: ['y'] }),
      'NN4004 stored.npz:row 2, field `y`: class 1 lies outside 0..0',
    ],
    [
      'an IDX of nothing',
      () => idxFields('t', [{ file: 't-x', field: 'x', bytes: new Uint8Array() }]),
      'NN4006 t-x is empty',
    ],
    [
      'no IDX',
      () => idxFields('t', [{ file: 't-x', field: 'x', bytes: new TextEncoder().encode('hello') }]),
      'NN4008 t-x is no IDX file: it begins with 68 65 6c 6c',
    ],
    [
      'an IDX of no type',
      () => idxFields('t', [{ file: 't-x', field: 'x', bytes: Uint8Array.of(0, 0, 0x0a, 1, 0, 0, 0, 0) }]),
      'NN4008 t-x is no IDX file: it begins with 00 00 0a 01',
    ],
    [
      'an IDX without rows',
      () => idxFields('t', [{ file: 't-x', field: 'x', bytes: Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0) }]),
      'NN4006 t has no rows',
    ],
    [
      'more than the header says',
      () => idxFields('t', [{ file: 't-x', field: 'x', bytes: Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 5, 6) }]),
      'NN4008 t-x is damaged: [1] are 1 bytes, and there are 2',
    ],
    ['no such set', () => openIdx(`${folder}u2`, 'u2'), 'NN4001 no files u2-images-idx3-ubyte'],
    ['no such folder', () => openIdx('/nowhere/train', 'nowhere/train'), 'NN4001 nowhere cannot be read'],
  ])('of %s', (_, act, message) => {
    expect(problem(act)).toContain(message);
  });
});

/** The values of both fields, or that the file was refused. */
function outcome(bytes: Uint8Array, read: (bytes: Uint8Array) => Fields): string {
  try {
    const fields = read(bytes);
    return JSON.stringify(fields.header.map((name) => [name, valuesOf(fields, name)]));
  } catch (error) {
    if (error instanceof UserError) return 'refused';
    throw error;
  }
}

describe.each<[string, Uint8Array, (bytes: Uint8Array) => Fields]>([
  ...['stored.npz', 'second.npz', 'zip64.npz'].map((name): [string, Uint8Array, (bytes: Uint8Array) => Fields] => [
    name,
    fixture(name),
    (bytes) => parseNpz(bytes, name),
  ]),
  [
    'IDX in gzip',
    // Stored, so that what is another is another number, and no more than that.
    Uint8Array.from(gzipSync(fixture('u1-images-idx3-ubyte'), { level: 0 })),
    (bytes) => idxFields('t', [{ file: 't-x', field: 'x', bytes }]),
  ],
])('damage of %s', (_, bytes, read) => {
  test('wherever it is cut, it is refused', () => {
    for (let end = 0; end < bytes.length; end++) expect(outcome(bytes.slice(0, end), read)).toBe('refused');
  });
  test('whatever byte is another, the numbers are the same or refused', () => {
    // The names of fields are no numbers, and zip keeps no CRC of them.
    const numbers = (text: string): string => text.replaceAll(/"[^"]*"/g, '');
    const whole = numbers(outcome(bytes, read));
    const outcomes = Array.from(bytes, (byte, at) => {
      const other = bytes.slice();
      other[at] = byte ^ 0x41;
      return numbers(outcome(other, read));
    });
    expect(new Set(outcomes.filter((each) => each !== whole))).toEqual(new Set(['refused']));
  });
});

test('a directory of 64 bits is one', () => {
  expect(zipEntries(fixture('zip64.npz'), 'zip64.npz').map(({ name }) => name)).toEqual(['x.npy', 'y.npy']);
});
