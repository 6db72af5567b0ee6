/** The angle of a point (b, a) seen from the origin, from the smaller of the two over the greater. */
import { binary } from './rules/elementwise.ts';

export const atan2Op = binary({
  name: 'atan2',
  doc: 'The angle in [−π, π] from the first axis to the point (b, a); 0 at the origin, and so is its gradient',
  elsewhere: { NumPy: 'arctan2, atan2', PyTorch: 'atan2, arctan2', Keras: 'ops.arctan2' },
  noun: 'angle',
  of: (a, b) => Math.atan2(a === 0 ? 0 : a, b === 0 ? 0 : b),
  /** ∂a = b·∂y/(a² + b²), ∂b = −a·∂y/(a² + b²). */
  vjp: ({ a, b, dy }, { add, div, equal, mul, neg, square, where }) => {
    const length = add(square(a), square(b));
    const turn = where(equal(length, 0), 0, div(dy, length));
    return [mul(turn, b), neg(mul(turn, a))];
  },
  made: ([a, b], { abs, atan, div, equal, less, maximum, minimum, sub, where, neg }) => {
    const [height, width] = [abs(a), abs(b)];
    const longer = maximum(height, width);
    const flat = atan(where(equal(longer, 0), 0, div(minimum(height, width), longer)));
    const steep = where(less(width, height), sub(Math.PI / 2, flat), flat);
    const back = where(less(b, 0), sub(Math.PI, steep), steep);
    return where(less(a, 0), neg(back), back);
  },
  sampled: [
    [0.3, 2],
    [0.3, 2],
  ],
  specials: [
    [0, 0, 0],
    [0, -1, Math.PI],
    [1, 0, Math.PI / 2],
    [-1, 0, -Math.PI / 2],
    [-1, -1, -0.75 * Math.PI],
    [1, -1, 0.75 * Math.PI],
    [NaN, 1, NaN],
    [1, NaN, NaN],
  ],
});
