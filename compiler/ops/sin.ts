/** The sine. */
import { unary } from './rules/elementwise.ts';

export const sinOp = unary({
  name: 'sin',
  doc: 'sin x',
  noun: 'sine',
  of: Math.sin,
  vjp: ({ x, dy }, { mul, cos }) => mul(dy, cos(x)),
  specials: [
    [0, 0],
    [Infinity, NaN],
    [NaN, NaN],
  ],
});
