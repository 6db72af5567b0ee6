/** Data: columns find their ports, every bad field is named, prep is fitted on training rows and undone. */
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvOptions, parseCsv } from '../../runtime/data/csv.ts';
import { columnLines } from '../../runtime/data/column-lines.ts';
import { mapColumns } from '../../runtime/data/columns.ts';
import { loadDataset } from '../../runtime/data/dataset.ts';
import { undoing } from '../../runtime/data/prep.ts';
import { evaluationPart, splitRows } from '../../runtime/data/split.ts';
import type { Parts } from '../../runtime/data/split.ts';
import type { ModelDefinition, PortSpec, PrepSpec } from '../../runtime/index.ts';
import { classifier } from './models.ts';
import { problem } from './problem.ts';

const csv = (text: string) => parseCsv(parse, text, 'd.csv');
const f32 = (...shape: number[]): PortSpec => ({ shape, dtype: 'float32' });
const classes = (count: number): PortSpec => ({ shape: [], dtype: 'int32', classes: count });

interface Spec {
  readonly inputs?: Record<string, PortSpec>;
  readonly targets?: Record<string, PortSpec>;
  readonly columns?: Record<string, readonly string[]>;
  readonly prep?: readonly PrepSpec[];
  readonly split?: readonly number[];
}

function model(spec: Spec): ModelDefinition {
  const base = classifier({ inputs: 1, hidden: 1, classes: 2 });
  return {
    ...base,
    inputs: spec.inputs ?? { x: f32(2) },
    targets: spec.targets ?? { y: classes(3) },
    predictInputs: Object.keys(spec.inputs ?? { x: 0 }),
    prep: spec.prep ?? [],
    data: {
      format: 'csv',
      file: 'd.csv',
      seed: 1,
      ...(spec.columns === undefined ? {} : { columns: spec.columns }),
      ...(spec.split === undefined ? {} : { split: spec.split }),
    },
  };
}
const load = (spec: Spec, text: string, options = {}) =>
  loadDataset(model(spec), { kind: 'table', table: csv(text) }, options);

test('a text is read as csv-parse reads it when it looks for the end of the first line itself', () => {
  const pieces = fc.constantFrom('a', ',', '"', '""', '\n', '\r', '\r\n', ' ');
  const outcome = (read: () => unknown): unknown => {
    try {
      return read();
    } catch (error) {
      return String(error);
    }
  };
  fc.assert(
    fc.property(fc.constantFrom('', '\ufeff'), fc.array(pieces, { maxLength: 16 }), (mark, rest) => {
      const text = mark + rest.join('');
      let told: unknown;
      const reading = (given: string, options: typeof csvOptions): unknown => {
        told = outcome(() => parse(given, options));
        return [{ record: ['a'] }, { record: ['1'] }].map((record) => ({ ...record, info: {} }));
      };
      parseCsv(reading, text, 'd.csv');
      expect(told).toEqual(outcome(() => parse(text, csvOptions)));
    }),
    { numRuns: 2000 },
  );
});

describe('columns', () => {
  const table = csv('id,pixel_0,pixel_1,name,age,y\n7,0,1,ann,30,1\n8,2,3,bob,40,0\n');
  const map = (spec: Spec) =>
    mapColumns(table, {
      inputs: spec.inputs ?? {},
      targets: spec.targets ?? { y: classes(2) },
      written: spec.columns ?? {},
      prep: spec.prep ?? [],
    });
  test.each<[string, Spec, Record<string, readonly string[]>]>([
    [
      'patterns, and equal names',
      { inputs: { x: f32(2), age: f32() }, columns: { x: ['pixel_*'] } },
      { x: ['pixel_0', 'pixel_1'], age: ['age'], y: ['y'] },
    ],
    [
      'the single input takes the numeric rest in the order of the file',
      { inputs: { x: f32(4) } },
      { y: ['y'], x: ['id', 'pixel_0', 'pixel_1', 'age'] },
    ],
    [
      'a target by another name',
      { inputs: { x: f32(4) }, targets: { t: f32() }, columns: { t: ['age'] } },
      { t: ['age'], x: ['id', 'pixel_0', 'pixel_1', 'y'] },
    ],
    [
      'a list of names keeps its order',
      { inputs: { x: f32(2) }, columns: { x: ['age', 'id'] } },
      { x: ['age', 'id'], y: ['y'] },
    ],
    [
      'one column may become many numbers',
      { inputs: { x: f32(2) }, columns: { x: ['name'] }, prep: [{ port: 'x', kind: 'onehot' }] },
      { x: ['name'], y: ['y'] },
    ],
    [
      'equal names before the rest',
      { inputs: { age: f32(), x: f32(3) } },
      { age: ['age'], y: ['y'], x: ['id', 'pixel_0', 'pixel_1'] },
    ],
  ])('%s', (_, spec, expected) => {
    expect(map(spec)).toEqual(expected);
  });
  test.each<[Spec, string]>([
    [
      { inputs: { x: f32(64) } },
      'NN4005 `x` has 64 numbers per example, but 4 columns serve it (id, pixel_0, pixel_1, … age)',
    ],
    [{ inputs: { age: f32(2), x: f32(3) } }, 'NN4005 `age` has 2 numbers per example, but 1 column serves it (age)'],
    [
      { inputs: { x: f32(2) }, columns: { x: ['pixels_*'] } },
      'NN4005 d.csv has no column `pixels_*` for `x` [its columns are id, pixel_0, pixel_1, name, age, y]',
    ],
    [{ inputs: { x: f32(4) }, columns: { y: ['Y'] } }, 'NN4005 d.csv has no column `Y` for `y` [did you mean `y`?]'],
    [
      { inputs: { x: f32(2) }, columns: { x: ['id', 'age', 'pixel_2'] } },
      'NN4005 d.csv has no column `pixel_2` for `x` [did you mean `pixel_0`?]',
    ],
    [
      { inputs: { x: f32(1) }, columns: { x: ['aged', 'id', 'quite_other', 'nme'] } },
      'NN4005 d.csv has no columns `aged`, `quite_other`, `nme` for `x` [did you mean `age` for `aged`, `name` for `nme`?]',
    ],
    [
      { inputs: { x: f32(3) }, columns: { x: ['pixel_*', 'age', 'colour_*'] } },
      'NN4005 d.csv has no column `colour_*` for `x` [its columns are id, pixel_0, pixel_1, name, age, y]',
    ],
    [
      { inputs: { x: f32(4) }, targets: { digit: classes(2) } },
      'NN4005 no column of d.csv serves `digit` [say which: digit=COLUMN; columns still free: id, pixel_0, pixel_1, name, age, y]',
    ],
    [
      { inputs: { a: f32(2), b: f32(2) } },
      'NN4005 no column of d.csv serves `a`, `b` [say which: a=COLUMN; columns still free: id, pixel_0, pixel_1, name, age]',
    ],
  ])('%j', (spec, message) => {
    expect(problem(() => map(spec))).toContain(message);
  });
  test('are listed with what they feed, and those that feed nothing', () => {
    expect(columnLines(table, { pixels: ['pixel_0', 'pixel_1'], y: ['y'] })).toEqual([
      'columns of d.csv:',
      '  pixels    ← pixel_0, pixel_1',
      '  y         ← y',
      '  (unused)    id, name, age',
    ]);
    const many = Array.from({ length: 64 }, (_, i) => `p${i}`);
    expect(columnLines({ file: 'd.csv', header: many }, { x: many })).toEqual([
      'columns of d.csv:',
      '  x  ← p0, p1, p2, … p63 (64 columns)',
    ]);
  });
});

test.each<[string, Spec, string, string]>([
  ['an empty field', {}, 'a,b,y\n1,2,0\n1,,0\n', 'NN4002 d.csv:3, column `b`: the field is empty'],
  ['a text among numbers', {}, 'a,b,y\n1,2,0\n1,x2,0\n3,3,1\n', 'NN4002 d.csv:3, column `b`: `x2` is not a number'],
  [
    'a column of texts for a target of numbers, told once',
    { targets: { y: f32() } },
    'a,b,y\n1,2,cat\n1,2,dog\n3,3,cat\n',
    'NN4002 d.csv, column `y` holds texts (`cat`, `dog`), and `y` takes numbers [a target of texts is declared as classes, `target y: class[2]`; those of an input become numbers by `prep y onehot`, or by `prep y tokens 5000` where they are prose]',
  ],
  [
    'a column of texts for an input of numbers',
    { columns: { x: ['a', 'b'] } },
    'a,b,y\n1,red,0\n1,green,0\n3,blue,1\n2,grey,1\n',
    'NN4002 d.csv, column `b` holds texts (`red`, `green`, `blue`, …), and `x` takes numbers',
  ],
  ['NaN', {}, 'a,b,y\n1,nan,0\n1,1,0\n', 'NN4002 d.csv:2, column `b`: the value is not a finite number'],
  ['infinity', {}, 'a,b,y\n1,-Inf,0\n', 'NN4002 d.csv:2, column `b`: the value is not a finite number'],
  ['hexadecimal', {}, 'a,b,y\n1,0x10,0\n1,2,0\n1,2,0\n', 'NN4002 d.csv:2, column `b`: `0x10` is not a number'],
  ['a class that is too large', {}, 'a,b,y\n1,2,0\n1,2,3\n', 'NN4004 d.csv:3, column `y`: class 3 lies outside 0..2'],
  ['a class below −1', {}, 'a,b,y\n1,2,-1\n1,2,-2\n', 'NN4004 d.csv:3, column `y`: class -2 lies outside 0..2'],
  ['half a class', {}, 'a,b,y\n1,2,1.5\n', 'NN4004 d.csv:2, column `y`: 1.5 is no whole number'],
  [
    'a value outside its range',
    { inputs: { x: { ...f32(2), range: [0, 16] } } },
    'a,b,y\n1,16,0\n1,17,0\n',
    'NN4003 d.csv:3, column `b`: 17 lies outside 0..16',
  ],
  [
    'half an id',
    { inputs: { x: { shape: [2], dtype: 'int32' } } },
    'a,b,y\n1,2.5,0\n',
    'NN4002 d.csv:2, column `b`: 2.5 is no whole number',
  ],
  [
    'an id outside its table',
    { inputs: { x: { shape: [2], dtype: 'int32', classes: 5 } } },
    'a,b,y\n1,5,0\n',
    'NN4004 d.csv:2, column `b`: class 5 lies outside 0..4',
  ],
  [
    'an empty label',
    { columns: { x: ['a', 'b'] } },
    'a,b,y\n1,2,cat\n1,2,\n',
    'NN4002 d.csv:3, column `y`: the field is empty',
  ],
  [
    'more labels than classes',
    {},
    'a,b,y\n1,2,cat\n1,2,dog\n1,2,cow\n1,2,emu\n',
    'NN4004 `y` is one of 3 classes, but the training rows have 4 labels: cat, cow, dog, emu',
  ],
  ['a row too short', {}, 'a,b,y\n1,2,0\n1,2\n', 'NN4008 d.csv:3: this row has 2 fields, but there are 3 columns'],
  ['a quote that is not closed', {}, 'a,b,y\n1,"2,0\n', 'NN4008 d.csv:2:3: a quote opens here, and nothing closes it'],
  [
    'a quote that is open far from the end',
    {},
    'a,b,y\n"1""","2",0\n4,"5,0\n7,8,9\n',
    'NN4008 d.csv:3:3: a quote opens here',
  ],
  ['two columns of one name', {}, 'a,a,y\n1,2,0\n', 'NN4008 d.csv has two columns named `a`'],
  ['an empty file', {}, '', 'NN4006 d.csv is empty'],
  ['a header alone', {}, 'a,b,y\n', 'NN4006 d.csv has a header, but no rows'],
  [
    'no row left to train on',
    { split: [0.1, 0.9] },
    'a,b,y\n1,2,0\n1,2,0\n',
    'NN4006 of 2 rows none is left for training',
  ],
  [
    'too many mistakes to list',
    {},
    `a,b,y\n${'1,,0\n'.repeat(9)}`,
    'd.csv:6, column `b`: the field is empty\nand 4 more',
  ],
  [
    'as many categories as there are not',
    { inputs: { x: f32(2) }, columns: { x: ['a'] }, prep: [{ port: 'x', kind: 'onehot' }] },
    'a,y\nu,0\nv,0\nw,1\n',
    'NN4007 `prep x onehot` makes 3 numbers of the categories in the training rows, but `x` has 2 [write: x: f32[3]]',
  ],
])('refused: %s', (_, spec, text, message) => {
  expect(problem(() => load(spec, text))).toContain(message);
});

describe('prep', () => {
  const text = 'a,b,y\n0,5,0\n2,5,1\n4,5,2\n';
  test.each<[string, readonly PrepSpec[], readonly number[]]>([
    ['none', [], [0, 5, 2, 5, 4, 5]],
    ['scale', [{ port: 'x', kind: 'scale', factor: 0.5 }], [0, 2.5, 1, 2.5, 2, 2.5]],
    ['minmax, and a column of equals', [{ port: 'x', kind: 'minmax' }], [0, 0, 0.5, 0, 1, 0]],
    ['standardize', [{ port: 'x', kind: 'standardize' }], [-Math.sqrt(1.5), 0, 0, 0, Math.sqrt(1.5), 0]],
    [
      'in the order written',
      [
        { port: 'x', kind: 'scale', factor: 10 },
        { port: 'x', kind: 'minmax' },
      ],
      [0, 0, 0.5, 0, 1, 0],
    ],
  ])('%s', (_, prep, expected) => {
    expect([...(load({ prep }, text).elements['x'] ?? [])]).toEqual([...Float32Array.from(expected)]);
  });

  test('onehot takes texts and numbers, sorted', () => {
    const spec: Spec = { inputs: { x: f32(5) }, columns: { x: ['a', 'b'] }, prep: [{ port: 'x', kind: 'onehot' }] };
    const { elements, facts } = load(spec, 'a,b,y\nred,10,0\nblue,9,1\nred,100,2\n');
    expect(facts.prep).toEqual([
      {
        port: 'x',
        kind: 'onehot',
        categories: [
          ['blue', 'red'],
          ['9', '10', '100'],
        ],
      },
    ]);
    expect([...(elements['x'] ?? [])]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1]);
  });

  test('text labels are classes in sorted order, kept for other files', () => {
    const first = load({}, 'a,b,y\n1,2,dog\n1,2,ant\n1,2,cow\n');
    expect([...(first.elements['y'] ?? [])]).toEqual([2, 0, 1]);
    const next = load({}, 'y,b,a\ncow,2,7\n', { facts: first.facts, whole: true });
    expect([...(next.elements['y'] ?? [])]).toEqual([1]);
    expect([...(next.elements['x'] ?? [])]).toEqual([7, 2]);
    expect(problem(() => load({}, 'a,b,y\n1,2,dog\n1,2,gnu\n', { facts: first.facts }))).toContain(
      'NN4004 d.csv:3: no training row has the label `gnu` of `y`',
    );
  });

  test('is fitted on training rows only', () => {
    const rows = Array.from({ length: 10 }, (_, i) => `${i * i},1,0`).join('\n');
    const data = load({ prep: [{ port: 'x', kind: 'standardize' }], split: [0.5, 0.5] }, `a,b,y\n${rows}\n`);
    const training = Array.from(data.parts.training, (row) => row * row);
    const mean = training.reduce((sum, x) => sum + x, 0) / training.length;
    expect(data.facts.prep[0]).toMatchObject({
      kind: 'standardize',
      mean: [mean, 1],
      deviation: [expect.any(Number), 1],
    });
  });

  test('of a category that no training row has makes zeros, and a warning', () => {
    const spec: Spec = { inputs: { x: f32(2) }, columns: { x: ['a'] }, prep: [{ port: 'x', kind: 'onehot' }] };
    const first = load(spec, 'a,y\nu,0\nv,1\n');
    const next = load(spec, 'a,y\nw,0\n', { facts: first.facts });
    expect([...(next.elements['x'] ?? [])]).toEqual([0, 0]);
    expect(next.warnings).toEqual([
      'd.csv:2, column `a`: `w` is in no training row, and counts as none of its categories',
    ]);
  });

  test('of a target can be undone', () => {
    const prep: PrepSpec[] = [
      { port: 'y', kind: 'scale', factor: 0.25 },
      { port: 'y', kind: 'standardize' },
      { port: 'y', kind: 'minmax' },
    ];
    const data = load({ targets: { y: f32() }, prep }, 'a,b,y\n1,2,100\n1,2,300\n1,2,140\n');
    const { scale, shift } = undoing(data.facts.prep, 'y', 1) ?? { scale: [], shift: [] };
    const back = Array.from(data.elements['y'] ?? [], (z) => z * (scale[0] ?? 0) + (shift[0] ?? 0));
    [100, 300, 140].forEach((y, i) => expect(back[i]).toBeCloseTo(y, 4));
    expect(undoing(data.facts.prep, 'x', 2)).toBeUndefined();
  });
});

describe('split', () => {
  test('parts are disjoint, complete, cut at round(n·Σ), and the seed decides', () => {
    const parts = splitRows(1797, [0.8, 0.1, 0.1], 7);
    expect([parts.training.length, parts.validation.length, parts.test.length]).toEqual([1438, 179, 180]);
    const all = [...parts.training, ...parts.validation, ...parts.test];
    expect(new Set(all).size).toBe(1797);
    expect(splitRows(1797, [0.8, 0.1, 0.1], 7)).toEqual(parts);
    expect(splitRows(1797, [0.8, 0.1, 0.1], 8)).not.toEqual(parts);
    expect(evaluationPart(parts).name).toBe('test');
  });
  test('two parts leave no test part, none leaves all for training', () => {
    const two = splitRows(10, [0.8, 0.2], 1);
    expect([two.validation.length, two.test.length, evaluationPart(two).name]).toEqual([2, 0, 'validation']);
    const none = splitRows(3, undefined, 1);
    expect([...none.training]).toEqual([0, 1, 2]);
    expect(evaluationPart(none).name).toBe('all');
  });
});

describe('a split that heeds what rows hold', () => {
  const shares = [
    [0.8, 0.2],
    [0.6, 0.2, 0.2],
    [0.5, 0.5],
  ];
  const cases = Array.from({ length: 60 }, (_, seed) => ({ seed, rows: 3 + 7 * seed, of: shares[seed % 3] ?? [1] }));
  const ids = (rows: number, many: number): string[] =>
    Array.from({ length: rows }, (_, row) => `g${Math.floor(((row * 7919) % 97) ** 1.5) % many}`);
  const rowsOf = ({ training, validation, test }: Parts): readonly (readonly number[])[] => [
    [...training],
    [...validation],
    [...test],
  ];
  const whole = (parts: Parts, rows: number): void =>
    expect(
      rowsOf(parts)
        .flat()
        .toSorted((a, b) => a - b),
    ).toEqual(Array.from({ length: rows }, (_, row) => row));

  test.each(cases)('groups stay together: $rows rows, seed $seed', ({ seed, rows, of }) => {
    const groups = ids(rows, 2 + (seed % 9));
    const size = (group: string): number => groups.filter((each) => each === group).length;
    const largest = Math.max(...groups.map(size));
    // One group alone may be all that there is.
    if (largest > rows * (of[0] ?? 1)) return;
    const parts = splitRows(rows, of, seed, { of: 'groups', groups });
    whole(parts, rows);
    const found = rowsOf(parts).map((part) => new Set(part.map((row) => groups[row])));
    for (const [i, part] of found.entries())
      for (const other of found.slice(i + 1)) expect([...part].filter((group) => other.has(group))).toEqual([]);
    expect(Math.abs(parts.training.length - rows * (of[0] ?? 1))).toBeLessThanOrEqual(largest / 2 + 0.5);
  });
  test.each(cases)('classes keep their shares: $rows rows, seed $seed', ({ seed, rows, of }) => {
    const classes = ids(rows, 2 + (seed % 4));
    const parts = splitRows(rows, of, seed, { of: 'classes', classes });
    whole(parts, rows);
    expect(rowsOf(parts).map(({ length }) => length)).toEqual(
      rowsOf(splitRows(rows, of, seed)).map(({ length }) => length),
    );
    for (const name of new Set(classes))
      for (const part of rowsOf(parts)) {
        const share = part.filter((row) => classes[row] === name).length;
        expect(Math.abs(share - (classes.filter((each) => each === name).length * part.length) / rows)).toBeLessThan(
          1.5,
        );
      }
    expect(splitRows(rows, of, seed, { of: 'classes', classes })).toEqual(parts);
  });
  test('the order of the file is kept', () => {
    const parts = splitRows(10, [0.5, 0.3, 0.2], 4, { of: 'order' });
    expect(rowsOf(parts)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7],
      [8, 9],
    ]);
  });

  const text = `who,a,b,y\n${Array.from({ length: 40 }, (_, i) => `${i % 8},${i},0,${i % 4 === 0 ? 1 : 0}`).join('\n')}\n`;
  const split = (heeds: object) => {
    const classes = model({ targets: { y: { shape: [], dtype: 'int32', classes: 2 } } });
    const data = { format: 'csv' as const, split: [0.75, 0.25], seed: 1, ...heeds };
    return loadDataset({ ...classes, data }, { kind: 'table', table: csv(text) });
  };
  test('the column that keeps rows together feeds nothing', () => {
    const { parts, facts } = split({ by: 'who' });
    expect(facts.columns['x']).toEqual(['a', 'b']);
    expect(new Set([...parts.validation].map((row) => row % 8)).size).toBe(2);
    expect(parts.validation.length).toBe(10);
  });
  test('shares of classes, and the order', () => {
    const { parts } = split({ stratify: true, columns: { x: ['a', 'b'] } });
    expect([...parts.validation].filter((row) => row % 4 === 0).length).toBeLessThanOrEqual(3);
    expect([...parts.validation].filter((row) => row % 4 === 0).length).toBeGreaterThanOrEqual(2);
    expect([...split({ order: true, columns: { x: ['a', 'b'] } }).parts.validation]).toEqual([
      30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
    ]);
  });
  test('a column that is not there is told', () => {
    expect(problem(() => split({ by: 'whom' }))).toContain('NN4005');
    expect(problem(() => split({ by: 'whom' }))).toContain('did you mean `who`?');
  });
});

describe('lengths', () => {
  const read = (lengths: readonly (number | string)[], dtype: 'float32' | 'int32' = 'float32') => {
    const ports = { n: { shape: [], dtype: 'int32' as const }, mask: { shape: [4], dtype } };
    const spec = { ...model({ targets: { y: f32() } }), inputs: ports };
    const table = csv(`n,y\n${lengths.map((n) => `${n},0`).join('\n')}\n`);
    return loadDataset({ ...spec, prep: [{ port: 'n', kind: 'lengths', mask: 'mask' }] }, { kind: 'table', table });
  };
  test.each(['float32', 'int32'] as const)('fill the first places of a mask of %s', (dtype) => {
    const { elements, facts } = read([2, 0, 4, 1], dtype);
    expect([...(elements['mask'] ?? [])]).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0]);
    expect(elements['mask']).toBeInstanceOf(dtype === 'int32' ? Int32Array : Float32Array);
    expect([...(elements['n'] ?? [])]).toEqual([2, 0, 4, 1]);
    expect(facts.prep).toEqual([{ port: 'n', kind: 'lengths', mask: 'mask' }]);
  });
  test.each([5, -1])('%i is no length of four places', (length) => {
    expect(problem(() => read([1, length]))).toContain(`d.csv:3: \`n\` is ${length}, and \`mask\` has 4 places`);
  });
});

describe('inline', () => {
  const spec = model({ targets: { y: f32() } });
  const inline = (rows: readonly (readonly number[])[], options = {}) =>
    loadDataset(spec, { kind: 'inline', rows }, options);
  test('each row is the inputs, then the targets', () => {
    const { elements } = inline([
      [0, 1, 5],
      [2, 3, 6],
    ]);
    expect([...(elements['x'] ?? [])]).toEqual([0, 1, 2, 3]);
    expect([...(elements['y'] ?? [])]).toEqual([5, 6]);
    expect(Object.keys(inline([[0, 1, 5]], { inputsOnly: true }).elements)).toEqual(['x']);
  });
  test('a row of another length is refused', () => {
    expect(
      problem(() =>
        inline([
          [0, 1, 5],
          [2, 3],
        ]),
      ),
    ).toContain('NN4008 inline row 2 has 2 numbers, but inputs and targets have 3');
  });
});

test('a prediction needs no target column, and leaves it alone where it is', () => {
  const spec = { columns: { y: ['y'] } };
  const options = { inputsOnly: true, whole: true };
  expect([...(load(spec, 'a,b\n1,2\n', options).elements['x'] ?? [])]).toEqual([1, 2]);
  expect([...(load(spec, 'y,a,b\n1,3,4\n', options).elements['x'] ?? [])]).toEqual([3, 4]);
});

describe('ids, and classes that are there', () => {
  const ids = (below: PortSpec['below']): PortSpec => ({
    shape: [2],
    dtype: 'int32',
    ...(below === undefined ? {} : { below }),
  });
  const text = 'a,b,y\n0,9,0\n4,10,1\n-1,5,2\n';
  test.each<[string, PortSpec['below'], string]>([
    ['no table', undefined, 'no error'],
    [
      'a table',
      10,
      'NN5002 d.csv:3, column `b`: 10 lies outside 0..9, the rows of its table\nd.csv:4, column `a`: -1 lies',
    ],
    [
      'a table for each',
      [5, 11],
      'NN5002 d.csv:4, column `a`: -1 lies outside 0..4, the rows of its table [ids count from 0',
    ],
    ['a table for one', [Infinity, 10], 'NN5002 d.csv:3, column `b`: 10 lies outside 0..9, the rows of its table [ids'],
  ])('rows of %s', (_, below, message) => {
    expect(problem(() => load({ inputs: { x: ids(below) } }, text))).toContain(message);
  });

  const y = (count: number) => ({ inputs: { x: f32(1) }, targets: { y: classes(count) } });
  test.each<[string, Spec, string, readonly string[]]>([
    ['all labels', y(2), 'a,y\n1,u\n2,v\n', []],
    ['all classes', y(2), 'a,y\n1,1\n2,0\n3,-1\n', []],
    [
      'three labels of five',
      y(5),
      'a,y\n1,u\n2,v\n3,w\n',
      ['`y` is class[5], but the training rows have 3 labels (u, v, w): class[3] would hold them'],
    ],
    [
      'three classes of five',
      y(5),
      'a,y\n1,0\n2,1\n3,2\n',
      ['`y` is class[5], but no training row has one of 3, 4: class[3] would hold them'],
    ],
    ['a class between', y(3), 'a,y\n1,0\n2,2\n', ['`y` is class[3], but no training row has class 1']],
  ])('%s', (_, spec, rows, warnings) => {
    const { warnings: found, facts } = load(spec, rows);
    expect(found).toEqual(warnings);
    expect(load(spec, rows, { facts }).warnings).toEqual([]);
  });

  test('a part without classes is told', () => {
    const split = [0.5, 0, 0.5];
    const { test: judged } = splitRows(8, split, 1);
    const rows = Array.from({ length: 8 }, (_, row) => `1,${judged.includes(row) ? -1 : row % 3 === 0 ? 0 : 1}`);
    const { warnings } = load({ ...y(2), split }, `a,y\n${rows.join('\n')}\n`);
    expect(warnings).toContain('no test row has a class: `y` is −1 in all of them');
  });

  test('rows without classes are told when they are evaluated', () => {
    const { facts } = load(y(2), 'a,y\n1,0\n2,1\n');
    expect(load(y(2), 'a,y\n1,-1\n2,-1\n', { facts, whole: true }).warnings).toEqual([
      'no row that is evaluated has a class: `y` is −1 in all of them',
    ]);
    expect(load(y(2), 'a,y\n1,-1\n2,0\n', { facts, whole: true }).warnings).toEqual([]);
  });

  test('no class at all is refused', () => {
    expect(problem(() => load(y(2), 'a,y\n1,-1\n2,-1\n'))).toContain(
      'NN4006 no training row has a class: `y` is −1 in all of them [−1 leaves a row out of loss and metrics',
    );
  });
});
