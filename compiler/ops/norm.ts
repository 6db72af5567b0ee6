/** The Euclidean norm over axes. Its derivative at 0 is 0, a subgradient, where √ alone would give 0/0. */
import { defineOp } from './define.ts';
import { callReduction } from './rules/call.ts';
import { formula } from './rules/formula.ts';
import { one } from './rules/operands.ts';
import { inferReduction, reduce, reductionAttrs, reductionSamples, reductionVjp } from './rules/reduction.ts';

export const normOp = defineOp({
  name: 'norm',
  inputs: ['x'],
  attrs: reductionAttrs,
  doc: 'The Euclidean norm √Σx² over the axes; the gradient is x over the norm, and 0 where that is 0',
  elsewhere: { NumPy: 'linalg.norm', PyTorch: 'linalg.vector_norm', Keras: 'ops.norm', Also: 'l2_norm, vector_norm' },
  example: 'input x: f32[4, 3]\npredict norm(x, axis=-1)\n',
  infer: inferReduction,
  evaluate: (inputs, attrs) => [reduce(one(inputs), attrs, (run) => Math.sqrt(run.reduce((sum, x) => sum + x * x, 0)))],
  vjp: (context) =>
    reductionVjp(context, ({ x, y, dy }) => {
      const { mul, where, greater, div } = formula(context.b);
      return mul(x, where(greater(y, 0), div(dy, y), 0));
    }),
  lower: {
    as: 'decompose',
    to: (b, inputs, attrs) => {
      const { sqrt, square } = formula(b);
      return [sqrt(b.apply('sum', [square(one(inputs))], attrs))];
    },
  },
  host: (node) => callReduction('norm', node),
  elementwise: false,
  samples: reductionSamples,
  kinks: [{ at: [0], gradients: [0], why: 'norm′(0) = 0' }],
  specials: [
    { inputs: [-3], result: 3 },
    { inputs: [Number.NEGATIVE_INFINITY], result: Number.POSITIVE_INFINITY },
  ],
});
