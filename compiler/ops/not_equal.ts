/** 1 where the two differ, else 0. */
import { binary } from './rules/elementwise.ts';
import { comparison } from './rules/dtypes.ts';

export const not_equalOp = binary({
  name: 'not_equal',
  doc: '1 where a ≠ b, else 0',
  elsewhere: { NumPy: 'not_equal', PyTorch: 'ne', Keras: 'ops.not_equal' },
  cheap: true,
  truth: true,
  of: (a, b) => (a !== b ? 1 : 0),
  vjp: 'none',
  primitive: 'notEqual',
  dtype: comparison,
  specials: [
    [0, -0, 0],
    [NaN, NaN, 1],
    [1, 2, 1],
  ],
});
