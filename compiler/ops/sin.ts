/** The sine. */
import { unary } from './rules/elementwise.ts';
import { anything, isInfinite } from './rules/range.ts';

export const sinOp = unary({
  name: 'sin',
  doc: 'sin x',
  elsewhere: { NumPy: 'sin', PyTorch: 'sin', Keras: 'ops.sin' },
  noun: 'sine',
  of: Math.sin,
  range: ({ ranges: [x = anything] }) => ({ low: -1, high: 1, nan: x.nan || isInfinite(x) }),
  vjp: ({ x, dy }, { mul, cos }) => mul(dy, cos(x)),
  specials: [
    [0, 0],
    [Infinity, NaN],
    [NaN, NaN],
  ],
});
