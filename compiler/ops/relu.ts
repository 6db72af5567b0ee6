/** The positive part. The derivative is read off the result, so that the input need not be kept. */
import { unary } from './rules/elementwise.ts';

export const reluOp = unary({
  name: 'relu',
  doc: 'max(x, 0), whose gradient at 0 is 0',
  elsewhere: { NumPy: 'none', PyTorch: 'nn.ReLU', Keras: 'activations.relu', Also: 'rectifier, ramp' },
  cheap: true,
  of: (x) => (x <= 0 ? 0 : x),
  increasingFrom: -Infinity,
  vjp: ({ y, dy }, { where, greater }) => where(greater(y, 0), dy, 0),
  kinks: [{ at: [0], gradients: [0], why: 'relu′(0) = 0' }],
  specials: [
    [-0, 0],
    [-1, 0],
    [2, 2],
    [-Infinity, 0],
    [Infinity, Infinity],
    [NaN, NaN],
  ],
});
