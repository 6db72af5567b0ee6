/** The power. Its derivative is finite wherever it exists, at a base of 0 too. */
import { binary } from './rules/elementwise.ts';

export const powOp = binary({
  name: 'pow',
  doc: 'a to the power of b: no number where a is below 0 and b not whole, and 1 where b is 0',
  elsewhere: { NumPy: 'power, pow, float_power', PyTorch: 'pow, float_power', Keras: 'ops.power' },
  noun: 'power',
  of: (a, b) => a ** b,
  vjp: ({ a, b, y, dy }, { mul, where, equal, greater, pow, sub, log }) => [
    // b·a^(b−1); for b = 0 the factor a^(b−1) is infinite at a = 0, but the power is constant.
    mul(dy, where(equal(b, 0), 0, mul(b, pow(a, sub(b, 1))))),
    // y·ln a, which tends to 0 with a; below 0 the power has no derivative in b.
    mul(dy, where(greater(a, 0), mul(y, log(a)), 0)),
  ],
  sampled: [
    [0.2, 2],
    [-2, 3],
  ],
  kinks: [
    { at: [0, 2], gradients: [0, 0], why: 'the limit from above' },
    { at: [0, 1], gradients: [1, 0], why: 'a itself' },
    { at: [0, 0], gradients: [0, 0], why: 'the power 0 is constant' },
    { at: [-2, 2], gradients: [-4, 0], why: 'a negative base has whole powers only' },
  ],
  specials: [
    [0, 0, 1],
    [0, -1, Infinity],
    [-2, 3, -8],
    [-1, 0.5, NaN],
    [Infinity, -1, 0],
    [NaN, 0, 1],
    [1, NaN, NaN],
  ],
});
