/** The greatest whole number that is not above. */
import { unary } from './rules/elementwise.ts';

export const floorOp = unary({
  name: 'floor',
  whole: 'made',
  doc: '⌊x⌋, the next whole number below',
  elsewhere: { NumPy: 'floor', PyTorch: 'floor', Keras: 'ops.floor' },
  of: Math.floor,
  increasingFrom: -Infinity,
  vjp: 'none',
  specials: [
    [-0.5, -1],
    [2, 2],
    [-Infinity, -Infinity],
    [NaN, NaN],
  ],
});
