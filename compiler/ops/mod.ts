/** The remainder with the sign of the divisor, as in Python. */
import { binary } from './rules/elementwise.ts';

export const modOp = binary({
  name: 'mod',
  whole: 'kept',
  doc: 'a − ⌊a/b⌋·b, which has the sign of b; no number where b is 0',
  elsewhere: { NumPy: 'mod, remainder', PyTorch: 'remainder; fmod has the sign of a', Keras: 'ops.mod' },
  of: modulo,
  vjp: ({ a, b, dy }, { mul, neg, floor, div }) => [dy, neg(mul(dy, floor(div(a, b))))],
  sampled: [
    [3.1, 3.9],
    [1.1, 1.5],
  ],
  specials: [
    [5, 3, 2],
    [-1, 3, 2],
    [1, -3, -2],
    [6, 3, 0],
    [1, 0, NaN],
    [5.5, 2, 1.5],
    [2, -Infinity, -Infinity],
    [-2, Infinity, Infinity],
    [2, Infinity, 2],
    [0, -Infinity, 0],
    [Infinity, 2, NaN],
    [NaN, 2, NaN],
  ],
});

function modulo(a: number, b: number): number {
  const remainder = a % b;
  return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
}
