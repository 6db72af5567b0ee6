/** The inverse of cosh, not negative. x² is not calculated, which could overflow. */
import { unary } from './rules/elementwise.ts';

export const acoshOp = unary({
  name: 'acosh',
  doc: 'The inverse of cosh, not negative; no number below 1',
  elsewhere: { NumPy: 'arccosh, acosh', PyTorch: 'acosh, arccosh', Keras: 'ops.arccosh' },
  noun: 'inverse hyperbolic cosine',
  of: Math.acosh,
  increasingFrom: 1,
  sampled: [1.2, 3],
  vjp: ({ x, dy }, { add, div, mul, sqrt, sub }) => div(dy, mul(sqrt(sub(x, 1)), sqrt(add(x, 1)))),
  made: (x, { add, log1p, mul, sqrt, sub }) => {
    const t = sub(x, 1);
    return log1p(add(t, mul(sqrt(t), sqrt(add(x, 1)))));
  },
  specials: [
    [1, 0],
    [Infinity, Infinity],
    [0.5, NaN],
    [NaN, NaN],
  ],
});
