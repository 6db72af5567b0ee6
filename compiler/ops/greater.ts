/** 1 where the first is greater, else 0. */
import { binary } from './rules/elementwise.ts';
import { comparison } from './rules/dtypes.ts';

export const greaterOp = binary({
  name: 'greater',
  doc: '1 where a > b, else 0',
  elsewhere: { NumPy: 'greater', PyTorch: 'gt, greater', Keras: 'ops.greater' },
  cheap: true,
  truth: true,
  of: (a, b) => (a > b ? 1 : 0),
  vjp: 'none',
  dtype: comparison,
  specials: [
    [0, -0, 0],
    [2, 1, 1],
    [NaN, 1, 0],
    [Infinity, -Infinity, 1],
  ],
});
