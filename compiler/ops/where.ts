/** One of two values for each element, as a condition says. */
import { selection } from './rules/dtypes.ts';
import { elementwise } from './rules/elementwise.ts';
import { formula } from './rules/formula.ts';
import { one } from './rules/operands.ts';
import { hull } from './rules/range.ts';

export const whereOp = elementwise({
  name: 'where',
  whole: 'kept',
  primitive: 'select',
  inputs: ['condition', 'a', 'b'],
  doc: '`a` where the condition is not 0, else `b`. No gradient goes to the condition, and 0 to what is not chosen, whose own derivative should be finite all the same',
  elsewhere: { NumPy: 'where', PyTorch: 'where', Keras: 'ops.where', Also: 'cond, ifelse' },
  example: 'input x: f32[4]\npredict where(x > 0, x, 0.1 * x)\n',
  noun: 'choice',
  cheap: true,
  dtype: selection,
  range: ({ ranges: [, ...branches] }) => hull(branches),
  of: ([condition, a, b], dtype) => {
    const chosen = (condition === 0 ? b : a) ?? Number.NaN;
    return dtype === 'i32' ? Math.trunc(chosen) : chosen;
  },
  vjp: ({ b: builder, inputs: [condition], outputs, dys }) => {
    const dy = one(dys);
    if (dy === null || condition === undefined || one(outputs).type.dtype === 'i32') return [null, null, null];
    const { where } = formula(builder);
    return [null, where(condition, dy, 0), where(condition, 0, dy)];
  },
  samples: [
    { inputs: [{ shape: [3, 4], range: [0, 1], whole: true }, { shape: [3, 4] }, { shape: [3, 4] }] },
    { inputs: [{ shape: ['B', 1], range: [0, 1], whole: true }, { shape: ['B', 4] }, { shape: [4] }] },
    { inputs: [{ shape: [2, 3], range: [0, 1], whole: true }, { shape: [3] }, { shape: [], dtype: 'f64' }] },
  ],
  specials: [
    [1, 2, Number.NaN, 2],
    [0, Number.POSITIVE_INFINITY, 3, 3],
    [-0, 2, 3, 3],
    [Number.NaN, 2, 3, 2],
  ],
});
