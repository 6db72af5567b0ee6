/** Ops that reduce every whole window over x [n, ...spatial, c] to one number. */
import { defineOp } from '../define.ts';
import type { Documented, Inferred, Op } from '../define.ts';
import { call, text, value } from './call.ts';
import { concrete, elements, read, tabulate } from './index-space.ts';
import { nth, one } from './operands.ts';
import { placeOf, poolAttrs, poolOptions, poolType, poolWindows, tapsOf } from './windows.ts';

/** `reduce` says what becomes of a window's elements, in row-major order, and what `k.pool` calls that. */
export function pool(
  rule: Documented &
    Pick<Op, 'name' | 'vjp' | 'range'> & {
      readonly method: 'max' | 'sum';
      readonly reduce: (window: readonly number[]) => number;
    },
): Op {
  const { method, reduce, ...op } = rule;
  return defineOp({
    ...op,
    inputs: ['x'],
    attrs: poolAttrs,
    infer: (types, attrs): Inferred => {
      const type = poolType(one(types), attrs);
      return 'misfit' in type ? type : [type];
    },
    evaluate: (inputs, attrs, outputs, env) => {
      const x = one(inputs);
      const windows = poolWindows(attrs);
      const taps = tapsOf(windows.size);
      return [
        tabulate(concrete(one(outputs).shape, env.batch), (index) => {
          const [n, window, c] = [nth(index, 0), index.slice(1, -1), nth(index, index.length - 1)];
          return reduce(taps.map((tap) => read(x, [n, ...placeOf(window, tap, windows), c])));
        }),
      ];
    },
    lower: {
      as: 'kernel',
      call: ({ inputs, attrs }) => call('pool', [text(method), value(one(inputs))], poolOptions(attrs)),
    },
    ofExamples: [0],
    elementwise: false,
    cost: ({ outputs, attrs }, batch) =>
      elements([...concrete(one(outputs).type.shape, batch), ...poolWindows(attrs).size]),
    samples: [
      { inputs: [{ shape: ['B', 5, 2] }], attrs: { size: [2], stride: [2] } },
      { name: 'that overlap', inputs: [{ shape: ['B', 4, 5, 2] }], attrs: { size: [2, 3], stride: [1, 2] } },
      {
        name: 'dilated',
        inputs: [{ shape: ['B', 7, 3, 2] }],
        attrs: { size: [3, 2], stride: [2, 1], dilation: [2, 1] },
      },
      { name: 'with gaps', inputs: [{ shape: ['B', 6, 2] }], attrs: { size: [1], stride: [3] } },
    ],
    kinks: [],
    specials: [],
  });
}
