/** The difference. */
import { binary } from './rules/elementwise.ts';
import { anything, negated, sumOf } from './rules/range.ts';

export const subOp = binary({
  name: 'sub',
  whole: 'kept',
  doc: 'a − b',
  elsewhere: { NumPy: 'subtract', PyTorch: 'sub, subtract', Keras: 'ops.subtract' },
  noun: 'difference',
  cheap: true,
  of: (a, b) => a - b,
  range: ({ ranges: [a = anything, b = anything], node, producer }) => {
    const difference = sumOf(a, negated(b));
    const [x, y] = node.inputs;
    const subtracted = y && producer(y);
    // x ≤ max x ≤ logsumexp x, so x − logsumexp x ≤ 0.
    const fromAbove = subtracted?.op === 'logsumexp' && subtracted.inputs[0] === x;
    return fromAbove ? { ...difference, high: Math.min(0, difference.high) } : difference;
  },
  vjp: ({ dy }, { neg }) => [dy, neg(dy)],
  specials: [
    [Infinity, Infinity, NaN],
    [0, 1, -1],
    [1, NaN, NaN],
  ],
});
