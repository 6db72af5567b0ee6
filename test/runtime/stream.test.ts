/** A text as a stream of characters: windows, the characters that follow, and what is learned of the training part. */
import { describe, expect, test } from 'vitest';
import { loadDataset } from '../../runtime/data/dataset.ts';
import type { DatasetOptions } from '../../runtime/data/dataset.ts';
import { applyPrep } from '../../runtime/data/prep.ts';
import { readRecords } from '../../runtime/data/records.ts';
import { streamFields } from '../../runtime/data/texts/stream.ts';
import type { ModelDefinition } from '../../runtime/index.ts';
import { classifier } from './models.ts';
import { problem } from './problem.ts';

const modelOf = (length: number, classes: number, split?: readonly number[]): ModelDefinition => ({
  ...classifier({ inputs: 1, hidden: 1, classes }),
  inputs: { chars: { shape: [length], dtype: 'int32', below: classes } },
  targets: { next: { shape: [length], dtype: 'int32', classes } },
  predictInputs: ['chars'],
  prep: [{ port: 'chars', kind: 'chars' }],
  data: { format: 'text', file: 'b.txt', seed: 1, ...(split === undefined ? {} : { split }) },
});

function load(text: string, length: number, classes: number, split?: readonly number[], options: DatasetOptions = {}) {
  const fields = streamFields(text, 'b.txt', length, true);
  return loadDataset(modelOf(length, classes, split), { kind: 'fields', fields }, options);
}

describe('windows', () => {
  test.each<[string, string, number, number]>([
    ['one after another', 'abcabdabeab', 3, 5],
    ['with what is left over', 'the end of the story', 4, 10],
    ['of code points in their composed form', 'e\u0301tude 🙂 e\u0301te\u0301 🙂', 5, 9],
    ['of one character', 'aab', 1, 2],
  ])('%s', (_, text, length, classes) => {
    const { elements, rows, raw } = load(text, length, classes);
    const all = Array.from(text.normalize('NFC'));
    const sorted = [...new Set(all.slice(0, rows * length + 1))].sort(
      (a, b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0),
    );
    const ids = all.map((each) => sorted.indexOf(each));
    expect(rows).toBe(Math.floor((all.length - 1) / length));
    expect(Array.from(elements['chars'] ?? [])).toEqual(ids.slice(0, rows * length));
    expect(Array.from(elements['next'] ?? [])).toEqual(ids.slice(1, rows * length + 1));
    expect(raw.place(rows - 1)).toBe(`b.txt:character ${(rows - 1) * length + 1}`);
  });
  test('are split by their place, and what is learned is of the first part', () => {
    const data = load(' ab ab ab ab ac', 2, 4, [0.7, 0.3]);
    expect(Array.from(data.parts.training)).toEqual([0, 1, 2, 3, 4]);
    expect(Array.from(data.parts.validation)).toEqual([5, 6]);
    expect(data.facts.prep).toEqual([
      { port: 'chars', kind: 'stream', characters: [' ', 'a', 'b'] },
      { port: 'next', kind: 'classes', labels: [' ', 'a', 'b'], leavesOut: true },
    ]);
    // The last one is unknown: no class, and no window begins with it.
    expect(Array.from(data.elements['next']?.subarray(-2) ?? [])).toEqual([1, -1]);
  });
  test('what is unknown is a space where it comes in, and is told', () => {
    const { facts } = load(' ab ab ab', 2, 3);
    const other = load('aéb a?ab', 3, 3, undefined, { facts, whole: true });
    expect(Array.from(other.elements['chars'] ?? [])).toEqual([1, 0, 2, 0, 1, 0]);
    expect(Array.from(other.elements['next'] ?? [])).toEqual([-1, 2, 0, 1, -1, 1]);
    expect(other.warnings[0]).toBe(
      'b.txt:character 1, column `text`: `é` is in no training row, and is read as a space (as do 1 more)',
    );
  });
  test('records are their last characters, with spaces in front of fewer', () => {
    const { facts } = load(' ab ab ab', 3, 3);
    const { inputs } = modelOf(3, 3);
    const records = [{ chars: 'b' }, { text: 'a b ab' }, { chars: '' }];
    const ids = (which: readonly (typeof records)[number][]): readonly number[] => {
      const raw = readRecords(which, inputs, facts, (row) => `records[${row}]`);
      return Array.from(applyPrep(facts.prep, raw, inputs).elements['chars'] ?? []);
    };
    expect(ids(records.slice(0, 2))).toEqual([0, 0, 2, 0, 1, 2]);
    expect(problem(() => ids(records.slice(2)))).toContain('NN4002 records[0]');
  });
});

test.each<[string, () => unknown, string]>([
  ['nothing', () => load('\ufeff', 3, 3), 'NN4006 b.txt is empty'],
  ['too little', () => load('abc', 3, 3), 'NN4006 b.txt has 3 characters, and a row takes 4'],
  [
    'more characters than rows of the table',
    () => load('abcdef', 2, 3),
    'NN4007 the training rows have 5 different characters, and `chars` has ids for 3 [write: layer embedding 5 …]',
  ],
  [
    'more characters than classes',
    () => {
      const model = modelOf(2, 3);
      const chars = { shape: [2], dtype: 'int32' } as const;
      const fields = streamFields('abcdef', 'b.txt', 2, true);
      return loadDataset({ ...model, inputs: { chars } }, { kind: 'fields', fields });
    },
    'NN4007 the training rows have 5 different characters, and `next` has ids for 3 [write: target next: class[5][2]]',
  ],
])('%s is told', (_, act, message) => {
  expect(problem(act)).toContain(message);
});
