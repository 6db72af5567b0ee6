/** The inverse of sinh. x² is not calculated where it would overflow. */
import { unary } from './rules/elementwise.ts';

export const asinhOp = unary({
  name: 'asinh',
  doc: 'The inverse of sinh',
  elsewhere: { NumPy: 'arcsinh, asinh', PyTorch: 'asinh, arcsinh', Keras: 'ops.arcsinh' },
  noun: 'inverse hyperbolic sine',
  of: Math.asinh,
  increasingFrom: -Infinity,
  vjp: ({ x, dy }, { div, add, square, sqrt }) => div(dy, sqrt(add(1, square(x)))),
  made: (x, { abs, add, div, less, log1p, mul, sign, sqrt, square, where }) => {
    const a = abs(x);
    const more = div(square(a), add(1, sqrt(add(1, square(a)))));
    return mul(sign(x), log1p(add(a, where(less(a, 1e9), more, a))));
  },
  specials: [
    [0, 0],
    [1e-20, 1e-20],
    [1e30, Math.log(2e30)],
    [Infinity, Infinity],
    [-Infinity, -Infinity],
    [NaN, NaN],
  ],
});
