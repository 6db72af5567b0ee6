/**
 * x − ln Σ eˣ along axes. It is as exact where all x share an offset as around 0, and where the greatest x has nearly
 * all of the probability: (x − m) − log1p(rest), with rest the exponentials of all but one greatest x.
 */
import type { Builder } from '../ir/builder.ts';
import type { Attrs, Value } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred, Tensor } from './define.ts';
import { axesOf } from './rules/axes.ts';
import { arithmetic } from './rules/dtypes.ts';
import { formula } from './rules/formula.ts';
import { element, offset, tabulate } from './rules/index-space.ts';
import { one } from './rules/operands.ts';
import { anything, isInfinite } from './rules/range.ts';
import { reduce } from './rules/reduction.ts';

export const log_softmaxOp = defineOp({
  name: 'log_softmax',
  inputs: ['x'],
  attrs: { axis: { type: 'axes', default: [-1] } },
  doc: 'The logarithm of softmax, x − logsumexp(x), along the axis. The gradient is dy − softmax(x)·Σdy',
  elsewhere: { NumPy: 'scipy.special.log_softmax', PyTorch: 'nn.LogSoftmax', Keras: 'activations.log_softmax' },
  example: 'input x: f32[4]\npredict log_softmax(x)\n',
  infer: (types, attrs): Inferred => {
    const { shape } = one(types);
    const dtype = arithmetic(types);
    if (typeof dtype === 'object') return dtype;
    const axes = axesOf(kept(attrs), shape.length);
    return 'misfit' in axes ? axes : [{ dtype, shape }];
  },
  evaluate: (inputs, attrs) => [logSoftmax(one(inputs), attrs)],
  /**
   * dy − p·Σdy. At the greatest, p = 1 − rest/(1 + rest), so that dy and Σdy, which are often equal there, cancel before
   * anything is rounded.
   */
  vjp: ({ b, inputs, dys, attrs }) => {
    const { add, div, mul, neg, sub, where } = formula(b);
    const dy = one(dys);
    if (dy === null) return [null];
    const { top, exponential, rest } = partsOf(b, one(inputs), attrs);
    const total = sumAlong(b, dy, attrs);
    const share = mul(div(total, add(1, rest)), where(top, neg(rest), exponential));
    return [sub(sub(dy, mul(top, total)), share)];
  },
  lower: {
    as: 'decompose',
    to: (b, inputs, attrs) => {
      const { log1p, sub } = formula(b);
      const { shifted, rest } = partsOf(b, one(inputs), attrs);
      return [sub(shifted, log1p(rest))];
    },
  },
  elementwise: false,
  range: ({ ranges: [x = anything] }) => ({ low: -Infinity, high: 0, nan: x.nan || isInfinite(x) }),
  samples: [
    { name: 'the last axis', inputs: [{ shape: ['B', 4] }] },
    { name: 'the first axis', inputs: [{ shape: [3, 4] }], attrs: { axis: [0] } },
    { name: 'two axes', inputs: [{ shape: ['B', 3, 4] }], attrs: { axis: [1, 2] } },
    { name: 'one element', inputs: [{ shape: [1] }] },
  ],
  kinks: [],
  specials: [
    { inputs: [1000], result: 0 },
    { inputs: [Number.NaN], result: Number.NaN },
    { inputs: [Number.NEGATIVE_INFINITY], result: Number.NaN },
  ],
});

/** Reductions along its axes, of which the last is meant where none is named. */
const kept = (attrs: Attrs): Attrs => ({ axis: attrs['axis'] ?? [-1], keepdims: true });

const sumAlong = (b: Builder, x: Value, attrs: Attrs, name?: string): Value => b.apply('sum', [x], kept(attrs), name);

/** x − m, where that is 0, eˣ⁻ᵐ, and Σ eˣ⁻ᵐ − 1 without ever adding the 1: of several greatest, all but one count. */
function partsOf(b: Builder, x: Value, attrs: Attrs) {
  const { exp, sub, where } = formula(b);
  const shifted = b.apply('sub', [x, b.apply('max', [x], kept(attrs))], {}, 'shifted');
  const top = b.apply('equal', [shifted, b.constant(0)], {}, 'is_top');
  const exponential = exp(shifted);
  const below = sumAlong(b, where(top, 0, exponential), attrs);
  const rest = b.apply('add', [below, sub(sumAlong(b, top, attrs), 1)], {}, 'sum_exp_others');
  return { shifted, top, exponential, rest };
}

function logSoftmax(x: Tensor, attrs: Attrs): Tensor {
  const greatest = reduce(x, kept(attrs), (run) => run.reduce((a, b) => Math.max(a, b), -Infinity));
  const rest = reduce(x, kept(attrs), restOf);
  return tabulate(x.shape, (index, flat) => {
    const at = offset(greatest.shape, index);
    return element(x, flat) - element(greatest, at) - Math.log1p(element(rest, at));
  });
}

/** Σ eˣ⁻ᵐ over all but the first greatest. */
function restOf(run: readonly number[]): number {
  const first = run.reduce((best, x, i) => (x > (run[best] ?? NaN) ? i : best), 0);
  return run.reduce((sum, x, i) => (i === first ? sum : sum + Math.exp(x - (run[first] ?? NaN))), 0);
}
