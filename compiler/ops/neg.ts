/** The opposite. */
import { unary } from './rules/elementwise.ts';
import { anything, negated } from './rules/range.ts';

export const negOp = unary({
  name: 'neg',
  whole: 'kept',
  doc: '−x',
  elsewhere: { NumPy: 'negative', PyTorch: 'neg, negative', Keras: 'ops.negative' },
  noun: 'negative',
  cheap: true,
  of: (x) => -x,
  range: ({ ranges: [x = anything] }) => negated(x),
  vjp: ({ dy }, { neg }) => neg(dy),
  specials: [
    [0, -0],
    [-Infinity, Infinity],
    [NaN, NaN],
  ],
});
