/** Folders of pictures: the pixels that Pillow reads, what `prep` makes of them, and what is told of wrong files. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../runtime/data/dataset.ts';
import { gray, resize, withChannels } from '../../runtime/data/images/picture.ts';
import type { Picture } from '../../runtime/data/images/picture.ts';
import type { RawValue } from '../../runtime/data/records.ts';
import { applyPrep } from '../../runtime/data/prep.ts';
import { readRecords } from '../../runtime/data/records.ts';
import type { ModelDefinition, PortSpec, PrepSpec } from '../../runtime/index.ts';
import { decodeImage, openImages } from '../../runtime/node/images.ts';
import { UserError } from '../../runtime/user-error.ts';
import { classifier } from './models.ts';
import { problem } from './problem.ts';

const folder = fileURLToPath(new URL('fixtures/images/', import.meta.url));
const fixture = (name: string): Uint8Array<ArrayBuffer> => Uint8Array.from(readFileSync(`${folder}${name}`));

interface Pixels {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const expected: {
  readonly resized: readonly {
    readonly size: readonly [number, number];
    readonly torch: readonly number[];
    readonly pillow: readonly number[];
  }[];
  readonly gray: readonly number[];
} & Readonly<Record<`${string}.${string}`, Pixels>> = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8'));

const colours = decodeImage(fixture('colours.png'), 'colours.png');
const list = ({ values }: Picture): readonly number[] => Array.from(values);
const farthest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(a.length === b.length ? 0 : Infinity, ...a.map((x, i) => Math.abs(x - (b[i] ?? NaN))));

describe('files', () => {
  test.each([
    'grey.png',
    'colours.png',
    'opacity.png',
    'grey_opacity.png',
    'palette.png',
    'palette_opacity.png',
    'bits.png',
    'deep.png',
    'deep_colours.png',
    'interlaced.png',
  ] as const)('%s', (name) => {
    const { height, width, channels, values } = decodeImage(fixture(name), name);
    expect([height, width, channels]).toEqual(expected[name]?.shape);
    expect(Array.from(values)).toEqual(expected[name]?.values);
  });
  // Decoders of JPEG may round differently, and interpolate between colours that were left out.
  test.each([
    ['baseline.jpg', 3],
    ['progressive.jpg', 3],
    ['grey.jpeg', 1],
    ['subsampled.jpg', 16],
  ] as const)('%s', (name, tolerance) => {
    const picture = decodeImage(fixture(name), name);
    expect([picture.height, picture.width, picture.channels]).toEqual(expected[name]?.shape);
    expect(farthest(list(picture), expected[name]?.values ?? [])).toBeLessThanOrEqual(tolerance);
  });
});

describe('pixels', () => {
  test.each(expected.resized)('resized to $size', ({ size, torch, pillow }) => {
    const results = list(resize(colours, size));
    expect(farthest(results, torch)).toBeLessThan(1e-9);
    expect(farthest(results, pillow)).toBeLessThan(1.01);
  });
  test('grey is what Pillow makes of colours', () => {
    const picture = gray(colours);
    expect(picture?.channels).toBe(1);
    expect(farthest(picture === undefined ? [] : list(picture), expected.gray)).toBeLessThan(0.51);
  });
  test.each<[number, number, readonly number[] | undefined]>([
    [1, 3, [7, 7, 7]],
    [1, 4, [7, 7, 7, 255]],
    [2, 1, [7]],
    [2, 3, [7, 7, 7]],
    [2, 4, [7, 7, 7, 8]],
    [3, 4, [7, 8, 9, 255]],
    [4, 3, [7, 8, 9]],
    [3, 1, undefined],
    [4, 2, undefined],
    [3, 5, undefined],
  ])('%i channels as %i', (channels, wanted, values) => {
    const picture = { height: 1, width: 1, channels, values: Uint8Array.of(7, 8, 9, 10).subarray(0, channels) };
    const result = withChannels(picture, wanted);
    expect(result && list(result)).toEqual(values);
  });
});

const folders: string[] = [];
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true });
});

/** A folder of these files, each a fixture, bytes, or a link to another path. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const made = mkdtempSync(join(tmpdir(), 'nnc-images-'));
  folders.push(made);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(made, path)), { recursive: true });
    if (typeof content === 'string' && content.startsWith('/')) symlinkSync(content, join(made, path));
    else writeFileSync(join(made, path), typeof content === 'string' ? fixture(content) : content);
  }
  return made;
}

interface Spec {
  readonly shape: readonly number[];
  readonly prep?: readonly PrepSpec[];
  readonly classes?: number;
  readonly range?: readonly [number, number];
}

const modelOf = ({ shape, prep = [], classes = 2, range }: Spec): ModelDefinition => {
  const image: PortSpec = { shape, dtype: 'float32', ...(range === undefined ? {} : { range }) };
  return {
    ...classifier({ inputs: 1, hidden: 1, classes }),
    inputs: { image },
    predictInputs: ['image'],
    prep,
    data: { format: 'images', file: 'photos', seed: 1 },
  };
};

const load = (spec: Spec, files: Readonly<Record<string, string | Uint8Array>>) =>
  loadDataset(modelOf(spec), { kind: 'fields', fields: openImages(folderOf(files), 'photos') });

const size = (height: number, width: number): PrepSpec => ({ port: 'image', kind: 'resize', size: [height, width] });
const grey: PrepSpec = { port: 'image', kind: 'gray' };
const scale: PrepSpec = { port: 'image', kind: 'scale', factor: 1 / 255 };
const pair = { 'b/2.png': 'colours.png', 'b/10.png': 'interlaced.png', 'a/x.PNG': 'opacity.png' };

describe('folders', () => {
  test('are classes in sorted order, and their files rows', () => {
    const files = {
      ...pair,
      'a/deeper/y.png': 'colours.png',
      'a/.hidden.png': new Uint8Array(),
      'notes.txt': 'bits.png',
    };
    const { elements, raw, facts } = load({ shape: [5, 7, 3] }, files);
    expect([0, 1, 2, 3].map(raw.place)).toEqual(
      ['a/deeper/y.png', 'a/x.PNG', 'b/10.png', 'b/2.png'].map((f) => `photos/${f}`),
    );
    expect(Array.from(elements['label'] ?? [])).toEqual([0, 0, 1, 1]);
    expect(facts.columns).toEqual({ image: ['image'], label: ['folder'] });
    // Opacity is left out.
    const opaque = (expected['opacity.png']?.values ?? []).filter((_, i) => i % 4 !== 3);
    expect(Array.from(elements['image']?.subarray(105, 210) ?? [])).toEqual(opaque);
  });
  test('may be links', () => {
    const files = { 'b/1.png': 'grey.png', a: folderOf({ '1.png': 'grey.png' }) };
    expect(load({ shape: [5, 7] }, files).rows).toBe(2);
  });
  test('without folders are rows without a class', () => {
    const fields = openImages(folderOf({ '1.png': 'grey.png', '2.png': 'grey.png' }), 'photos');
    const { elements } = loadDataset(modelOf({ shape: [5, 7, 1] }), { kind: 'fields', fields }, { inputsOnly: true });
    expect(Object.keys(elements)).toEqual(['image']);
  });
});

describe('steps', () => {
  const of = (picture: Picture | undefined): readonly number[] => (picture === undefined ? [] : list(picture));
  const rounded = (values: readonly number[]): readonly number[] => values.map(Math.fround);
  test.each<[string, Spec, readonly number[]]>([
    ['as it is', { shape: [5, 7, 3] }, list(colours)],
    ['resize', { shape: [3, 4, 3], prep: [size(3, 4)] }, list(resize(colours, [3, 4]))],
    ['gray', { shape: [5, 7], prep: [grey] }, of(gray(colours))],
    ['gray, then resize', { shape: [2, 2, 1], prep: [grey, size(2, 2)] }, of(gray(resize(colours, [2, 2])))],
    [
      'scale, then resize',
      { shape: [3, 4, 3], prep: [scale, size(3, 4)] },
      list(resize(colours, [3, 4])).map((x) => x / 255),
    ],
    [
      'resize, then scale',
      { shape: [3, 4, 3], prep: [size(3, 4), scale] },
      list(resize(colours, [3, 4])).map((x) => x / 255),
    ],
  ])('%s', (_, spec, values) => {
    const { elements } = load(spec, { 'a/1.png': 'colours.png', 'b/1.png': 'grey.png', 'b/2.png': 'palette.png' });
    expect(farthest(Array.from(elements['image']?.subarray(0, values.length) ?? []), rounded(values))).toBeLessThan(
      1e-4,
    );
    expect(elements['image']?.length).toBe(3 * values.length);
  });
  test('a list takes them as they are', () => {
    const { elements } = load({ shape: [105] }, { 'a/1.png': 'colours.png', 'b/1.png': 'interlaced.png' });
    expect(Array.from(elements['image'] ?? [])).toEqual([...list(colours), ...list(colours)]);
  });
  test('what is learned comes of what was done before', () => {
    const prep: readonly PrepSpec[] = [size(1, 1), grey, { port: 'image', kind: 'minmax' }];
    const { facts, elements } = load({ shape: [1, 1, 1], prep }, { 'a/1.png': 'colours.png', 'b/1.png': 'grey.png' });
    const means = [gray(resize(colours, [1, 1])), resize(decodeImage(fixture('grey.png'), ''), [1, 1])];
    const [first = NaN, second = NaN] = means.flatMap((each) => of(each));
    expect(facts.prep.find(({ kind }) => kind === 'minmax')).toMatchObject({
      low: [expect.closeTo(Math.min(first, second), 9)],
    });
    expect(Array.from(elements['image'] ?? [])).toEqual(first < second ? [0, 1] : [1, 0]);
  });
});

describe('records', () => {
  const prep: readonly PrepSpec[] = [size(3, 4), grey, scale];
  const inputs: Record<string, PortSpec> = { image: { shape: [3, 4, 1], dtype: 'float32', range: [0, 255] } };
  const columns = { image: ['image'], label: ['folder'] };
  const read = (image: RawValue, steps: readonly PrepSpec[] = prep, port = inputs['image']) => {
    const ports: Record<string, PortSpec> = port === undefined ? {} : { image: port };
    const fitted = steps.flatMap((step) =>
      step.kind === 'scale' || step.kind === 'gray' || step.kind === 'resize' ? [step] : [],
    );
    const raw = readRecords([{ image }], ports, { columns, prep: fitted }, () => 'the record');
    return Array.from(applyPrep(fitted, raw, ports).elements['image'] ?? []);
  };
  const { elements } = load({ shape: [3, 4, 1], prep }, { 'a/1.png': 'colours.png', 'b/1.png': 'grey.png' });
  const wanted = Array.from(elements['image']?.subarray(0, 12) ?? []);
  const pixels = Array.from({ length: 35 }, (_, i) => Array.from(colours.values.subarray(3 * i, 3 * i + 3)));
  test.each<[string, RawValue]>([
    ['of a canvas', { width: 7, height: 5, data: Uint8ClampedArray.from(pixels.flatMap((pixel) => [...pixel, 9])) }],
    ['of a file', { width: 7, height: 5, data: Uint8Array.from(pixels.flat()) }],
    ['rows of pixels', Array.from({ length: 5 }, (_, y) => pixels.slice(7 * y, 7 * y + 7))],
  ])('%s', (_, image) => {
    expect(read(image)).toEqual(wanted);
  });
  test('a canvas without a step', () => {
    const data = Uint8ClampedArray.from(pixels.flatMap((pixel) => [...pixel, 255]));
    expect(read({ width: 7, height: 5, data }, [], { shape: [5, 7, 3], dtype: 'float32' })).toEqual(list(colours));
  });
  test.each<[string, RawValue, string]>([
    ['no picture', [1, 2, 3], 'NN4005 the record, `image` is no picture'],
    ['rows that differ', [[[1], [2]], [[1]]], 'NN4005 the record, `image` is no picture'],
    ['half a pixel', { width: 2, height: 2, data: new Uint8Array(7) }, 'NN4005 the record, `image` is no picture'],
    ['a number out of range', [[[1, 2, 300]]], 'NN4003 the record, `image`: 300 lies outside 0..255'],
    [
      'two channels',
      [[[1, 2, 3, 4, 5]]],
      'NN4007 the record: `prep image gray` wants red, green and blue, and there are 5 channels',
    ],
  ])('%s', (_, image, message) => {
    expect(problem(() => read(image))).toContain(message);
  });
  test('a size that is not the input', () => {
    const image = { width: 2, height: 1, data: new Uint8Array(2) };
    expect(problem(() => read(image, [], { shape: [1, 1, 1], dtype: 'float32' }))).toContain(
      'NN4005 the record is [1, 2, 1], and `image` is [1, 1, 1] [write: prep image resize 1x1]',
    );
  });
});

const cut = (name: string, bytes: number): Uint8Array => fixture(name).subarray(0, bytes);
const seven: Spec = { shape: [5, 7, 3] };

test.each<[string, Spec, Readonly<Record<string, string | Uint8Array>>, string]>([
  ['an empty folder', seven, {}, 'NN4006 photos has no pictures'],
  ['an empty class', seven, { 'a/1.png': 'colours.png', 'b/notes.txt': 'bits.png' }, 'NN4006 photos/b has no pictures'],
  [
    'a picture beside the classes',
    seven,
    { ...pair, '1.png': 'colours.png' },
    'NN4008 photos/1.png lies in no folder of its class',
  ],
  ['another format', seven, { ...pair, 'a/z.gif': 'not_jpeg.gif' }, 'NN4008 photos/a/z.gif is neither PNG nor JPEG'],
  [
    'another format by a false name',
    seven,
    { ...pair, 'a/z.jpg': 'not_jpeg.gif' },
    'NN4008 photos/a/z.jpg is neither PNG nor JPEG',
  ],
  ['an empty file', seven, { ...pair, 'b/3.png': new Uint8Array() }, 'NN4008 photos/b/3.png is empty'],
  [
    'a header that ends',
    seven,
    { 'a/1.png': cut('colours.png', 20) },
    'NN4008 photos/a/1.png is damaged: it ends within its header',
  ],
  [
    'a picture that is cut',
    seven,
    { ...pair, 'b/3.png': cut('colours.png', 90) },
    'NN4008 photos/b/3.png is damaged: ',
  ],
  [
    'a size that cannot be',
    seven,
    { 'a/1.png': fixture('colours.png').with(16, 0x7f) },
    'NN4008 photos/a/1.png is damaged: its header says',
  ],
  [
    'another size',
    { shape: [4, 4, 3] },
    pair,
    'NN4005 photos/a/x.PNG is [5, 7, 4], and `image` is [4, 4, 3] [write: prep image resize 4x4]',
  ],
  [
    'another size than the first',
    seven,
    { ...pair, 'b/z.jpg': 'baseline.jpg' },
    'NN4007 photos/b/z.jpg is [19, 26, 3], and photos/a/x.PNG is [5, 7, 3]',
  ],
  [
    'colours for grey',
    { shape: [5, 7, 1] },
    pair,
    'NN4005 photos/a/x.PNG is [5, 7, 4], and `image` is [5, 7, 1] [write: prep image gray]',
  ],
  [
    'colours for grey, later',
    { shape: [5, 7, 1] },
    { 'a/1.png': 'grey.png', 'b/1.png': 'colours.png' },
    'NN4005 photos/b/1.png is [5, 7, 3], and `image` is [5, 7, 1] [write: prep image gray]',
  ],
  ['colours and another size', { shape: [4, 4] }, pair, '[write: prep image gray; prep image resize 4x4]'],
  [
    'more classes',
    { ...seven, classes: 2 },
    { ...pair, 'c/1.png': 'colours.png' },
    'NN4004 `label` is one of 2 classes, but photos has 3: a, b, c [write: label: class[3]]',
  ],
  ['pixels out of range', { ...seven, range: [0, 1] }, pair, 'NN4003 photos/a/x.PNG, field `image['],
])('%s is told', (_, spec, files, message) => {
  expect(problem(() => load(spec, files))).toContain(message);
});

describe.each(['colours.png', 'interlaced.png', 'baseline.jpg', 'progressive.jpg'])('%s', (name) => {
  test('is refused wherever it is cut, or whole', () => {
    const bytes = fixture(name);
    const whole = list(decodeImage(bytes, name));
    const step = Math.max(1, Math.floor(bytes.length / 300));
    for (let end = 0; end < bytes.length; end += step) {
      let found: readonly number[] | undefined;
      try {
        found = list(decodeImage(bytes.slice(0, end), name));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
      }
      if (found !== undefined) expect([end, found]).toEqual([end, whole]);
    }
  });
});
