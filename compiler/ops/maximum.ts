/** The greater of two. Where both are equal, each takes half of the gradient. */
import { binary } from './rules/elementwise.ts';
import type { Value } from '../ir/types.ts';
import type { Formula } from './rules/formula.ts';
import { anything } from './rules/range.ts';

export const maximumOp = binary({
  name: 'maximum',
  whole: 'kept',
  doc: 'The greater of a and b; equals share the gradient',
  elsewhere: {
    NumPy: 'maximum, fmax; the second passes over what is no number',
    PyTorch: 'maximum, fmax; the second passes over what is no number',
    Keras: 'ops.maximum',
    Also: 'clamp_min',
  },
  cheap: true,
  of: (a, b) => Math.max(a, b),
  range: ({ ranges: [a = anything, b = anything] }) => ({
    low: Math.max(a.low, b.low),
    high: Math.max(a.high, b.high),
    nan: a.nan || b.nan,
  }),
  vjp: ({ a, b, dy }, f) => [share(a, b, dy, f), share(b, a, dy, f)],
  kinks: [{ at: [1, 1], gradients: [0.5, 0.5], why: 'equals share' }],
  specials: [
    [1, 2, 2],
    [NaN, 1, NaN],
    [1, NaN, NaN],
    [-Infinity, 3, 3],
  ],
});

/** What the first of two gets: all of dy where it is greater, half of it where they are equal. */
function share(mine: Value, other: Value, dy: Value, { where, greater, equal, mul }: Formula): Value {
  return where(greater(mine, other), dy, where(equal(mine, other), mul(0.5, dy), 0));
}
