/** The quotient. */
import { binary } from './rules/elementwise.ts';
import { anything, quotientOf } from './rules/range.ts';

export const divOp = binary({
  name: 'div',
  doc: 'a / b; over 0 it is ±∞, and 0/0 is no number',
  elsewhere: { NumPy: 'divide, true_divide', PyTorch: 'div, divide, true_divide', Keras: 'ops.divide' },
  noun: 'quotient',
  of: (a, b) => a / b,
  range: ({ ranges: [a = anything, b = anything] }) => quotientOf(a, b),
  vjp: ({ b, y, dy }, { div, mul, neg }) => [div(dy, b), neg(div(mul(dy, y), b))],
  sampled: [
    [-2, 2],
    [0.5, 3],
  ],
  specials: [
    [1, 0, Infinity],
    [1, -0, -Infinity],
    [0, 0, NaN],
    [1, Infinity, 0],
  ],
});
