/** The nearest whole number; of two equally near ones the even one, as in NumPy. */
import { unary } from './rules/elementwise.ts';

export const roundOp = unary({
  name: 'round',
  whole: 'made',
  doc: 'The nearest whole number, halves to the even one: 0.5 and −0.5 become 0, 1.5 becomes 2',
  elsewhere: { NumPy: 'round, rint, around', PyTorch: 'round', Keras: 'ops.round' },
  of: halfToEven,
  increasingFrom: -Infinity,
  vjp: 'none',
  specials: [
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-1.5, -2],
    [0.49999999999999994, 0],
    [1e300, 1e300],
    [-Infinity, -Infinity],
    [NaN, NaN],
  ],
});

function halfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest < 0.5) return below;
  return rest > 0.5 || below % 2 !== 0 ? below + 1 : below;
}
