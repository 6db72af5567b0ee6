/** The lesser of two. Where both are equal, each takes half of the gradient. */
import { binary } from './rules/elementwise.ts';
import type { Value } from '../ir/types.ts';
import type { Formula } from './rules/formula.ts';
import { anything } from './rules/range.ts';

export const minimumOp = binary({
  name: 'minimum',
  whole: 'kept',
  doc: 'The lesser of a and b; equals share the gradient',
  elsewhere: {
    NumPy: 'minimum, fmin; the second passes over what is no number',
    PyTorch: 'minimum, fmin; the second passes over what is no number',
    Keras: 'ops.minimum',
    Also: 'clamp_max',
  },
  cheap: true,
  of: (a, b) => Math.min(a, b),
  range: ({ ranges: [a = anything, b = anything] }) => ({
    low: Math.min(a.low, b.low),
    high: Math.min(a.high, b.high),
    nan: a.nan || b.nan,
  }),
  vjp: ({ a, b, dy }, f) => [share(a, b, dy, f), share(b, a, dy, f)],
  kinks: [{ at: [1, 1], gradients: [0.5, 0.5], why: 'equals share' }],
  specials: [
    [1, 2, 1],
    [NaN, 1, NaN],
    [1, NaN, NaN],
    [-Infinity, 3, -Infinity],
  ],
});

/** What the first of two gets: all of dy where it is less, half of it where they are equal. */
function share(mine: Value, other: Value, dy: Value, { where, less, equal, mul }: Formula): Value {
  return where(less(mine, other), dy, where(equal(mine, other), mul(0.5, dy), 0));
}
