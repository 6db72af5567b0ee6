/** The cosine. */
import { unary } from './rules/elementwise.ts';
import { anything, isInfinite } from './rules/range.ts';

export const cosOp = unary({
  name: 'cos',
  doc: 'cos x',
  elsewhere: { NumPy: 'cos', PyTorch: 'cos', Keras: 'ops.cos' },
  noun: 'cosine',
  of: Math.cos,
  range: ({ ranges: [x = anything] }) => ({ low: -1, high: 1, nan: x.nan || isInfinite(x) }),
  vjp: ({ x, dy }, { mul, neg, sin }) => mul(dy, neg(sin(x))),
  specials: [
    [0, 1],
    [-Infinity, NaN],
    [NaN, NaN],
  ],
});
