/** What another value has where a pool finds the first of the greatest elements of each window. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { call, value } from './rules/call.ts';
import { concrete, read, tabulate } from './rules/index-space.ts';
import { nth, one, two } from './rules/operands.ts';
import { sameShape } from './rules/broadcast.ts';
import { firstGreatest, poolAttrs, poolOptions, poolType } from './rules/windows.ts';

export const pool_gatherOp = defineOp({
  name: 'pool_gather',
  inputs: ['x', 'v'],
  attrs: poolAttrs,
  doc: 'v where x, of its shape, has the first of the greatest elements of each window',
  infer: (types, attrs): Inferred => {
    const [x, v] = two(types);
    const type = poolType(x, attrs);
    if ('misfit' in type) return type;
    return sameShape(x.shape, v.shape) ? [type] : { misfit: 'shapes', left: 0, right: 1, why: 'the shapes differ' };
  },
  evaluate: (inputs, attrs, outputs, env) => {
    const [x, v] = two(inputs);
    const shape = concrete(one(outputs).shape, env.batch);
    return [tabulate(shape, (index) => read(v, firstGreatest(x, index, attrs)))];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const dy = one(dys);
    return [null, dy === null ? null : b.apply('pool_scatter', [nth(inputs, 0), dy], attrs)];
  },
  lower: { as: 'kernel', call: ({ inputs, attrs }) => call('poolGather', inputs.map(value), poolOptions(attrs)) },
  elementwise: false,
  internal: true,
  samples: [
    {
      inputs: [{ shape: ['B', 5, 2] }, { shape: ['B', 5, 2] }],
      attrs: { size: [2], stride: [2] },
    },
    {
      name: 'that overlap',
      inputs: [{ shape: ['B', 4, 5, 2] }, { shape: ['B', 4, 5, 2] }],
      attrs: { size: [2, 3], stride: [1, 2] },
    },
    {
      name: 'dilated',
      inputs: [{ shape: ['B', 7, 3, 2] }, { shape: ['B', 7, 3, 2] }],
      attrs: { size: [3, 2], stride: [2, 1], dilation: [2, 1] },
    },
  ],
  kinks: [],
  specials: [],
});
