/** The least over axes; its gradient is shared by all that are as small. */
import { callReduction } from './rules/call.ts';
import { extremum } from './rules/extremum.ts';

export const minOp = extremum(
  'min',
  {
    doc: 'The least over the axes; equals share the gradient',
    elsewhere: {
      NumPy: 'min, amin',
      PyTorch: 'amin, min; the second gives the places too, where an axis is named',
      Keras: 'ops.min',
      Also: 'reduce_min',
    },
    example: 'input x: f32[4, 3]\npredict min(x, axis=0)\n',
  },
  (run) => run.reduce((a, b) => Math.min(a, b), Infinity),
  { as: 'kernel', call: (node) => callReduction('min', node) },
);
