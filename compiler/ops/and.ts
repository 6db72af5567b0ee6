/** 1 where both are not 0, else 0. */
import { binary } from './rules/elementwise.ts';

export const andOp = binary({
  name: 'and',
  doc: '1 where a and b are not 0, else 0',
  cheap: true,
  truth: true,
  of: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
  vjp: 'none',
  specials: [
    [1, 0, 0],
    [2, -1, 1],
    [-0, 1, 0],
    [0, 0, 0],
  ],
});
