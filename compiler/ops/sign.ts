/** The sign: −1, 0 or 1. */
import { unary } from './rules/elementwise.ts';

export const signOp = unary({
  name: 'sign',
  whole: 'made',
  doc: '−1, 0 or 1',
  elsewhere: { NumPy: 'sign', PyTorch: 'sign, sgn', Keras: 'ops.sign' },
  cheap: true,
  of: Math.sign,
  increasingFrom: -Infinity,
  vjp: 'none',
  specials: [
    [0, 0],
    [-1e-300, -1],
    [Infinity, 1],
    [NaN, NaN],
  ],
});
