/** The product. */
import { binary } from './rules/elementwise.ts';
import { anything, productOf } from './rules/range.ts';

export const mulOp = binary({
  name: 'mul',
  whole: 'kept',
  doc: 'a · b',
  elsewhere: { NumPy: 'multiply', PyTorch: 'mul, multiply', Keras: 'ops.multiply' },
  noun: 'product',
  cheap: true,
  of: (a, b) => a * b,
  range: ({ ranges: [a = anything, b = anything] }) => productOf(a, b),
  vjp: ({ a, b, dy }, { mul }) => [mul(dy, b), mul(dy, a)],
  specials: [
    [0, Infinity, NaN],
    [-1, 0, -0],
    [1e200, 1e200, Infinity],
  ],
});
