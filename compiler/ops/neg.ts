/** The opposite. */
import { unary } from './rules/elementwise.ts';

export const negOp = unary({
  name: 'neg',
  doc: '−x',
  noun: 'negative',
  cheap: true,
  of: (x) => -x,
  vjp: ({ dy }, { neg }) => neg(dy),
  specials: [
    [0, -0],
    [-Infinity, Infinity],
    [NaN, NaN],
  ],
});
