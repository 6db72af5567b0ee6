/** The sum over axes. */
import { defineOp } from './define.ts';
import { callReduction } from './rules/call.ts';
import { one } from './rules/operands.ts';
import {
  inferReduction,
  reduce,
  reductionAttrs,
  reductionSamples,
  reductionVjp,
  summedRange,
} from './rules/reduction.ts';

export const sumOp = defineOp({
  name: 'sum',
  whole: 'kept',
  inputs: ['x'],
  attrs: reductionAttrs,
  doc: 'The sum over the axes; each element gets the gradient of its sum',
  elsewhere: { NumPy: 'sum', PyTorch: 'sum', Keras: 'ops.sum', Also: 'reduce_sum' },
  example: 'input x: f32[4, 3]\npredict sum(x, axis=0, keepdims=true)\n',
  infer: inferReduction,
  evaluate: (inputs, attrs) => [reduce(one(inputs), attrs, (run) => run.reduce((sum, x) => sum + x, 0))],
  vjp: (context) => reductionVjp(context, ({ x, dy }) => context.b.apply('broadcast', [dy], { shape: x.type.shape })),
  lower: { as: 'kernel', call: (node) => callReduction('sum', node), row: 'rowSum' },
  elementwise: false,
  range: summedRange,
  keepsOne: true,
  formula: ([x = '']) => `Σ ${x}`,
  samples: reductionSamples,
  kinks: [],
  specials: [
    { inputs: [-0], result: 0 },
    { inputs: [Number.NaN], result: Number.NaN },
  ],
});
