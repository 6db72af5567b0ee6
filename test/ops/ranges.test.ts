/** What is said of where an op's results lie holds for its samples and at its special values. */
import { describe, expect, it } from 'vitest';
import { rangeOf, staysFinite } from '../../compiler/ir/ranges.ts';
import type { Range } from '../../compiler/ir/ranges.ts';
import type { Node, Value } from '../../compiler/ir/types.ts';
import { Builder } from '../../compiler/ir/builder.ts';
import { registry } from '../../compiler/ops/index.ts';
import { exactly } from '../../compiler/ops/rules/range.ts';
import { apply, cases, draw, evaluate, origin, seeded } from './sample-run.ts';

/** To rounding: the bounds are made by one formula, and the results by another. */
function inside({ low, high, nan }: Range, x: number): boolean {
  const slack = Number.isFinite(x) ? 1e-12 * Math.max(1, Math.abs(x)) : 0;
  return Number.isNaN(x) ? nan : low <= x + slack && x - slack <= high;
}

describe('results lie where the op says', () => {
  it.each(cases.filter(({ op }) => op.lower.as !== 'host'))('$title', ({ op, sample }) => {
    const { b, inputs, outputs } = apply(op, sample);
    const uniform = seeded(5);
    const given = sample.inputs.map((input) => draw(input, uniform));
    const known = new Map(
      inputs.map((value, i): [Value, Range] => {
        const { data } = given[i] ?? { data: new Float64Array() };
        return [value, { low: Math.min(...data), high: Math.max(...data), nan: false }];
      }),
    );
    const range = rangeOf(outputs[0] ?? missing(), makerIn(b), known);
    const [result] = evaluate(b, inputs, given, outputs);
    for (const x of result?.data ?? []) expect(inside(range, x), `${x} in ${show(range)}`).toBe(true);
  });

  const specials = [...registry.values()].flatMap((op) =>
    op.specials.map(({ inputs, result }) => ({ name: op.name, inputs, result })),
  );

  it.each(specials)('$name of $inputs is $result', ({ name, inputs, result }) => {
    const b = new Builder(origin);
    const values = inputs.map((): Value => ({ word: 'x', type: { dtype: 'f64', shape: [1] } }));
    const output = b.apply(name, values);
    const range = rangeOf(output, makerIn(b), new Map(values.map((value, i) => [value, exactly(inputs[i] ?? NaN)])));
    expect(inside(range, result), `${result} in ${show(range)}`).toBe(true);
  });
});

const makerIn =
  (b: Builder) =>
  (of: Value): Node | undefined =>
    b.nodes.find(({ outputs }) => outputs.includes(of));

const missing = (): never => {
  throw new Error('an op without a result');
};

const show = ({ low, high, nan }: Range): string => `[${low}, ${high}]${nan ? ' or NaN' : ''}`;

describe('what is proved', () => {
  const x: Value = { word: 'x', type: { dtype: 'f32', shape: ['B', 3] } };
  type Make = (b: Builder) => Value;
  const op =
    (name: string, ...of: readonly (number | Make)[]): Make =>
    (b) =>
      b.apply(
        name,
        of.map((each) => (typeof each === 'number' ? b.constant(each) : each(b))),
        name === 'sum' || name === 'mean' ? { axis: [1] } : {},
      );
  const given: Make = () => x;
  const noise: Make = (b) => b.apply('uniform', [], { shape: ['B', 3] });

  const proofs: readonly (readonly [string, Make, Range])[] = [
    ['an input may be anything', given, { low: -Infinity, high: Infinity, nan: true }],
    ['a comparison is 0 or 1, of NaN too', op('less', given, 0), { low: 0, high: 1, nan: false }],
    ['a sigmoid lies in 0..1', op('sigmoid', given), { low: 0, high: 1, nan: true }],
    ['1 − p', op('sub', 1, op('sigmoid', given)), { low: 0, high: 1, nan: true }],
    [
      'x − logsumexp x is at most 0',
      op('sub', given, (b) => b.apply('logsumexp', [x], { axis: [1], keepdims: true })),
      { low: -Infinity, high: 0, nan: true },
    ],
    ['a sum of three', op('sum', noise), { low: 0, high: 3, nan: false }],
    ['a mean of three', op('mean', noise), { low: 0, high: 1, nan: false }],
    ['0 · ∞', op('mul', noise, op('div', 1, noise)), { low: -Infinity, high: Infinity, nan: true }],
    ['squares overflow', op('square', op('mul', noise, 1e30)), { low: 0, high: Infinity, nan: false }],
    [
      'what overflowed stays so',
      op('mul', op('square', op('mul', noise, 1e30)), 1e-30),
      { low: 0, high: Infinity, nan: false },
    ],
    [
      'a denormal divisor may be 0',
      op('div', noise, op('mul', op('add', noise, 1), 1e-40)),
      { low: -Infinity, high: Infinity, nan: true },
    ],
    [
      'sums of both signs may meet at ∞',
      op('sum', op('mul', op('sub', noise, 0.5), 6e38)),
      { low: -Infinity, high: Infinity, nan: true },
    ],
  ];

  it.each(proofs)('%s', (_, make, range) => {
    const b = new Builder(origin);
    const value = make(b);
    const found = rangeOf(value, makerIn(b), new Map());
    expect(found).toEqual(range);
    expect(staysFinite(found)).toBe(!range.nan && Number.isFinite(range.low) && Number.isFinite(range.high));
  });
});
