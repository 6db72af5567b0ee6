/** The greatest over axes; its gradient is shared by all that are as great. */
import { callReduction } from './rules/call.ts';
import { extremum } from './rules/extremum.ts';

export const maxOp = extremum(
  'max',
  {
    doc: 'The greatest over the axes; equals share the gradient',
    elsewhere: {
      NumPy: 'max, amax',
      PyTorch: 'amax, max; the second gives the places too, where an axis is named',
      Keras: 'ops.max',
      Also: 'reduce_max',
    },
    example: 'input x: f32[4, 3]\npredict max(x, axis=0)\n',
  },
  (run) => run.reduce((a, b) => Math.max(a, b), -Infinity),
  { as: 'kernel', call: (node) => callReduction('max', node), row: 'rowMax' },
);
