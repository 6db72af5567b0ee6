/** eˣ − 1, exact for small x. */
import { unary } from './rules/elementwise.ts';

export const expm1Op = unary({
  name: 'expm1',
  doc: 'eˣ − 1, exact near 0 too',
  elsewhere: { NumPy: 'expm1', PyTorch: 'expm1', Keras: 'ops.expm1' },
  of: Math.expm1,
  increasingFrom: -Infinity,
  vjp: ({ y, dy }, { mul, add }) => mul(dy, add(y, 1)),
  specials: [
    [0, 0],
    [1e-20, 1e-20],
    [-Infinity, -1],
    [Infinity, Infinity],
    [NaN, NaN],
  ],
});
