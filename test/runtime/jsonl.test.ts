/** JSON lines: fields find their ports, and what is wrong is told with its line. */
import { describe, expect, test } from 'vitest';
import { columnLines } from '../../runtime/data/column-lines.ts';
import { loadDataset } from '../../runtime/data/dataset.ts';
import { parseJsonl } from '../../runtime/data/jsonl.ts';
import { readRecords } from '../../runtime/data/records.ts';
import type { DatasetOptions } from '../../runtime/data/dataset.ts';
import type { ModelDefinition, PortSpec, PrepSpec, RawRecord } from '../../runtime/index.ts';
import { classifier } from './models.ts';
import { problem } from './problem.ts';

const f32 = (...shape: number[]): PortSpec => ({ shape, dtype: 'float32' });
const i32 = (...shape: number[]): PortSpec => ({ shape, dtype: 'int32' });
const classes = (count: number, ...shape: number[]): PortSpec => ({ shape, dtype: 'int32', classes: count });

interface Spec {
  readonly inputs: Record<string, PortSpec>;
  readonly targets?: Record<string, PortSpec>;
  readonly columns?: Record<string, readonly string[]>;
  readonly prep?: readonly PrepSpec[];
  readonly split?: readonly number[];
}

const model = ({ inputs, targets, columns, prep = [], split }: Spec): ModelDefinition => ({
  ...classifier({ inputs: 1, hidden: 1, classes: 2 }),
  inputs,
  targets: targets ?? { y: classes(2) },
  predictInputs: Object.keys(inputs),
  prep,
  data: {
    format: 'jsonl',
    file: 'd.jsonl',
    seed: 1,
    ...(columns === undefined ? {} : { columns }),
    ...(split === undefined ? {} : { split }),
  },
});

const load = (spec: Spec, text: string, options: DatasetOptions = {}) =>
  loadDataset(model(spec), { kind: 'fields', fields: parseJsonl(text, 'd.jsonl') }, options);

const lines = (...rows: readonly unknown[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

describe('fields', () => {
  test.each<[string, Spec, string, Record<string, readonly number[]>]>([
    [
      'nested lists, as they are nested or flat',
      { inputs: { x: f32(2, 2) } },
      lines(
        {
          x: [
            [1, 2],
            [3, 4],
          ],
          y: 0,
        },
        { y: 1, x: [5, 6, 7, 8] },
      ),
      { x: [1, 2, 3, 4, 5, 6, 7, 8], y: [0, 1] },
    ],
    [
      'the single input takes the numbers that are left, in the order of the file',
      { inputs: { x: f32(3) } },
      lines({ b: 1, name: 'p', a: [2, 3], y: 1 }, { a: [5, 6], b: 4, y: 0, name: 'q' }),
      { x: [1, 2, 3, 4, 5, 6], y: [1, 0] },
    ],
    [
      'a list of fields keeps its order',
      { inputs: { x: f32(3) }, columns: { x: ['a', 'b'] } },
      lines({ b: 1, a: [2, 3], y: 1 }, { a: [5, 6], b: 4, y: 0 }),
      { x: [2, 3, 1, 5, 6, 4], y: [1, 0] },
    ],
    [
      'texts are classes in sorted order, truths as well',
      { inputs: { x: f32() }, targets: { y: classes(2), z: classes(2) } },
      lines({ x: 1, y: 'dog', z: true }, { x: 2, y: 'cat', z: false }),
      { x: [1, 2], y: [1, 0], z: [1, 0] },
    ],
    [
      'one class for each position',
      { inputs: { x: f32() }, targets: { y: classes(3, 2) } },
      `\ufeff${lines({ x: 1, y: ['N', 'V'] })}\r\n\r\n${lines({ x: 2, y: ['V', 'A'] })}\n`,
      { x: [1, 2], y: [1, 2, 2, 0] },
    ],
    [
      'onehot of several texts',
      { inputs: { x: f32(3) }, prep: [{ port: 'x', kind: 'onehot' }], columns: { x: ['c'] } },
      lines({ c: 'b', y: 0 }, { c: 'a', y: 1 }, { c: 'c', y: 1 }),
      { x: [0, 1, 0, 1, 0, 0, 0, 0, 1], y: [0, 1, 1] },
    ],
    [
      'a text becomes ids, and fills a mask',
      {
        inputs: { words: i32(3), mask: f32(3) },
        prep: [{ port: 'words', kind: 'tokens', count: 4, mask: 'mask' }],
      },
      lines({ text: 'a b a', y: 0 }, { text: 'b', y: 1 }, { text: 'c c d a', y: 1 }),
      { words: [2, 3, 2, 0, 0, 3, 1, 1, 2], mask: [1, 1, 1, 0, 0, 1, 1, 1, 1], y: [0, 1, 1] },
    ],
  ])('%s', (_, spec, text, expected) => {
    const { elements } = load(spec, text);
    expect(Object.fromEntries(Object.entries(elements).map(([name, all]) => [name, Array.from(all)]))).toEqual(
      expected,
    );
  });
  test('what is learned is learned from training rows', () => {
    const rows = Array.from({ length: 10 }, (_, i) => ({ text: `word${i}`, y: i % 2 }));
    const spec: Spec = {
      inputs: { words: i32(1) },
      prep: [{ port: 'words', kind: 'tokens', count: 20 }],
      split: [0.5, 0.5],
    };
    const data = load(spec, lines(...rows));
    const [fitted] = data.facts.prep;
    const own = Array.from(data.parts.training, (row) => `word${row}`).sort();
    expect(fitted).toMatchObject({ kind: 'tokens', words: own });
    for (const row of data.parts.validation) expect(data.elements['words']?.[row]).toBe(1);
    // What was learned is taken where the data is other data.
    const again = load(spec, lines(...rows.slice(0, 3), { text: own[0], y: 1 }), { facts: data.facts, whole: true });
    expect(again.elements['words']?.at(-1)).toBe(2);
  });
  test('are listed with what they feed', () => {
    expect(columnLines(parseJsonl(lines({ a: [1, 2], b: 'x' }), 'd.jsonl'), { x: ['a'] })).toEqual([
      'fields of d.jsonl:',
      '  x         ← a',
      '  (unused)    b',
    ]);
  });
});

const words: Spec = { inputs: { w: i32(4) }, prep: [{ port: 'w', kind: 'tokens', count: 9 }] };
const good = { x: [1, 2], y: 0 };
const pair: Spec = { inputs: { x: f32(2) } };

test.each<[string, Spec, string, string]>([
  ['nothing', pair, ' \n\n', 'NN4006 d.jsonl is empty'],
  ['no JSON', pair, `${lines(good)}\n\n{"x": [1,]}`, 'NN4008 d.jsonl:3: this line is not JSON: '],
  ['a value alone', pair, `${lines(good)}\n7`, 'NN4008 d.jsonl:2: this line is a number, not an object'],
  ['a list around all', pair, '[\n{"x":[1,2]}\n]', 'NN4008 d.jsonl:1: a list begins here, not an object'],
  [
    'a field that a row does not have',
    pair,
    lines(good, { y: 1 }),
    'NN4002 d.jsonl:2, field `x`: this row does not have it',
  ],
  ['null', pair, lines(good, { x: null, y: 1 }), 'NN4002 d.jsonl:2, field `x`: it is null'],
  ['null in a list', pair, lines(good, { x: [1, null], y: 1 }), 'NN4002 d.jsonl:2, field `x[1]`: null is not a number'],
  [
    'a text among numbers',
    pair,
    lines(good, { x: [1, 'n'], y: 1 }),
    'NN4002 d.jsonl:2, field `x[1]`: `n` is not a number',
  ],
  [
    'a number that is none',
    pair,
    `${lines(good)}\n{"x": [1, 1e999], "y": 1}`,
    'NN4002 d.jsonl:2, field `x[1]`: the value is not a finite number',
  ],
  [
    'an object in a field',
    pair,
    lines(good, { x: [1, {}], y: 1 }),
    'NN4002 d.jsonl:2, field `x[1]`: an object is not a number',
  ],
  [
    'another length',
    pair,
    lines(good, { x: [1, 2, 3], y: 1 }),
    'NN4002 d.jsonl:2, field `x`: it has 3 values, and 2 in the first row',
  ],
  [
    'uneven lists',
    { inputs: { x: f32(2, 2) } },
    lines(
      {
        x: [
          [1, 2],
          [3, 4],
        ],
        y: 0,
      },
      { x: [[1], [2, 3, 4]], y: 1 },
    ),
    'NN4002 d.jsonl:2, field `x`: the lists in it differ in their lengths',
  ],
  [
    'another nesting',
    { inputs: { x: f32(2, 3) } },
    lines({
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      y: 0,
    }),
    'NN4002 d.jsonl:1, field `x`: its lists are nested as [3, 2], and [2, 3] is wanted, or one list',
  ],
  [
    'another count than the shape',
    { inputs: { x: f32(5) } },
    lines(good),
    'NN4005 `x` has 5 numbers per example, but x has 2 [say which: x=[a, b], or change the shape of `x`]',
  ],
  [
    'a class that is too large',
    pair,
    lines(good, { ...good, y: 2 }),
    'NN4004 d.jsonl:2, field `y`: class 2 lies outside 0..1',
  ],
  [
    'a value outside its range',
    { inputs: { x: { ...f32(2), range: [0, 1] } } },
    lines(good),
    'NN4003 d.jsonl:1, field `x[1]`: 2 lies outside 0..1',
  ],
  [
    'texts where numbers are wanted',
    { inputs: { x: f32() } },
    lines({ x: 'so it goes', y: 0 }, { x: 'on and on', y: 0 }),
    'NN4002 d.jsonl, field `x` holds texts (`so it goes`, `on and on`), and `x` takes numbers',
  ],
  [
    'a name that is near',
    { ...pair, columns: { x: ['X'] } },
    lines(good),
    'NN4005 d.jsonl has no field `X` for `x` [did you mean `x`?]',
  ],
  [
    'two texts for one input',
    words,
    lines({ a: 'p', b: 'q', y: 0 }),
    'NN4005 `prep w tokens` reads one text of each row, but 2 fields serve it (a, b) [say which: w=FIELD; d.jsonl has a, b, y]',
  ],
  ['no text', words, lines({ a: 1, y: 0 }), 'NN4005 `prep w tokens` reads one text of each row, but 0 fields serve it'],
  [
    'an empty text',
    { ...words, columns: { w: ['a'] } },
    lines({ a: 'p', y: 0 }, { a: ' ', y: 0 }),
    'NN4002 d.jsonl:2, field `a`: the text is empty',
  ],
  [
    'a vocabulary that nobody gave',
    { inputs: { w: i32(4) }, prep: [{ port: 'w', kind: 'wordpiece', file: 'v.txt' }] },
    lines({ a: 'p', y: 0 }),
    'NN4001 v.txt was not given to `loadDataset`',
  ],
  [
    'lists without an end',
    { inputs: { x: f32(1) } },
    `{"x": ${'['.repeat(5000)}1${']'.repeat(5000)}, "y": 0}`,
    'NN4002 d.jsonl:1, field `x`: the lists in it differ in their lengths',
  ],
])('%s', (_, spec, text, message) => {
  expect(problem(() => load(spec, text))).toContain(message);
});

test('records have fields as the file has them', () => {
  const spec: Spec = {
    inputs: { x: f32(2, 2), z: f32(3), words: i32(2), mask: f32(2) },
    columns: { x: ['grid'], z: ['a', 'b'], words: ['text'] },
    prep: [{ port: 'words', kind: 'tokens', count: 5, mask: 'mask' }],
  };
  const row = {
    grid: [
      [1, 2],
      [3, 4],
    ],
    a: [5, 6],
    b: 7,
    text: 'so so',
    y: 1,
  };
  const { facts, raw } = load(spec, lines(row));
  const read = (record: RawRecord) => readRecords([record], spec.inputs, facts, () => 'here').ports;
  const { y: _, ...inputs } = raw.ports;
  expect(read(row)).toEqual(inputs);
  expect(read({ x: [1, 2, 3, 4], z: [5, 6, 7], words: 'so so' })).toEqual(inputs);
  expect(problem(() => read({ ...row, a: [5] }))).toContain('NN4005 here: `z` wants 3 values, and there are 2');
});
