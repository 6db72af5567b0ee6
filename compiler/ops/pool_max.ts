/** The greatest of every whole window. */
import { one } from './rules/operands.ts';
import { pool } from './rules/pool.ts';
import { ofInputs } from './rules/range.ts';

export const pool_maxOp = pool({
  name: 'pool_max',
  doc: 'The greatest of every whole window over x [n, ...spatial, c], with a list for each setting; the gradient goes to the first of equals',
  elsewhere: { NumPy: 'none', PyTorch: 'none', Keras: 'none' },
  example: 'input x: f32[8, 3]\npredict pool_max(x, size=[2], stride=[2])\n',
  method: 'max',
  reduce: (window) => Math.max(...window),
  vjp: ({ b, inputs, dys, attrs }) => {
    const dy = one(dys);
    return [dy === null ? null : b.apply('pool_scatter', [one(inputs), dy], attrs)];
  },
  range: ofInputs,
});
