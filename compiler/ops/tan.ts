/** The tangent. */
import { unary } from './rules/elementwise.ts';

export const tanOp = unary({
  name: 'tan',
  doc: 'tan x',
  elsewhere: { NumPy: 'tan', PyTorch: 'tan', Keras: 'ops.tan' },
  noun: 'tangent',
  of: Math.tan,
  sampled: [-1.2, 1.2],
  vjp: ({ y, dy }, { mul, add, square }) => mul(dy, add(1, square(y))),
  made: (x, { div, sin, cos }) => div(sin(x), cos(x)),
  specials: [
    [0, 0],
    [Infinity, NaN],
    [NaN, NaN],
  ],
});
