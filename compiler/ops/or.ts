/** 1 where one of both is not 0, else 0. */
import { binary } from './rules/elementwise.ts';

export const orOp = binary({
  name: 'or',
  doc: '1 where a or b is not 0, else 0',
  elsewhere: { NumPy: 'logical_or', PyTorch: 'logical_or', Keras: 'ops.logical_or' },
  example: 'input a: f32[4]; input b: f32[4]\npredict (a > 0 or b > 0)\n',
  cheap: true,
  truth: true,
  of: (a, b) => (a !== 0 || b !== 0 ? 1 : 0),
  vjp: 'none',
  specials: [
    [1, 0, 1],
    [0, -0, 0],
    [0, -3, 1],
  ],
});
