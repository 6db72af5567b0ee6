/** The gradient of a pool of maxima: what each window is given goes to the first of its greatest elements. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { call, value } from './rules/call.ts';
import { elements, forEachIndex, offset, read } from './rules/index-space.ts';
import { nth, two } from './rules/operands.ts';
import { firstGreatest, poolAttrs, poolOptions, pooledMisfit } from './rules/windows.ts';

export const pool_scatterOp = defineOp({
  name: 'pool_scatter',
  inputs: ['x', 'dy'],
  attrs: poolAttrs,
  doc: 'dy [n, ...windows, c] added where x has the first of the greatest elements of each window',
  infer: (types, attrs): Inferred => pooledMisfit(types, attrs) ?? [nth(types, 0)],
  evaluate: (inputs, attrs) => {
    const [x, dy] = two(inputs);
    const data = new Float64Array(elements(x.shape));
    forEachIndex(dy.shape, (index) => {
      const at = offset(x.shape, firstGreatest(x, index, attrs));
      data[at] = (data[at] ?? 0) + read(dy, index);
    });
    return [{ shape: x.shape, data }];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const along = dys[0] ?? null;
    return [null, along === null ? null : b.apply('pool_gather', [nth(inputs, 0), along], attrs)];
  },
  lower: { as: 'kernel', call: ({ inputs, attrs }) => call('poolScatter', inputs.map(value), poolOptions(attrs)) },
  elementwise: false,
  internal: true,
  samples: [
    {
      inputs: [{ shape: ['B', 5, 2] }, { shape: ['B', 2, 2] }],
      attrs: { size: [2], stride: [2] },
    },
    {
      name: 'that overlap',
      inputs: [{ shape: ['B', 4, 5, 2] }, { shape: ['B', 3, 2, 2] }],
      attrs: { size: [2, 3], stride: [1, 2] },
    },
    {
      name: 'dilated',
      inputs: [{ shape: ['B', 7, 3, 2] }, { shape: ['B', 2, 2, 2] }],
      attrs: { size: [3, 2], stride: [2, 1], dilation: [2, 1] },
    },
  ],
  kinks: [],
  specials: [],
});
