/** The difference. */
import { binary } from './rules/elementwise.ts';

export const subOp = binary({
  name: 'sub',
  doc: 'a − b',
  noun: 'difference',
  cheap: true,
  of: (a, b) => a - b,
  vjp: ({ dy }, { neg }) => [dy, neg(dy)],
  specials: [
    [Infinity, Infinity, NaN],
    [0, 1, -1],
    [1, NaN, NaN],
  ],
});
