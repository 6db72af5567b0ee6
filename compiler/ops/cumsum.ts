/** Sums of all up to each place along an axis. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { flagAttr } from './rules/attributes.ts';
import { alongOf, axisOf } from './rules/axes.ts';
import { call, number, setFlag, value } from './rules/call.ts';
import { arithmetic } from './rules/dtypes.ts';
import { read, tabulate } from './rules/index-space.ts';
import { nth, one } from './rules/operands.ts';
import { anything, hull, productOf, single, sizeRange } from './rules/range.ts';

export const cumsumOp = defineOp({
  name: 'cumsum',
  whole: 'kept',
  inputs: ['x'],
  attrs: {
    axis: { type: 'axis', default: -1 },
    reverse: { type: 'boolean', default: false },
  },
  doc: 'At each place along the axis the sum of what stands there and before; with `reverse` there and behind. The gradient is summed the other way',
  elsewhere: {
    NumPy: 'cumsum, cumulative_sum; over all axes as one unless one is named',
    PyTorch: 'cumsum',
    Keras: 'ops.cumsum; over all axes as one unless one is named',
  },
  example: 'input x: f32[4, 3]\npredict cumsum(x, axis=0)\n',
  infer: (types, attrs): Inferred => {
    const { shape } = one(types);
    const dtype = arithmetic(types);
    if (typeof dtype === 'object') return dtype;
    const axis = axisOf(attrs, shape.length);
    return typeof axis === 'object' ? axis : [{ dtype, shape }];
  },
  evaluate: (inputs, attrs) => {
    const x = one(inputs);
    const [axis, reverse] = [alongOf(attrs, x.shape.length), flagAttr(attrs, 'reverse')];
    return [
      tabulate(x.shape, (index) => {
        const here = nth(index, axis);
        const [from, to] = reverse ? [here, nth(x.shape, axis) - 1] : [0, here];
        let sum = 0;
        for (let i = from; i <= to; i++) sum += read(x, index.with(axis, i));
        return sum;
      }),
    ];
  },
  vjp: ({ b, dys, attrs }) => {
    const dy = one(dys);
    return [dy === null ? null : b.apply('cumsum', [dy], { ...attrs, reverse: !flagAttr(attrs, 'reverse') })];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) => {
      const x = one(inputs);
      const axis = alongOf(attrs, x.type.shape.length);
      return call('cumsum', [value(x), number(axis)], { reverse: setFlag(attrs, 'reverse') });
    },
  },
  elementwise: false,
  range: ({ ranges: [x = anything], node }) => {
    const { shape } = one(node.inputs).type;
    const all = productOf(x, sizeRange([nth(shape, alongOf(node.attrs, shape.length))]));
    const { low, high } = single(all);
    // Parts of the sum may become infinite on the way, one up and one down.
    return { ...hull([x, all]), nan: x.nan || (low === -Infinity && high === Infinity) };
  },
  samples: [
    { inputs: [{ shape: [6] }] },
    { name: 'of each example', inputs: [{ shape: ['B', 4, 3] }], attrs: { axis: 1 } },
    { name: 'from the end', inputs: [{ shape: [2, 3, 4] }], attrs: { axis: -1, reverse: true } },
    { name: 'one number', inputs: [{ shape: ['B', 1] }] },
  ],
  kinks: [],
  specials: [],
});
