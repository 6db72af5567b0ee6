/** The natural logarithm. */
import { unary } from './rules/elementwise.ts';

export const logOp = unary({
  name: 'log',
  doc: 'ln x, the natural logarithm: −∞ at 0, no number below',
  elsewhere: { NumPy: 'log', PyTorch: 'log', Keras: 'ops.log', Also: 'ln' },
  noun: 'logarithm',
  of: Math.log,
  increasingFrom: 0,
  vjp: ({ x, dy }, { div }) => div(dy, x),
  sampled: [0.1, 4],
  specials: [
    [1, 0],
    [0, -Infinity],
    [-0, -Infinity],
    [-1, NaN],
    [Infinity, Infinity],
  ],
});
