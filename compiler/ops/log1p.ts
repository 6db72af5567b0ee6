/** ln(1 + x), exact for small x. */
import { unary } from './rules/elementwise.ts';

export const log1pOp = unary({
  name: 'log1p',
  doc: 'ln(1 + x), exact near 0 too',
  elsewhere: { NumPy: 'log1p', PyTorch: 'log1p', Keras: 'ops.log1p' },
  of: Math.log1p,
  increasingFrom: -1,
  vjp: ({ x, dy }, { div, add }) => div(dy, add(1, x)),
  sampled: [-0.8, 4],
  specials: [
    [0, 0],
    [1e-20, 1e-20],
    [-1, -Infinity],
    [-2, NaN],
    [Infinity, Infinity],
  ],
});
