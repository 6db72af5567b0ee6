/** The hyperbolic tangent. */
import { unary } from './rules/elementwise.ts';

export const tanhOp = unary({
  name: 'tanh',
  doc: 'tanh x',
  elsewhere: { NumPy: 'tanh', PyTorch: 'nn.Tanh', Keras: 'activations.tanh' },
  of: Math.tanh,
  increasingFrom: -Infinity,
  vjp: ({ y, dy }, { mul, sub, square }) => mul(dy, sub(1, square(y))),
  specials: [
    [0, 0],
    [-1000, -1],
    [Infinity, 1],
    [1e-20, 1e-20],
    [NaN, NaN],
  ],
});
