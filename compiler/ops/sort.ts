/** Numbers in their order along an axis. */
import type { Builder } from '../ir/builder.ts';
import type { Value } from '../ir/types.ts';
import { defineOp } from './define.ts';
import { argsortOp } from './argsort.ts';
import { alongOf } from './rules/axes.ts';
import { nth, one } from './rules/operands.ts';
import { eachLine, inOrder, sortSamples } from './rules/order.ts';

export const sortOp = defineOp({
  name: 'sort',
  inputs: ['x'],
  attrs: argsortOp.attrs,
  doc: 'The numbers along the axis in their order, the smallest first, and what is no number last. The gradient goes back to where each number stood',
  elsewhere: { NumPy: 'sort', PyTorch: 'sort; it gives the places too', Keras: 'ops.sort' },
  example: 'input x: f32[4, 3]\npredict sort(x, axis=0)\n',
  infer: (types, attrs) => {
    const order = argsortOp.infer(types, attrs);
    return 'misfit' in order ? order : [one(types)];
  },
  evaluate: (inputs, attrs) => {
    const x = one(inputs);
    const sorted = (line: readonly number[]) => inOrder(line).map((i) => line[i] ?? Number.NaN);
    return [eachLine(x, alongOf(attrs, x.shape.length), sorted)];
  },
  /** The cotangent of each number is that of the place to which it went. */
  vjp: ({ b, inputs, dys, attrs }) => {
    const [x, dy] = [one(inputs), one(dys)];
    if (dy === null) return [null];
    const { shape } = x.type;
    const axis = alongOf(attrs, shape.length);
    const [order, moved] = [b.apply('argsort', [x], { axis }), turned(b, dy, axis)];
    const [lead, rows] = [shape.length - 1, nth(shape, axis)];
    const ids = turned(b, order, axis);
    const back =
      lead === 0
        ? b.apply('scatter_add', [ids, moved], { rows })
        : b.apply('scatter_each', [ids, moved], { lead, rows });
    return [turned(b, back, axis)];
  },
  lower: {
    as: 'decompose',
    to: (b, inputs, attrs) => {
      const x = one(inputs);
      const lead = x.type.shape.length - 1;
      const axis = alongOf(attrs, lead + 1);
      const order = b.apply('argsort', [x], { axis });
      if (lead === 0) return [b.apply('gather', [x, order])];
      const taken = b.apply('gather_each', [turned(b, x, axis), turned(b, order, axis)], { lead });
      return [turned(b, taken, axis)];
    },
  },
  elementwise: false,
  moves: true,
  cost: () => 0,
  samples: sortSamples,
  kinks: [],
  specials: [],
});

/** With this axis and the last one in each other's place: once there, twice back. */
function turned(b: Builder, x: Value, axis: number): Value {
  const last = x.type.shape.length - 1;
  if (axis === last) return x;
  const permutation = [...Array(last + 1).keys()].with(axis, last).with(last, axis);
  return b.apply('transpose', [x], { permutation });
}
