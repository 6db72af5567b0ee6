/** The whole numbers from 0. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { dimAttr, flagAttr } from './rules/attributes.ts';
import { call, number } from './rules/call.ts';
import { concrete, tabulate } from './rules/index-space.ts';
import { one } from './rules/operands.ts';
import { sizeRange } from './rules/range.ts';

export const arangeOp = defineOp({
  name: 'arange',
  whole: 'made',
  inputs: [],
  attrs: { size: { type: 'size', default: 'required' }, host: { type: 'boolean', default: false, internal: true } },
  doc: '0, 1, 2, …, size − 1',
  elsewhere: { NumPy: 'arange', PyTorch: 'arange', Keras: 'ops.arange', Also: 'iota' },
  example: 'input x: f32[4]\npredict (x * arange(4))\n',
  infer: (_, attrs): Inferred => [{ dtype: flagAttr(attrs, 'host') ? 'f64' : 'f32', shape: [dimAttr(attrs, 'size')] }],
  evaluate: (_, __, outputs, env) => [tabulate(concrete(one(outputs).shape, env.batch), (_index, flat) => flat)],
  vjp: () => [],
  lower: { as: 'kernel', call: ({ attrs }) => call('arange', [number(dimAttr(attrs, 'size'))]), row: 'column' },
  elementwise: false,
  range: ({ node }) => ({ low: 0, high: sizeRange(one(node.outputs).type.shape).high - 1, nan: false }),
  cost: () => 0,
  samples: [
    { inputs: [], attrs: { size: 5 } },
    { name: 'the batch', inputs: [], attrs: { size: 'B' } },
    { name: 'on the host', inputs: [], attrs: { size: 3, host: true } },
  ],
  kinks: [],
  specials: [],
});
