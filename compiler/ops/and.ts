/** 1 where both are not 0, else 0. */
import { binary } from './rules/elementwise.ts';

export const andOp = binary({
  name: 'and',
  doc: '1 where a and b are not 0, else 0',
  elsewhere: { NumPy: 'logical_and', PyTorch: 'logical_and', Keras: 'ops.logical_and' },
  example: 'input a: f32[4]; input b: f32[4]\npredict (a > 0 and b > 0)\n',
  cheap: true,
  truth: true,
  of: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
  vjp: 'none',
  specials: [
    [1, 0, 0],
    [2, -1, 1],
    [-0, 1, 0],
    [0, 0, 0],
  ],
});
