/** The square. */
import { unary } from './rules/elementwise.ts';
import { anything, magnitudeOf } from './rules/range.ts';

export const squareOp = unary({
  name: 'square',
  doc: 'x²',
  elsewhere: { NumPy: 'square', PyTorch: 'square', Keras: 'ops.square' },
  cheap: true,
  of: (x) => x * x,
  range: ({ ranges: [x = anything] }) => {
    const { low, high, nan } = magnitudeOf(x);
    return { low: low * low, high: high * high, nan };
  },
  vjp: ({ x, dy }, { mul }) => mul(dy, mul(2, x)),
  specials: [
    [-0, 0],
    [-3, 9],
    [1e200, Infinity],
    [-Infinity, Infinity],
    [NaN, NaN],
  ],
});
