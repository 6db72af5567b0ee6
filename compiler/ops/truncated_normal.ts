/** Standard normal random numbers that are drawn again while they are beyond two. Only on the host. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { shapeAttr } from './rules/attributes.ts';
import { drawn, hostDraw, randomAttrs } from './rules/random.ts';

export const truncated_normalOp = defineOp({
  name: 'truncated_normal',
  inputs: [],
  attrs: randomAttrs,
  doc: 'Standard normal random numbers, none beyond ±2 (initial values only)',
  elsewhere: { NumPy: 'none', PyTorch: 'init.trunc_normal_', Keras: 'random.truncated_normal' },
  example: 'input x: f32[4]\nweight w: [4] init=(0.1 * truncated_normal([4]))\npredict (x * w)\n',
  infer: (_, attrs): Inferred => [{ dtype: 'f64', shape: shapeAttr(attrs, 'shape') }],
  evaluate: drawn('truncated_normal'),
  vjp: () => [],
  lower: { as: 'host' },
  host: (node) => hostDraw('truncated_normal', node),
  elementwise: false,
  range: () => ({ low: -2, high: 2, nan: false }),
  samples: [{ inputs: [], attrs: { shape: [3, 5] } }],
  kinks: [],
  specials: [],
});
