/** The sum of every whole window. */
import { one } from './rules/operands.ts';
import { pool } from './rules/pool.ts';
import { poolInput } from './rules/windows.ts';

export const pool_sumOp = pool({
  name: 'pool_sum',
  doc: 'The sum of every whole window over x [n, ...spatial, c], with a list for each setting',
  elsewhere: { NumPy: 'none', PyTorch: 'none', Keras: 'none' },
  example: 'input x: f32[8, 3]\npredict pool_sum(x, size=[2], stride=[2])\n',
  method: 'sum',
  reduce: (window) => window.reduce((sum, x) => sum + x, 0),
  vjp: ({ b, inputs, dys, attrs }) => {
    const dy = one(dys);
    return [dy === null ? null : poolInput(b, dy, attrs, one(inputs).type.shape)];
  },
});
