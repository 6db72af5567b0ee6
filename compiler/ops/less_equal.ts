/** 1 where the first is not greater, else 0. */
import { binary } from './rules/elementwise.ts';
import { comparison } from './rules/dtypes.ts';

export const less_equalOp = binary({
  name: 'less_equal',
  doc: '1 where a ≤ b, else 0',
  elsewhere: { NumPy: 'less_equal', PyTorch: 'le, less_equal', Keras: 'ops.less_equal' },
  cheap: true,
  truth: true,
  of: (a, b) => (a <= b ? 1 : 0),
  vjp: 'none',
  primitive: 'lessEqual',
  dtype: comparison,
  specials: [
    [0, -0, 1],
    [1, 2, 1],
    [2, 1, 0],
    [NaN, NaN, 0],
  ],
});
