/** ln Σ eˣ over axes, without overflow; NaN where no x is above −∞. */
import type { Builder } from '../ir/builder.ts';
import type { Attrs, Value } from '../ir/types.ts';
import { defineOp } from './define.ts';
import { flagAttr } from './rules/attributes.ts';
import { droppedShape } from './rules/axes.ts';
import { callReduction } from './rules/call.ts';
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
  doc: 'The logarithm of the sum of the exponentials over the axes, without overflow on the way. The gradient is softmax; where all are −∞ there is no result (NaN)',
  elsewhere: {
    NumPy: 'scipy.special.logsumexp',
    PyTorch: 'logsumexp',
    Keras: 'ops.logsumexp',
    Also: 'reduce_logsumexp',
  },
  example: 'input x: f32[4, 3]\npredict logsumexp(x, axis=0)\n',
  infer: inferReduction,
  evaluate: (inputs, attrs) => [reduce(one(inputs), attrs, logSumExp)],
  /** The softmax, not as eˣ⁻ʸ: where all x share a large offset, y has lost the digits that it would need. */
  vjp: (context) =>
    reductionVjp(context, ({ x, dy }) => {
      const { mul, div } = formula(context.b);
      const { exponential, total } = partsOf(context.b, x, context.attrs);
      return mul(dy, div(exponential, total));
    }),
  lower: {
    as: 'decompose',
    to: (b, inputs, attrs) => {
      const { add, log } = formula(b);
      const x = one(inputs);
      const { greatest, total } = partsOf(b, x, attrs);
      const result = add(greatest, log(total));
      if (flagAttr(attrs, 'keepdims')) return [result];
      const { shape } = x.type;
      return [b.apply('reshape', [result], { shape: droppedShape(shape, checkedAxes(attrs, shape.length)) })];
    },
  },
  host: (node) => callReduction('logsumexp', node),
  elementwise: false,
  keepsOne: true,
  samples: reductionSamples,
  kinks: [],
  specials: [
    { inputs: [1000], result: 1000 },
    { inputs: [-1000], result: -1000 },
    { inputs: [Number.NaN], result: Number.NaN },
    { inputs: [Number.NEGATIVE_INFINITY], result: Number.NaN },
  ],
});

/** m, eˣ⁻ᵐ and its sum, with m the greatest x: every exponential is at most 1, and one of them is 1. */
function partsOf(b: Builder, x: Value, attrs: Attrs) {
  const { exp, sub } = formula(b);
  const kept = { axis: attrs['axis'] ?? 'all', keepdims: true };
  const greatest = b.apply('max', [x], kept);
  const exponential = exp(sub(x, greatest));
  return { greatest, exponential, total: b.apply('sum', [exponential], kept) };
}

function logSumExp(run: readonly number[]): number {
  const greatest = run.reduce((a, b) => Math.max(a, b), -Infinity);
  return greatest + Math.log(run.reduce((sum, x) => sum + Math.exp(x - greatest), 0));
}
