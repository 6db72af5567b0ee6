/** The derivatives that pages show are expressions of the language, and what differences of the operation come to. */
import { expect, it } from 'vitest';
import { internalOps } from '../../compiler/language/language-functions.ts';
import { registry } from '../../compiler/ops/index.ts';
import { derivativeOf } from '../../compiler/reference/derivative.ts';
import { predicted } from '../grammar/model.ts';

const shown = [...registry.values()].flatMap((op) =>
  internalOps.has(op.name) || derivativeOf(op).length === 0 ? [] : [[op.name, op] as const],
);

it('is there for every operation on single elements that has one', () => {
  const smooth = [...registry.values()].filter(({ elementwise, vjp }) => elementwise && vjp !== 'none');
  expect(shown.length).toBeGreaterThan(30);
  expect(smooth.filter(({ name, internal }) => internal !== true && !shown.some(([known]) => known === name))).toEqual(
    smooth.filter(({ name }) => name === 'stop_gradient'),
  );
});

const points = [0.07, 0.21, 0.38, 0.55, 0.72, 0.93];
const h = 1e-5;

it.each(shown)('%s', (name, op) => {
  const ranges = op.inputs.map((_, i) => op.samples[0]?.inputs[i]?.range ?? [-2, 2]);
  // No two inputs alike, and none at a kink.
  const at = ranges.map(([low, high], i) => points.map((p, k) => low + (high - low) * (points[(k + 2 * i) % 6] ?? p)));
  const declared = op.inputs.map((input) => `input ${input}: f32[${points.length}]`).join('\n');
  const call = `${name}(${op.inputs.join(', ')})`;
  const results = (values: readonly (readonly number[])[]): Float64Array =>
    predicted(
      `${declared}\npredict ${call}`,
      Object.fromEntries(op.inputs.map((input, i) => [input, [values[i] ?? []]])),
    ).data;
  for (const line of derivativeOf(op)) {
    const [, input = '', expression = ''] = /^d(\w+) = (.*)$/.exec(line) ?? [];
    const which = op.inputs.indexOf(input);
    const moved = (by: number) => results(at.map((xs, i) => (i === which ? xs.map((x) => x + by) : xs)));
    const [above, below] = [moved(h), moved(-h)];
    const inputs = Object.fromEntries(op.inputs.map((each, i) => [each, [at[i] ?? []]]));
    const spec = `${declared}\ninput dy: f32[${points.length}]\ny = ${call}\npredict (${expression})`;
    const dy = points.map((_, k) => k - 2.5);
    const { data } = predicted(spec, { ...inputs, dy: [dy] });
    for (const [k, each] of dy.entries()) {
      expect(data[k], line).toBeCloseTo((each * ((above[k] ?? NaN) - (below[k] ?? NaN))) / (2 * h), 5);
    }
  }
});
