/** The error function. */
import { unary } from './rules/elementwise.ts';

export const erfOp = unary({
  name: 'erf',
  doc: '2/√π · ∫₀ˣ e^(−t²) dt',
  elsewhere: { NumPy: 'scipy.special.erf', PyTorch: 'erf', Keras: 'ops.erf' },
  of: errorFunction,
  increasingFrom: -Infinity,
  vjp: ({ x, dy }, { mul, exp, neg, square }) => mul(dy, mul(2 / Math.sqrt(Math.PI), exp(neg(square(x))))),
  specials: [
    [0, 0],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [-2, -0.9953222650189527],
    [3.5, 0.9999992569016276],
    [Infinity, 1],
    [-Infinity, -1],
    [1e-20, 1.1283791670955126e-20],
    [NaN, NaN],
  ],
});

/** By the series with positive terms (Abramowitz and Stegun 7.1.6): nothing cancels, and 120 terms serve up to 6. */
function errorFunction(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n <= 120; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
