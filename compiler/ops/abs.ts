/** The absolute value. */
import { unary } from './rules/elementwise.ts';
import { anything, magnitudeOf } from './rules/range.ts';

export const absOp = unary({
  name: 'abs',
  whole: 'kept',
  doc: '|x|, whose gradient at 0 is 0',
  elsewhere: { NumPy: 'abs, absolute, fabs', PyTorch: 'abs, absolute', Keras: 'ops.abs' },
  cheap: true,
  of: Math.abs,
  range: ({ ranges: [x = anything] }) => magnitudeOf(x),
  vjp: ({ x, dy }, { mul, sign }) => mul(dy, sign(x)),
  kinks: [{ at: [0], gradients: [0], why: 'the middle of −1 and 1' }],
  specials: [
    [-0, 0],
    [-Infinity, Infinity],
    [NaN, NaN],
    [-1e-300, 1e-300],
  ],
});
