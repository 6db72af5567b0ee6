/** Where along an axis the greatest is, the first of equals. */
import { argExtremum } from './rules/arg-extremum.ts';

export const argmaxOp = argExtremum(
  'argmax',
  {
    doc: 'The place of the greatest along the axis, from 0; of equals the first',
    elsewhere: {
      NumPy: 'argmax; over all axes as one unless one is named',
      PyTorch: 'argmax; over all axes as one unless one is named',
      Keras: 'ops.argmax; over all axes as one unless one is named',
    },
    example: 'input x: f32[4, 3]\npredict argmax(x, axis=0)\n',
  },
  (x, best) => x > best,
);
