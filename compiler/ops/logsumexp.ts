/** ln Σ eˣ over axes, without overflow; NaN where no x is above −∞. */
import { defineOp } from './define.ts';
import { keep } from './rules/axes.ts';
import { formula } from './rules/formula.ts';
import { one } from './rules/operands.ts';
import {
  checkedAxes,
  inferReduction,
  reduce,
  reductionAttrs,
  reductionSamples,
  reductionVjp,
} from './rules/reduction.ts';

export const logsumexpOp = defineOp({
  name: 'logsumexp',
  inputs: ['x'],
  attrs: reductionAttrs,
  doc: 'the logarithm of the sum of the exponentials over the axes',
  infer: inferReduction,
  evaluate: (inputs, attrs) => [reduce(one(inputs), attrs, logSumExp)],
  /** The softmax: eˣ⁻ʸ. */
  vjp: (context) =>
    reductionVjp(context, ({ x, y, dy }) => {
      const { mul, exp, sub } = formula(context.b);
      return mul(dy, exp(sub(x, y)));
    }),
  lower: {
    as: 'decompose',
    /** m + ln Σ eˣ⁻ᵐ with m the greatest x: every exponential is at most 1, and one of them is 1. */
    to: (b, inputs, attrs) => {
      const { add, exp, log, sub } = formula(b);
      const x = one(inputs);
      const greatest = b.apply('max', [x], attrs);
      const shifted = sub(x, keep(b, greatest, x.type.shape, checkedAxes(attrs, x.type.shape.length)));
      return [add(greatest, log(b.apply('sum', [exp(shifted)], attrs)))];
    },
  },
  elementwise: false,
  samples: reductionSamples,
  kinks: [],
  specials: [
    { inputs: [1000], result: 1000 },
    { inputs: [-1000], result: -1000 },
    { inputs: [Number.NaN], result: Number.NaN },
    { inputs: [Number.NEGATIVE_INFINITY], result: Number.NaN },
  ],
});

function logSumExp(run: readonly number[]): number {
  const greatest = run.reduce((a, b) => Math.max(a, b), -Infinity);
  return greatest + Math.log(run.reduce((sum, x) => sum + Math.exp(x - greatest), 0));
}
