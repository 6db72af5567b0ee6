/** The hyperbolic sine, exact for small x: eˣ − 1 and 1 − e⁻ˣ have the same sign. */
import { unary } from './rules/elementwise.ts';

export const sinhOp = unary({
  name: 'sinh',
  doc: 'sinh x',
  elsewhere: { NumPy: 'sinh', PyTorch: 'sinh', Keras: 'ops.sinh' },
  noun: 'hyperbolic sine',
  of: Math.sinh,
  increasingFrom: -Infinity,
  vjp: ({ x, dy }, { mul, cosh }) => mul(dy, cosh(x)),
  made: (x, { expm1, neg, sub, mul }) => mul(0.5, sub(expm1(x), expm1(neg(x)))),
  specials: [
    [0, 0],
    [1e-20, 1e-20],
    [Infinity, Infinity],
    [-Infinity, -Infinity],
    [NaN, NaN],
  ],
});
