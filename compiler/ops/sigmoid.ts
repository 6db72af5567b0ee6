/** The logistic function. */
import { unary } from './rules/elementwise.ts';

export const sigmoidOp = unary({
  name: 'sigmoid',
  doc: '1/(1 + e⁻ˣ)',
  elsewhere: {
    NumPy: 'scipy.special.expit',
    PyTorch: 'nn.Sigmoid',
    Keras: 'activations.sigmoid',
    Also: 'expit, logistic',
  },
  of: logistic,
  increasingFrom: -Infinity,
  vjp: ({ y, dy }, { mul, sub }) => mul(dy, mul(y, sub(1, y))),
  specials: [
    [0, 0.5],
    [-Infinity, 0],
    [Infinity, 1],
    [-800, 0],
    [800, 1],
    [-100, 3.720075976020836e-44],
    [NaN, NaN],
  ],
});

/** Of the two forms the one whose exponential cannot overflow. */
function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}
