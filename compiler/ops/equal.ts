/** 1 where both are equal, else 0. */
import { binary } from './rules/elementwise.ts';
import { comparison } from './rules/dtypes.ts';

export const equalOp = binary({
  name: 'equal',
  doc: '1 where a = b, else 0; what is no number equals nothing',
  elsewhere: { NumPy: 'equal', PyTorch: 'eq', Keras: 'ops.equal' },
  cheap: true,
  truth: true,
  of: (a, b) => (a === b ? 1 : 0),
  vjp: 'none',
  dtype: comparison,
  specials: [
    [0, -0, 1],
    [Infinity, Infinity, 1],
    [NaN, NaN, 0],
    [1, 2, 0],
  ],
});
