/** The smooth positive part. */
import { unary } from './rules/elementwise.ts';

export const softplusOp = unary({
  name: 'softplus',
  doc: 'ln(1 + eˣ), without overflow',
  elsewhere: { NumPy: 'none', PyTorch: 'nn.Softplus', Keras: 'activations.softplus' },
  of: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  increasingFrom: -Infinity,
  vjp: ({ x, dy }, { mul, sigmoid }) => mul(dy, sigmoid(x)),
  specials: [
    [0, Math.LN2],
    [-Infinity, 0],
    [Infinity, Infinity],
    [800, 800],
    [NaN, NaN],
  ],
});
