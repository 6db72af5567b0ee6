/** The sum. */
import { binary } from './rules/elementwise.ts';
import { anything, sumOf } from './rules/range.ts';

export const addOp = binary({
  name: 'add',
  whole: 'kept',
  doc: 'a + b',
  elsewhere: { NumPy: 'add', PyTorch: 'add', Keras: 'ops.add' },
  noun: 'sum',
  cheap: true,
  of: (a, b) => a + b,
  range: ({ ranges: [a = anything, b = anything] }) => sumOf(a, b),
  vjp: ({ dy }) => [dy, dy],
  specials: [
    [Infinity, -Infinity, NaN],
    [1, -0, 1],
    [NaN, 1, NaN],
  ],
});
