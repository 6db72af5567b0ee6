/** The inverse of tanh. */
import { unary } from './rules/elementwise.ts';

export const atanhOp = unary({
  name: 'atanh',
  doc: 'The inverse of tanh; no number beyond ±1',
  elsewhere: { NumPy: 'arctanh, atanh', PyTorch: 'atanh, arctanh', Keras: 'ops.arctanh' },
  noun: 'inverse hyperbolic tangent',
  of: Math.atanh,
  sampled: [-0.9, 0.9],
  vjp: ({ x, dy }, { add, div, mul, sub }) => div(dy, mul(sub(1, x), add(1, x))),
  made: (x, { abs, div, log1p, mul, sign, sub }) => {
    const a = abs(x);
    return mul(mul(0.5, sign(x)), log1p(div(mul(2, a), sub(1, a))));
  },
  specials: [
    [0, 0],
    [1e-20, 1e-20],
    [1, Infinity],
    [-1, -Infinity],
    [2, NaN],
    [NaN, NaN],
  ],
});
