/** One number everywhere: zeros, or another. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { numberAttr, shapeAttr } from './rules/attributes.ts';
import { call, number, shapeOf } from './rules/call.ts';
import { concrete, tabulate } from './rules/index-space.ts';
import { one } from './rules/operands.ts';
import { exactly } from './rules/range.ts';

export const fullOp = defineOp({
  name: 'full',
  inputs: [],
  attrs: { shape: { type: 'shape', default: 'required' }, value: { type: 'number', default: 'required' } },
  doc: 'a number, repeated to a shape',
  infer: (_, attrs): Inferred => [{ dtype: 'f32', shape: shapeAttr(attrs, 'shape') }],
  evaluate: (_, attrs, outputs, env) => [
    tabulate(concrete(one(outputs).shape, env.batch), () => numberAttr(attrs, 'value')),
  ],
  vjp: () => [],
  lower: {
    as: 'kernel',
    call: (node) => call('full', [shapeOf(node), number(numberAttr(node.attrs, 'value'))]),
  },
  elementwise: false,
  range: ({ node }) => exactly(numberAttr(node.attrs, 'value')),
  cost: () => 0,
  internal: true,
  samples: [
    { inputs: [], attrs: { shape: [2, 3], value: 0 } },
    { name: 'another number', inputs: [], attrs: { shape: [4], value: -1.5 } },
    { name: 'over the batch', inputs: [], attrs: { shape: ['B', 3], value: 1 } },
    { name: 'without axes', inputs: [], attrs: { shape: [], value: 2 } },
  ],
  kinks: [],
  specials: [],
});
