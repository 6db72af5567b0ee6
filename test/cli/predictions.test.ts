/** What `nnc predict` prints: names and numbers that read back to what was predicted. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, predictionsAsCsv, predictionsAsJson } from '../../compiler/cli/predictions.ts';
import type { Predictions } from '../../compiler/cli/predictions.ts';

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });

describe('a number', () => {
  it('has one form whatever its size, and reads back to the same float', () => {
    fc.assert(
      fc.property(float32, (value) => {
        const text = decimal(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Math.fround(Number(text))).toBe(value === 0 ? 0 : value);
      }),
    );
  });
  it.each([
    [1e-7, '0.0000001'],
    [Math.fround(4.20531e-7), '0.000000420531'],
    [Math.fround(0.1), '0.1'],
    [-2.5e-10, '-0.00000000025'],
    [3e38, '300000000000000000000000000000000000000'],
    [1.5e21, '1500000000000000000000'],
    [0, '0'],
    [12, '12'],
  ])('%d is %s', (value, text) => {
    expect(decimal(value)).toBe(text);
  });
});

const base = { rows: 2, at: Int32Array.of(7, 2), truth: {}, said: [], outputs: {} };
const p = { shape: [2, 2], data: Float32Array.of(1e-9, 0.25, 0.75, 0.5) };
const says = (by: 'scores' | 'class' | 'numbers', output: string, ...words: (string | number)[]) => [
  { target: 'y', output, by, of: (row: number) => [words[row] ?? ''] },
];

describe('rows', () => {
  it.each<[string, Partial<Predictions>, string]>([
    ['count from 1', { outputs: { p } }, 'row,p_0,p_1\n8,0.000000001,0.25\n3,0.75,0.5\n'],
    [
      'name the class, and the true one',
      { outputs: { p }, said: says('scores', 'p', 'a', 'b'), truth: { y: [['b'], [undefined]] } },
      'row,y,p_0,p_1,true_y\n8,a,0.000000001,0.25,b\n3,b,0.75,0.5,\n',
    ],
    [
      'keep scores under the name of the target apart',
      { outputs: { y: p }, said: says('scores', 'y', 'a', 'b') },
      'row,y,y_scores_0,y_scores_1\n8,a,0.000000001,0.25\n3,b,0.75,0.5\n',
    ],
    [
      'call a class by its name',
      { outputs: { y: { shape: [2], data: Int32Array.of(1, 0) } }, said: says('class', 'y', 'b', 'a') },
      'row,y\n8,b\n3,a\n',
    ],
    [
      'say a number once',
      { outputs: { p: { shape: [2, 1], data: Float32Array.of(1, 2) } }, said: says('numbers', 'p', 1, 2) },
      'row,p\n8,1\n3,2\n',
    ],
    [
      'quote what a reader would take apart',
      { outputs: {}, said: says('class', 'p', 'a, b', 'say "x"\n') },
      'row,y\n8,"a, b"\n3,"say ""x""\n"\n',
    ],
  ])('%s', (_, given, text) => {
    expect(predictionsAsCsv({ ...base, ...given })).toBe(text);
    const parsed: unknown = JSON.parse(predictionsAsJson({ ...base, ...given }));
    expect(parsed).toHaveLength(2);
    expect(parse(text)).toHaveLength(3);
  });

  it('are objects in JSON, in the nesting of their shapes', () => {
    const outputs = { p: { shape: [2, 1, 2], data: p.data }, q: { shape: [2], data: Float32Array.of(NaN, 1e-9) } };
    const text = predictionsAsJson({
      ...base,
      outputs,
      said: says('scores', 'p', 'a', 'b'),
      truth: { y: [['b'], [undefined]] },
    });
    expect(JSON.parse(text)).toEqual([
      { row: 8, y: 'a', p: [[1e-9, 0.25]], q: null, true_y: 'b' },
      { row: 3, y: 'b', p: [[0.75, 0.5]], q: 1e-9, true_y: null },
    ]);
  });
});
