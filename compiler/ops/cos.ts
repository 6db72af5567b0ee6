/** The cosine. */
import { unary } from './rules/elementwise.ts';

export const cosOp = unary({
  name: 'cos',
  doc: 'cos x',
  noun: 'cosine',
  of: Math.cos,
  vjp: ({ x, dy }, { mul, neg, sin }) => mul(dy, neg(sin(x))),
  specials: [
    [0, 1],
    [-Infinity, NaN],
    [NaN, NaN],
  ],
});
