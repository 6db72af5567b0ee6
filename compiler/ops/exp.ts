/** The exponential function. */
import { unary } from './rules/elementwise.ts';

export const expOp = unary({
  name: 'exp',
  doc: 'eˣ',
  elsewhere: { NumPy: 'exp', PyTorch: 'exp', Keras: 'ops.exp' },
  noun: 'exponential',
  of: Math.exp,
  increasingFrom: -Infinity,
  vjp: ({ y, dy }, { mul }) => mul(dy, y),
  specials: [
    [0, 1],
    [-Infinity, 0],
    [Infinity, Infinity],
    [1000, Infinity],
    [-1000, 0],
    [NaN, NaN],
  ],
});
