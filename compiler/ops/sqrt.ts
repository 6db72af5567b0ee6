/** The square root. */
import { unary } from './rules/elementwise.ts';

export const sqrtOp = unary({
  name: 'sqrt',
  doc: '√x; no number below 0, and at 0 the slope is infinite',
  elsewhere: { NumPy: 'sqrt', PyTorch: 'sqrt', Keras: 'ops.sqrt' },
  noun: 'root',
  of: Math.sqrt,
  increasingFrom: 0,
  vjp: ({ y, dy }, { div, mul }) => div(dy, mul(2, y)),
  sampled: [0.1, 4],
  kinks: [{ at: [0], gradients: [Infinity], why: 'the tangent is vertical; norm is the op that is 0 there' }],
  specials: [
    [0, 0],
    [-1, NaN],
    [Infinity, Infinity],
    [1e-300, 1e-150],
  ],
});
