/** The loss ctc against its definition: the probability of every way to spread labels along positions, added up. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluateGraph, noDraw } from '../../compiler/targets/reference/evaluate.ts';
import { modelOf } from '../check/elaboration.ts';
import { onlyStep } from '../only-step.ts';

const [steps, classes, most] = [4, 3, 2];

/** Labels of a row of classes: repeats are one, blanks none. */
const collapsed = (row: readonly number[], blank: number): readonly number[] =>
  row.filter((label, t) => label !== row[t - 1] && label !== blank);

/** Every row of so many classes. */
const rowsOf = (length: number): readonly (readonly number[])[] =>
  length === 0
    ? [[]]
    : rowsOf(length - 1).flatMap((row) => Array.from({ length: classes }, (_, label) => [...row, label]));

/** −log of the probability of the labels; 0 where they cannot fit. */
function cost(logits: readonly (readonly number[])[], labels: readonly number[], blank: number): number {
  const p = logits.map((row) => {
    const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
    return row.map((z) => Math.exp(z) / total);
  });
  const ways = rowsOf(logits.length).filter((row) => collapsed(row, blank).join() === labels.join());
  const sum = ways.reduce(
    (all, row) => all + row.reduce((product, label, t) => product * (p[t]?.[label] ?? NaN), 1),
    0,
  );
  return sum === 0 ? 0 : -Math.log(sum);
}

const example = fc.record({
  logits: fc.array(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: classes, maxLength: classes }), {
    minLength: steps,
    maxLength: steps,
  }),
  labels: fc.array(fc.integer({ min: 0, max: classes - 2 }), { maxLength: most }),
  mask: fc.array(fc.boolean(), { minLength: steps, maxLength: steps }),
});

it.each([0, 2])('is the mean of −log P, with blank %i', (blank) => {
  const model = modelOf(
    `input z: f32[${steps}, ${classes}]; input m: f32[${steps}]; target y: class[${classes}][${most}]\n` +
      `weight w: []; loss ctc (z + 0 * w) y m blank=${blank}; optim sgd`,
  );
  fc.assert(
    fc.property(fc.array(example, { minLength: 1, maxLength: 3 }), (examples) => {
      // Labels are those that are no blank.
      const labelled = examples.map(({ labels }) => labels.map((label) => (label >= blank ? label + 1 : label)));
      const tensor = (shape: readonly number[], numbers: readonly number[]) => ({
        shape: [examples.length, ...shape],
        data: Float64Array.from(numbers),
      });
      const inputs = new Map([
        [
          'input:z',
          tensor(
            [steps, classes],
            examples.flatMap(({ logits }) => logits.flat()),
          ),
        ],
        [
          'input:m',
          tensor(
            [steps],
            examples.flatMap(({ mask }) => mask.map(Number)),
          ),
        ],
        [
          'target:y',
          tensor(
            [most],
            labelled.flatMap((labels) => [...labels, -1, -1].slice(0, most)),
          ),
        ],
        ['parameter:w', { shape: [], data: Float64Array.of(0) }],
        ['host:B', { shape: [], data: Float64Array.of(examples.length) }],
      ]);
      const found = evaluateGraph(onlyStep(model).graph, { inputs, batch: examples.length, draw: noDraw }).get(
        'loss:loss',
      );
      const wanted = examples.map(({ logits, mask }, i) =>
        cost(
          logits.filter((_, t) => mask[t]),
          labelled[i] ?? [],
          blank,
        ),
      );
      const mean = wanted.reduce((sum, each) => sum + each, 0) / examples.length;
      expect(Math.abs((found?.data[0] ?? NaN) - mean)).toBeLessThan(1e-9);
    }),
    { numRuns: 200, seed: 9 },
  );
});
