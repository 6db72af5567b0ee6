/** The least whole number that is not below. */
import { unary } from './rules/elementwise.ts';

export const ceilOp = unary({
  name: 'ceil',
  whole: 'made',
  doc: '⌈x⌉, the next whole number above',
  elsewhere: { NumPy: 'ceil', PyTorch: 'ceil', Keras: 'ops.ceil' },
  of: Math.ceil,
  increasingFrom: -Infinity,
  vjp: 'none',
  specials: [
    [0.5, 1],
    [-2, -2],
    [Infinity, Infinity],
    [NaN, NaN],
  ],
});
