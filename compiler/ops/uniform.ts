/** Uniform random numbers in [0, 1). */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { flagAttr, shapeAttr } from './rules/attributes.ts';
import { callDraw, deviceRandomAttrs, drawn, hostDraw } from './rules/random.ts';
import { bit } from './rules/range.ts';

export const uniformOp = defineOp({
  name: 'uniform',
  inputs: [],
  attrs: deviceRandomAttrs,
  doc: 'Uniform random numbers in [0, 1): of a shape, shared by all examples, or with `like=x` of the shape of x, for each example if x is',
  forms: ['uniform(shape)', 'uniform(like=x)'],
  elsewhere: { NumPy: 'random.random', PyTorch: 'rand', Keras: 'random.uniform', Also: 'rand_like' },
  example: 'input x: f32[4]\npredict (x + 0.1 * uniform(like=x))\n',
  infer: (_, attrs): Inferred => [{ dtype: flagAttr(attrs, 'host') ? 'f64' : 'f32', shape: shapeAttr(attrs, 'shape') }],
  evaluate: drawn('uniform'),
  vjp: () => [],
  lower: { as: 'kernel', call: (node) => callDraw('uniform', node) },
  host: (node) => hostDraw('uniform', node),
  elementwise: false,
  range: () => bit,
  samples: [
    { inputs: [], attrs: { stream: 'dropout.uniform', shape: ['B', 4] } },
    { name: 'on the host', inputs: [], attrs: { shape: [3, 5], host: true } },
  ],
  kinks: [],
  specials: [],
});
