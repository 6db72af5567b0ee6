/** The mean over axes of one example. The mean over the batch divides by a number of the run: it is not this op. */
import { InternalError } from '../diagnostics/types.ts';
import type { Attrs, Shape } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
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
  summedRange,
} from './rules/reduction.ts';
import { anything, single } from './rules/range.ts';

export const meanOp = defineOp({
  name: 'mean',
  inputs: ['x'],
  attrs: reductionAttrs,
  doc: 'The mean over the axes; each element gets the gradient of its mean, divided by their number',
  elsewhere: { NumPy: 'mean', PyTorch: 'mean', Keras: 'ops.mean', Also: 'reduce_mean, average' },
  example: 'input x: f32[4, 3]\npredict mean(x, axis=0, keepdims=true)\n',
  infer: (types, attrs): Inferred => {
    const inferred = inferReduction(types, attrs);
    if ('misfit' in inferred) return inferred;
    const { shape } = one(types);
    if (!checkedAxes(attrs, shape.length).some((axis) => shape[axis] === 'B')) return inferred;
    return { misfit: 'attr', attr: 'axis', why: 'the size of the batch axis is not known before the run' };
  },
  evaluate: (inputs, attrs) => [reduce(one(inputs), attrs, (run) => run.reduce((sum, x) => sum + x, 0) / run.length)],
  vjp: (context) =>
    reductionVjp(context, ({ x, dy }) => {
      const n = count(x.type.shape, context.attrs);
      return context.b.apply('broadcast', [formula(context.b).div(dy, n)], { shape: x.type.shape });
    }),
  lower: {
    as: 'decompose',
    to: (b, inputs, attrs) => {
      const x = one(inputs);
      return [formula(b).div(b.apply('sum', [x], attrs), count(x.type.shape, attrs))];
    },
  },
  host: (node) => callReduction('mean', node),
  elementwise: false,
  range: (at) => {
    const { low, high, nan } = single(summedRange(at));
    const [x = anything] = at.ranges;
    return { low: low === -Infinity ? low : x.low, high: high === Infinity ? high : x.high, nan };
  },
  keepsOne: true,
  samples: reductionSamples,
  kinks: [],
  specials: [{ inputs: [Number.POSITIVE_INFINITY], result: Number.POSITIVE_INFINITY }],
});

/** How many elements each mean is of. */
function count(shape: Shape, attrs: Attrs): number {
  return checkedAxes(attrs, shape.length).reduce((product, axis) => {
    const size = shape[axis];
    if (typeof size !== 'number') throw new InternalError('mean: the size of the batch axis is not a constant');
    return product * size;
  }, 1);
}
