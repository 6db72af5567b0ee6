/** max and min over axes: equals share the gradient. */
import { defineOp } from '../define.ts';
import type { Documented, Lowering, Op } from '../define.ts';
import { formula } from './formula.ts';
import { one } from './operands.ts';
import { ofInputs } from './range.ts';
import { inferReduction, reduce, reductionAttrs, reductionSamples, reductionVjp } from './reduction.ts';

export function extremum(name: string, page: Documented, of: (run: readonly number[]) => number, lower: Lowering): Op {
  return defineOp({
    name,
    inputs: ['x'],
    attrs: reductionAttrs,
    ...page,
    infer: inferReduction,
    evaluate: (inputs, attrs) => [reduce(one(inputs), attrs, of)],
    vjp: (context) =>
      reductionVjp(context, ({ x, y, dy, axes }) => {
        const { mul, div, equal } = formula(context.b);
        const reached = equal(x, y);
        const count = context.b.apply('sum', [reached], { axis: axes, keepdims: true });
        return mul(reached, div(dy, count));
      }),
    lower,
    elementwise: false,
    range: ofInputs,
    keepsOne: true,
    samples: reductionSamples,
    kinks: [],
    specials: [
      { inputs: [Number.NaN], result: Number.NaN },
      { inputs: [Number.NEGATIVE_INFINITY], result: Number.NEGATIVE_INFINITY },
    ],
  });
}
