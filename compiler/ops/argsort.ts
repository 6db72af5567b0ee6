/** The order of the numbers along an axis. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { alongOf, axisOf } from './rules/axes.ts';
import { call, number, value } from './rules/call.ts';
import { arithmetic } from './rules/dtypes.ts';
import { one } from './rules/operands.ts';
import { eachLine, inOrder, sortSamples } from './rules/order.ts';

export const argsortOp = defineOp({
  name: 'argsort',
  inputs: ['x'],
  attrs: { axis: { type: 'axis', default: -1 } },
  doc: 'The places along the axis in the order of the numbers there, the smallest first; of equals the first, and what is no number last',
  elsewhere: { NumPy: 'argsort', PyTorch: 'argsort', Keras: 'ops.argsort' },
  example: 'input x: f32[4, 3]\npredict argsort(x, axis=0)\n',
  infer: (types, attrs): Inferred => {
    const { shape } = one(types);
    const dtype = arithmetic(types);
    if (typeof dtype === 'object') return dtype;
    const axis = axisOf(attrs, shape.length);
    return typeof axis === 'object' ? axis : [{ dtype: dtype === 'f32' ? 'i32' : 'f64', shape }];
  },
  evaluate: (inputs, attrs) => [eachLine(one(inputs), alongOf(attrs, one(inputs).shape.length), inOrder)],
  vjp: 'none',
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) => {
      const x = one(inputs);
      return call('argsort', [value(x), number(alongOf(attrs, x.type.shape.length))]);
    },
  },
  elementwise: false,
  integers: true,
  cost: () => 0,
  samples: sortSamples,
  kinks: [],
  specials: [],
});
