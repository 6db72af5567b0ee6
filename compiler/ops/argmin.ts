/** Where along an axis the least is, the first of equals. */
import { argExtremum } from './rules/arg-extremum.ts';

export const argminOp = argExtremum(
  'argmin',
  {
    doc: 'The place of the least along the axis, from 0; of equals the first',
    elsewhere: {
      NumPy: 'argmin; over all axes as one unless one is named',
      PyTorch: 'argmin; over all axes as one unless one is named',
      Keras: 'ops.argmin; over all axes as one unless one is named',
    },
    example: 'input x: f32[4, 3]\npredict argmin(x, axis=0)\n',
  },
  (x, best) => x < best,
);
