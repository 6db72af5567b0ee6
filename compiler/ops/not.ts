/** 1 where it is 0, else 0. */
import { unary } from './rules/elementwise.ts';

export const notOp = unary({
  name: 'not',
  doc: '1 where x is 0, else 0',
  elsewhere: { NumPy: 'logical_not', PyTorch: 'logical_not', Keras: 'ops.logical_not' },
  example: 'input x: f32[4]\npredict (not x > 0)\n',
  cheap: true,
  truth: true,
  of: (x) => (x === 0 ? 1 : 0),
  vjp: 'none',
  specials: [
    [0, 1],
    [-0, 1],
    [1, 0],
    [-2, 0],
  ],
});
