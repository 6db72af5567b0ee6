/** The angle whose cosine is x. */
import { unary } from './rules/elementwise.ts';

export const acosOp = unary({
  name: 'acos',
  doc: 'The angle in [0, π] whose cosine is x; no number beyond ±1',
  elsewhere: { NumPy: 'arccos, acos', PyTorch: 'acos, arccos', Keras: 'ops.arccos' },
  noun: 'arccosine',
  of: Math.acos,
  sampled: [-0.9, 0.9],
  vjp: ({ x, dy }, { div, neg, mul, sub, add, sqrt }) => neg(div(dy, sqrt(mul(sub(1, x), add(1, x))))),
  made: (x, { atan, div, add, sub, mul, sqrt }) => mul(2, atan(sqrt(div(sub(1, x), add(1, x))))),
  specials: [
    [1, 0],
    [0, Math.PI / 2],
    [-1, Math.PI],
    [-1.5, NaN],
    [NaN, NaN],
  ],
});
