/** The greatest of every whole window. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { call, text, value } from './rules/call.ts';
import { concrete, elements, read, tabulate } from './rules/index-space.ts';
import { nth, one } from './rules/operands.ts';
import { placeOf, poolAttrs, poolOptions, poolType, poolWindows, tapsOf } from './rules/windows.ts';
import { ofInputs } from './rules/range.ts';

export const pool_maxOp = defineOp({
  name: 'pool_max',
  inputs: ['x'],
  attrs: poolAttrs,
  doc: 'the greatest of every whole window over x [n, ...spatial, c]; the gradient goes to the first of equals',
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
        return Math.max(...taps.map((tap) => read(x, [n, ...placeOf(window, tap, windows), c])));
      }),
    ];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const dy = one(dys);
    return [dy === null ? null : b.apply('pool_scatter', [one(inputs), dy], attrs)];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) => call('pool', [text('max'), value(one(inputs))], poolOptions(attrs)),
  },
  ofExamples: [0],
  elementwise: false,
  range: ofInputs,
  cost: ({ outputs, attrs }, batch) =>
    elements([...concrete(one(outputs).type.shape, batch), ...poolWindows(attrs).size]),
  samples: [
    { inputs: [{ shape: ['B', 5, 2] }], attrs: { size: [2], stride: [2] } },
    { name: 'that overlap', inputs: [{ shape: ['B', 4, 5, 2] }], attrs: { size: [2, 3], stride: [1, 2] } },
  ],
  kinks: [],
  specials: [],
});
