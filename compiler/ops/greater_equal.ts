/** 1 where the first is not less, else 0. */
import { binary } from './rules/elementwise.ts';
import { comparison } from './rules/dtypes.ts';

export const greater_equalOp = binary({
  name: 'greater_equal',
  doc: '1 where a ≥ b, else 0',
  elsewhere: { NumPy: 'greater_equal', PyTorch: 'ge, greater_equal', Keras: 'ops.greater_equal' },
  cheap: true,
  truth: true,
  of: (a, b) => (a >= b ? 1 : 0),
  vjp: 'none',
  primitive: 'greaterEqual',
  dtype: comparison,
  specials: [
    [0, -0, 1],
    [1, 2, 0],
    [2, 1, 1],
    [NaN, NaN, 0],
  ],
});
