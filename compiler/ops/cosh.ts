/** The hyperbolic cosine. */
import { unary } from './rules/elementwise.ts';
import { anything } from './rules/range.ts';

export const coshOp = unary({
  name: 'cosh',
  doc: 'cosh x',
  elsewhere: { NumPy: 'cosh', PyTorch: 'cosh', Keras: 'ops.cosh' },
  noun: 'hyperbolic cosine',
  of: Math.cosh,
  range: ({ ranges: [x = anything] }) => ({ low: 1, high: Infinity, nan: x.nan }),
  vjp: ({ x, dy }, { mul, sinh }) => mul(dy, sinh(x)),
  made: (x, { exp, neg, add, mul }) => mul(0.5, add(exp(x), exp(neg(x)))),
  specials: [
    [0, 1],
    [Infinity, Infinity],
    [-Infinity, Infinity],
    [NaN, NaN],
  ],
});
