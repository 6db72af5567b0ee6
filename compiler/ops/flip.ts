/** Axes backwards. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { axesOf } from './rules/axes.ts';
import { call, numbers, value } from './rules/call.ts';
import { read, tabulate } from './rules/index-space.ts';
import { nth, one } from './rules/operands.ts';
import { checkedAxes } from './rules/reduction.ts';

export const flipOp = defineOp({
  name: 'flip',
  inputs: ['x'],
  attrs: { axis: { type: 'axes', default: 'all' } },
  doc: 'x with the last along the axes first',
  elsewhere: { NumPy: 'flip', PyTorch: 'flip', Keras: 'ops.flip', Also: 'reverse' },
  example: 'input x: f32[4, 3]\npredict flip(x, axis=0)\n',
  infer: (types, attrs): Inferred => {
    const { dtype, shape } = one(types);
    const axes = axesOf(attrs, shape.length);
    if ('misfit' in axes) return axes;
    return [{ dtype, shape }];
  },
  evaluate: (inputs, attrs) => {
    const x = one(inputs);
    const axes = checkedAxes(attrs, x.shape.length);
    return [
      tabulate(x.shape, (index) =>
        read(
          x,
          index.map((i, axis) => (axes.includes(axis) ? nth(x.shape, axis) - 1 - i : i)),
        ),
      ),
    ];
  },
  vjp: ({ b, dys, attrs }) => {
    const dy = one(dys);
    return [dy === null ? null : b.apply('flip', [dy], attrs)];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) => {
      const x = one(inputs);
      return call('flip', [value(x), numbers(checkedAxes(attrs, x.type.shape.length))]);
    },
  },
  elementwise: false,
  moves: true,
  samples: [
    { inputs: [{ shape: [3] }] },
    { name: 'of each example', inputs: [{ shape: ['B', 3, 2] }], attrs: { axis: [1] } },
    { name: 'two of three axes', inputs: [{ shape: [2, 3, 4] }], attrs: { axis: [0, -1] } },
  ],
  kinks: [],
  specials: [],
});
