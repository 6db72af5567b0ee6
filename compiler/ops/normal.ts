/** Standard normal random numbers. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { flagAttr, shapeAttr } from './rules/attributes.ts';
import { callDraw, deviceRandomAttrs, drawn, hostDraw } from './rules/random.ts';

export const normalOp = defineOp({
  name: 'normal',
  inputs: [],
  attrs: deviceRandomAttrs,
  doc: 'Standard normal random numbers: of a shape, shared by all examples, or with `like=x` of the shape of x, for each example if x is',
  forms: ['normal(shape)', 'normal(like=x)'],
  elsewhere: {
    NumPy: 'random.standard_normal',
    PyTorch: 'randn',
    Keras: 'random.normal',
    Also: 'gaussian, randn_like',
  },
  example: 'input x: f32[4]\npredict (x + 0.1 * normal(like=x))\n',
  infer: (_, attrs): Inferred => [{ dtype: flagAttr(attrs, 'host') ? 'f64' : 'f32', shape: shapeAttr(attrs, 'shape') }],
  evaluate: drawn('normal'),
  vjp: () => [],
  lower: { as: 'kernel', call: (node) => callDraw('normal', node) },
  host: (node) => hostDraw('normal', node),
  elementwise: false,
  samples: [
    { inputs: [], attrs: { stream: 'dropout.uniform', shape: ['B', 4] } },
    { name: 'on the host', inputs: [], attrs: { shape: [3, 5], host: true } },
  ],
  kinks: [],
  specials: [],
});
