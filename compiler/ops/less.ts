/** 1 where the first is less, else 0. */
import { binary } from './rules/elementwise.ts';
import { comparison } from './rules/dtypes.ts';

export const lessOp = binary({
  name: 'less',
  doc: '1 where a < b, else 0',
  elsewhere: { NumPy: 'less', PyTorch: 'lt, less', Keras: 'ops.less' },
  cheap: true,
  truth: true,
  of: (a, b) => (a < b ? 1 : 0),
  vjp: 'none',
  dtype: comparison,
  specials: [
    [0, -0, 0],
    [-0, 0, 0],
    [1, 2, 1],
    [NaN, 1, 0],
    [-Infinity, Infinity, 1],
  ],
});
