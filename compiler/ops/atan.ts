/** The angle whose tangent is x. */
import { unary } from './rules/elementwise.ts';

export const atanOp = unary({
  name: 'atan',
  doc: 'The angle in [−π/2, π/2] whose tangent is x',
  elsewhere: { NumPy: 'arctan, atan', PyTorch: 'atan, arctan', Keras: 'ops.arctan' },
  noun: 'arctangent',
  of: Math.atan,
  increasingFrom: -Infinity,
  vjp: ({ x, dy }, { div, add, square }) => div(dy, add(1, square(x))),
  specials: [
    [0, 0],
    [1, Math.PI / 4],
    [1e-20, 1e-20],
    [Infinity, Math.PI / 2],
    [-Infinity, -Math.PI / 2],
    [NaN, NaN],
  ],
});
