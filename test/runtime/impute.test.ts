/** Empty fields of numbers: filled by what training rows say, flagged, alike from every format and from records. */
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrayFields } from '../../runtime/data/arrays/array-fields.ts';
import { parseCsv } from '../../runtime/data/csv.ts';
import { inputsRead, loadDataset } from '../../runtime/data/dataset.ts';
import type { DatasetOptions, Source } from '../../runtime/data/dataset.ts';
import { parseJsonl } from '../../runtime/data/jsonl.ts';
import { applyPrep } from '../../runtime/data/prep.ts';
import { readRecords } from '../../runtime/data/records.ts';
import type { ModelDefinition, PortSpec, PrepSpec, RawRecord } from '../../runtime/index.ts';
import { classifier } from './models.ts';
import { problem } from './problem.ts';

const f32 = (...shape: number[]): PortSpec => ({ shape, dtype: 'float32' });
const label: PortSpec = { shape: [], dtype: 'int32', classes: 3 };

interface Spec {
  readonly inputs?: Record<string, PortSpec>;
  readonly prep: readonly PrepSpec[];
  readonly columns?: Record<string, readonly string[]>;
  readonly split?: readonly number[];
  readonly predictInputs?: readonly string[];
}

const model = ({ inputs = { x: f32(2) }, prep, columns, split, predictInputs }: Spec): ModelDefinition => ({
  ...classifier({ inputs: 1, hidden: 1, classes: 3 }),
  inputs,
  targets: { y: label },
  predictInputs: predictInputs ?? Object.keys(inputs),
  prep,
  data: {
    format: 'csv',
    file: 'd',
    seed: 1,
    ...(columns === undefined ? {} : { columns }),
    ...(split === undefined ? {} : { split }),
  },
});

type By = 'mean' | 'median' | 0;
type Cell = number | null;
type Rows = readonly (readonly Cell[])[];

const impute = (by: By, flag?: string): PrepSpec => ({
  port: 'x',
  kind: 'impute',
  by,
  ...(flag === undefined ? {} : { flag }),
});

const csv = (text: string): Source => ({ kind: 'table', table: parseCsv(parse, text, 'd') });
const jsonl = (...rows: readonly unknown[]): Source => ({
  kind: 'fields',
  fields: parseJsonl(rows.map((row) => JSON.stringify(row)).join('\n'), 'd'),
});
const named = (row: readonly Cell[]): Record<string, Cell> => Object.fromEntries(row.map((cell, c) => [`c${c}`, cell]));

/** The same rows in every format that has a sign for what is empty. */
const formats: Readonly<Record<string, (rows: Rows) => Source>> = {
  'a table': (rows) =>
    csv(['y', ...(rows[0] ?? []).map((_, c) => `c${c}`)].join() + rows.map((row) => `\n0,${row.join()}`).join('')),
  'lines of numbers': (rows) => jsonl(...rows.map((row) => ({ y: 0, ...named(row) }))),
  'lines of lists': (rows) => jsonl(...rows.map((x) => ({ y: 0, x: x.every((cell) => cell === null) ? null : x }))),
  arrays: (rows) => ({
    kind: 'fields',
    fields: arrayFields('d', [
      { name: 'y', shape: [rows.length], holdsTexts: false, read: () => new Int32Array(rows.length) },
      {
        name: 'x',
        shape: [rows.length, rows[0]?.length ?? 0],
        holdsTexts: false,
        read: () => Float64Array.from(rows.flat(), (cell) => cell ?? NaN),
      },
    ]),
  }),
};

const load = (spec: Spec, source: Source, options: DatasetOptions = {}) => loadDataset(model(spec), source, options);
const listed = (values: ArrayLike<number> = []): readonly number[] => Array.from(values);

describe.each(Object.entries(formats))('of %s', (_, write) => {
  test.each<[string, By, readonly Cell[], number]>([
    ['the mean leaves out what is empty', 'mean', [2, null, 7, null], 4.5],
    ['the median of an odd count is the middle one', 'median', [9, null, -1, 3], 3],
    ['the median of an even count is the mean of both', 'median', [10, 1, null, 4, 2], 3],
    ['the median is by size, not by digits', 'median', [10, 9, null, 100], 10],
    ['the median of one', 'median', [null, null, 6], 6],
    ['equal ones', 'median', [5, 5, null, 5, 1], 5],
    ['0', 0, [2, null, 7], 0],
    ['0 where nothing is known', 0, [null, null], 0],
    ['a negative zero and what is small', 'mean', [-1, null, 1], 0],
    ['nothing is empty', 'mean', [1, 2, 4], 7 / 3],
  ])('%s', (__, by, column, fill) => {
    const rows = column.map((cell, r) => [cell, r]);
    const { elements, facts } = load({ inputs: { x: f32(2), gone: f32(2) }, prep: [impute(by, 'gone')] }, write(rows));
    expect(facts.prep).toEqual([{ port: 'x', kind: 'impute', fill: [fill, expect.any(Number)], flag: 'gone' }]);
    expect(listed(elements['x'])).toEqual(listed(Float32Array.from(rows.flat(), (cell) => cell ?? fill)));
    expect(listed(elements['gone'])).toEqual(rows.flatMap(([cell]) => [cell === null ? 1 : 0, 0]));
  });

  test('what is empty is an error where nothing fills it', () => {
    const rows = [
      [1, 2],
      [3, null],
    ];
    const scaled: Spec = { prep: [{ port: 'x', kind: 'scale', factor: 2 }] };
    expect(problem(() => load(scaled, write(rows)))).toMatch(/^NN4002 d:\w/);
  });
});

/** As a reader of statistics would write it: on plain lists, by sorting and adding up. */
function filling(by: By, cells: readonly Cell[]): number {
  let known = cells.filter((cell) => cell !== null).sort((a, b) => a - b);
  if (by === 0) return 0;
  if (by === 'mean') return known.reduce((sum, x) => sum + x / known.length, 0);
  while (known.length > 2) known = known.slice(1, -1);
  return known.reduce((sum, x) => sum + x, 0) / known.length;
}

test('random rows are filled alike by every format and by records, from training rows alone, before later steps', () => {
  const cell = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: -50, max: 50 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
  const rowsOf = fc
    .integer({ min: 1, max: 3 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 4, maxLength: 12 }),
    );
  let filled = 0;
  fc.assert(
    fc.property(rowsOf, fc.constantFrom<By[]>('mean', 'median', 0), fc.boolean(), (rows, by, isScaled) => {
      const width = rows[0]?.length ?? 0;
      const later: readonly PrepSpec[] = isScaled ? [{ port: 'x', kind: 'standardize' }] : [];
      const inputs = { x: f32(width), gone: { ...f32(width), dtype: 'int32' } as const };
      const spec: Spec = { inputs, prep: [impute(by, 'gone'), ...later], split: [0.5, 0.5] };
      const { training } = load({ ...spec, prep: [impute(0, 'gone')] }, formats['arrays']?.(rows) ?? csv('')).parts;
      const trained = Array.from({ length: width }, (_, c) => listed(training).map((row) => rows[row]?.[c] ?? null));
      fc.pre(by === 0 || trained.every((column) => column.some((each) => each !== null)));
      filled++;
      const fill = trained.map((column) => filling(by, column));
      const moments = trained.map((column, c) => {
        const whole = column.map((each) => each ?? fill[c] ?? NaN);
        const mean = whole.reduce((sum, x) => sum + x, 0) / whole.length;
        const deviation = Math.sqrt(whole.reduce((sum, x) => sum + (x - mean) ** 2, 0) / whole.length);
        return isScaled && { mean, deviation: deviation < 1e-12 ? 1 : deviation };
      });
      const expected = rows.flatMap((row) =>
        row.map((each, c) => {
          const x = each ?? fill[c] ?? NaN;
          const of = moments[c];
          return expect.closeTo(of ? (x - of.mean) / of.deviation : x, 3);
        }),
      );
      const flags = rows.flat().map((each) => (each === null ? 1 : 0));
      for (const write of Object.values(formats)) {
        const { elements, facts } = load(spec, write(rows));
        expect(listed(elements['x'])).toEqual(expected);
        expect(elements['gone']).toEqual(Int32Array.from(flags));
        const records = rows.map((row): RawRecord => ({ x: row }));
        const raw = readRecords(records, inputs, { ...facts, columns: {} }, String);
        expect(applyPrep(facts.prep, raw, inputs).elements).toEqual({ x: elements['x'], gone: elements['gone'] });
      }
    }),
    { numRuns: 300 },
  );
  expect(filled).toBeGreaterThan(200);
});

test('what was learned fills other rows, also where all of them are empty', () => {
  const spec: Spec = { prep: [impute('median')] };
  const { facts } = load(spec, csv('a,b,y\n1,,0\n2,6,1\n9,8,2\n'));
  const next = load(spec, csv('b,a,y\n,,0\n,4,0\n'), { facts, whole: true });
  expect(listed(next.elements['x'])).toEqual([2, 7, 4, 7]);
});

describe('a record', () => {
  const inputs = { x: f32(2), gone: f32(2), z: f32() };
  const { facts } = load({ inputs, prep: [impute('mean', 'gone')] }, csv('z,a,b,y\n0,1,5,0\n0,3,,1\n'), {});
  const read = (record: RawRecord) =>
    applyPrep(
      facts.prep,
      readRecords([record], inputs, facts, () => 'here'),
      inputs,
    ).elements;
  test.each<[string, RawRecord]>([
    ['null', { a: null, b: 7, z: 1 }],
    ['NaN', { a: NaN, b: 7, z: 1 }],
    ['nothing', { a: undefined, b: 7, z: 1 }],
    ['an empty text', { a: '', b: '7', z: 1 }],
    ['a text of spaces', { a: '  ', b: 7, z: 1 }],
    ['a list', { x: [null, 7], z: 1 }],
    ['an array', { x: Float32Array.of(NaN, 7), z: 1 }],
  ])('may have %s', (_, record) => {
    expect(read(record)).toEqual({
      x: Float32Array.of(2, 7),
      gone: Float32Array.of(1, 0),
      z: Float32Array.of(1),
    });
  });
  test.each<[string, RawRecord, string]>([
    ['lacks a field', { b: 7, z: 1 }, 'NN4005 here has no `a`, which `x` is made of'],
    ['is infinite', { a: Infinity, b: 7, z: 1 }, 'NN4002 here, column `a`: the value is not a finite number'],
    ['has a text', { a: 'nan', b: 7, z: 1 }, 'NN4002 here, column `a`: the value is not a finite number'],
    ['has it elsewhere', { a: 1, b: 7, z: NaN }, 'NN4002 here, column `z`: the value is not a finite number'],
    ['has nothing elsewhere', { a: 1, b: 7, z: null }, 'NN4002 here, column `z`: the field is empty'],
  ])('is refused that %s', (_, record, message) => {
    expect(problem(() => read(record))).toContain(message);
  });
});

/** Of twenty rows, halved. */
const inTraining = new Set(load({ prep: [], split: [0.5, 0.5] }, csv(`a,b,y\n${'1,2,0\n'.repeat(20)}`)).parts.training);

test.each<[string, Spec, Source, string]>([
  [
    'a column that is empty in all training rows',
    { prep: [impute('median')] },
    csv('a,b,y\n1,,0\n2,,1\n'),
    'NN4007 `prep x impute median`: `b` is empty in all 2 training rows, and has no median [leave it out of `x`, or fill it with zeros: prep x impute 0]',
  ],
  [
    'a column that is known in rows of validation alone',
    { prep: [impute('mean')], split: [0.5, 0.5] },
    csv(`a,b,y\n${Array.from({ length: 20 }, (_, row) => `1,${inTraining.has(row) ? '' : '7'},0\n`).join('')}`),
    'NN4007 `prep x impute mean`: `b` is empty in all 10 training rows, and has no mean',
  ],
  [
    'a place of a list that is always null',
    { prep: [impute('mean')] },
    jsonl({ x: [1, null], y: 0 }, { x: null, y: 1 }),
    'NN4007 `prep x impute mean`: `x[1]` is empty in all 2 training rows, and has no mean',
  ],
  [
    'nan of a table',
    { prep: [impute(0)] },
    csv('a,b,y\n1,nan,0\n'),
    'NN4002 d:2, column `b`: the value is not a finite',
  ],
  [
    'NA of a table',
    { prep: [impute(0)] },
    csv('a,b,y\n1,NA,0\n2,2,0\n2,2,0\n'),
    'NN4002 d:2, column `b`: `NA` is not a number',
  ],
  ['an empty target', { prep: [impute(0)] }, csv('a,b,y\n1,2,\n1,2,1\n'), 'NN4002 d:2, column `y`: the field is empty'],
  [
    'a field that a line lacks',
    { prep: [impute(0)] },
    jsonl({ x: [1, 2], y: 0 }, { y: 0 }),
    'NN4002 d:2, field `x`: this row does not have it',
  ],
  [
    'a truth',
    { prep: [impute(0)] },
    jsonl({ x: [1, null], y: 0 }, { x: [1, true], y: 0 }),
    'NN4002 d:2, field `x[1]`: `true` is not a number',
  ],
  [
    'an empty field of another port',
    { inputs: { x: f32(1), z: f32(1) }, columns: { x: ['a'], z: ['b'] }, prep: [impute('mean')] },
    csv('a,b,y\n,2,0\n1,,0\n'),
    'NN4002 d:3, column `b`: the field is empty',
  ],
  [
    'an empty field that nothing fills',
    { prep: [] },
    csv('a,b,y\n1,,0\n'),
    'NN4002 d:2, column `b`: the field is empty [fill in or leave out rows without a value; `prep x impute mean` fills those of an input `x`]',
  ],
  [
    'null that nothing fills',
    { prep: [] },
    jsonl({ x: [1, 2], y: 0 }, { x: [null, 2], y: 0 }),
    'NN4002 d:2, field `x[0]`: null is not a number [fill in or leave out rows without a value; `prep x impute mean`',
  ],
])('refused: %s', (_, spec, source, message) => {
  expect(problem(() => load(spec, source))).toContain(message);
});

test('a flag that predictions read has its column read with it', () => {
  const spec = { inputs: { x: f32(1), gone: f32(1), z: f32() }, prep: [impute(0, 'gone')], predictInputs: ['gone'] };
  expect(Object.keys(inputsRead(model(spec)))).toEqual(['x', 'gone']);
  expect(Object.keys(inputsRead(model({ ...spec, predictInputs: ['x'] })))).toEqual(['x']);
  const { elements } = load(spec, csv('x\n""\n3\n'), { inputsOnly: true });
  expect(listed(elements['gone'])).toEqual([1, 0]);
});
