/** `rows=counts`: a row that counts k is k rows, to every loss and metric of the library, in a step and over batches. */
import { describe, expect, it } from 'vitest';
import { modelOf } from '../check/elaboration.ts';
import { initialWeights, interpretBatches, interpretStep } from '../oracle/interpret.ts';
import type { Tensors } from '../oracle/interpret.ts';
import { randomBatch } from '../specs/random-batch.ts';
import { smallSpecs } from '../specs/small-specs.ts';

/** Losses over pairs of all examples: a row that counts twice is not a second row, which would be compared with the first. */
const ofPairs = /infonce|cross\(/;
/** r2 divides by a variance, which takes each row once. */
const unweighted = /^metric r2/;

const sortsOf = (text: string): readonly string[] => text.split(/[;\n]/).map((line) => line.trim());
const weigh = (lines: readonly string[], isWeighted: (line: string) => boolean): string =>
  [...lines.map((line) => (isWeighted(line) ? `${line} rows=counts` : line)), ''].join('\n');

interface Weighed {
  readonly name: string;
  readonly plain: string;
  readonly weighted: string;
}

/** Specs with losses by name, and the same with `rows`. */
const specs: readonly Weighed[] = smallSpecs.flatMap(({ name, text }) => {
  const lines = [
    'input counts: f32[] in 0..4',
    ...sortsOf(text).filter((line) => line !== '' && !unweighted.test(line)),
  ];
  const isLoss = (line: string): boolean => /^loss \w/.test(line);
  const isMetric = (line: string): boolean => /^metric /.test(line);
  if (
    !lines.some(isLoss) ||
    ofPairs.test(text) ||
    /batch_|batchnorm|dropout|noise|augment|accumulate|loss\s*=|rows=|[{}]/.test(text)
  )
    return [];
  return [{ name, plain: weigh(lines, () => false), weighted: weigh(lines, (line) => isLoss(line) || isMetric(line)) }];
});

/** Each row as often as it counts. */
function repeated(batch: Tensors, counts: readonly number[]): Tensors {
  return new Map(
    [...batch].map(([name, { shape, data }]) => {
      const width = data.length / counts.length;
      const rows = counts.flatMap((count, i) => Array.from({ length: count }, () => i));
      const all = rows.flatMap((row) => [...data.subarray(row * width, (row + 1) * width)]);
      return [name, { shape: [rows.length, ...shape.slice(1)], data: Float64Array.from(all) }];
    }),
  );
}

const counts = [2, 0, 1, 3, 1, 0, 2];

describe('a row that counts k is k rows', () => {
  it('to losses of many kinds', () => {
    const kinds = specs.flatMap(({ weighted }) => [...weighted.matchAll(/^(loss|metric) (\w+).*rows=counts/gm)]);
    expect(new Set(kinds.map(([, sort, kind]) => `${sort} ${kind}`)).size).toBeGreaterThan(25);
  });

  it.each(specs)('$name', ({ plain, weighted }) => {
    const [one, other] = [modelOf(plain), modelOf(weighted)];
    const drawn = randomBatch(other, counts.length, 3);
    const batch: Tensors = new Map(
      [...drawn].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]),
    );
    const given = new Map([...batch, ['counts', { shape: [counts.length], data: Float64Array.from(counts) }]]);
    const weights = initialWeights(other, 1);
    const all = repeated(batch, counts);

    const expected = interpretStep(one, { weights, batches: [all], updates: 9 });
    const found = interpretStep(other, { weights, batches: [given], updates: 9 });
    for (const [name, { data }] of expected) {
      if (name.startsWith('predict')) continue;
      [...data].forEach((x, i) => expect(found.get(name)?.data[i], name).toBeCloseTo(x, 9));
    }

    const parts = [repeated(given, [1, 1, 1, 0, 0, 0, 0]), repeated(given, [0, 0, 0, 1, 1, 1, 1])];
    const figures = interpretBatches(other, weights, parts);
    const plainFigures = interpretBatches(one, weights, [all]);
    for (const [name, x] of plainFigures) expect(figures.get(name), name).toBeCloseTo(x, 9);
  });
});
