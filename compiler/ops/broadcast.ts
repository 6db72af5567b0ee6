/** A value repeated along axes of size 1 and along new axes in front. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { shapeAttr } from './rules/attributes.ts';
import { broadcastsTo } from './rules/broadcast.ts';
import { call, shapeOf, value } from './rules/call.ts';
import { concrete, read, tabulate } from './rules/index-space.ts';
import { one } from './rules/operands.ts';

export const broadcastOp = defineOp({
  name: 'broadcast',
  inputs: ['x'],
  attrs: { shape: { type: 'shape', default: 'required' } },
  doc: 'x repeated to a shape, along axes of size 1 and new ones in front',
  elsewhere: {
    NumPy: 'broadcast_to',
    PyTorch: 'broadcast_to, Tensor.expand',
    Keras: 'ops.broadcast_to',
    Also: 'expand',
  },
  example: 'input x: f32[3]\npredict broadcast(x, [4, 3])\n',
  shows: 'broadcast',
  infer: (types, attrs): Inferred => {
    const { dtype, shape: from } = one(types);
    const shape = shapeAttr(attrs, 'shape');
    if (broadcastsTo(from, shape)) return [{ dtype, shape }];
    return { misfit: 'attr', attr: 'shape', why: `[${from.join(', ')}] does not repeat to [${shape.join(', ')}]` };
  },
  evaluate: (inputs, _, outputs, env) => {
    const x = one(inputs);
    return [tabulate(concrete(one(outputs).shape, env.batch), (index) => read(x, index))];
  },
  vjp: ({ dys }) => [one(dys)],
  lower: { as: 'kernel', call: (node) => call('broadcast', [value(one(node.inputs)), shapeOf(node)]) },
  host: (node) => {
    const x = one(node.inputs);
    const isNumber = x.type.dtype === 'f64' && x.type.shape.length === 0;
    return isNumber ? call('full', [shapeOf(node), value(x)]) : call('broadcast', [value(x), shapeOf(node)]);
  },
  elementwise: false,
  moves: true,
  samples: [
    { name: 'a column', inputs: [{ shape: [3, 1] }], attrs: { shape: [3, 4] } },
    { name: 'over the batch', inputs: [{ shape: [4] }], attrs: { shape: ['B', 4] } },
    { name: 'a number', inputs: [{ shape: [] }], attrs: { shape: [2, 3] } },
    { name: 'both', inputs: [{ shape: [1, 3, 1] }], attrs: { shape: ['B', 2, 3, 2] } },
  ],
  kinks: [],
  specials: [],
});
