/** The angle whose sine is x. */
import { unary } from './rules/elementwise.ts';

export const asinOp = unary({
  name: 'asin',
  doc: 'The angle in [−π/2, π/2] whose sine is x; no number beyond ±1',
  elsewhere: { NumPy: 'arcsin, asin', PyTorch: 'asin, arcsin', Keras: 'ops.arcsin' },
  noun: 'arcsine',
  of: Math.asin,
  sampled: [-0.9, 0.9],
  vjp: ({ x, dy }, { div, mul, sub, add, sqrt }) => div(dy, sqrt(mul(sub(1, x), add(1, x)))),
  made: (x, { atan, div, add, sub, mul, sqrt }) => mul(2, atan(div(x, add(1, sqrt(mul(sub(1, x), add(1, x))))))),
  specials: [
    [0, 0],
    [1, Math.PI / 2],
    [-1, -Math.PI / 2],
    [1e-20, 1e-20],
    [1.5, NaN],
    [NaN, NaN],
  ],
});
