/** The same elements in row-major order under another shape. */
import type { Shape } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { shapeAttr } from './rules/attributes.ts';
import { call, shapeOf, value } from './rules/call.ts';
import { concrete } from './rules/index-space.ts';
import { one } from './rules/operands.ts';

export const reshapeOp = defineOp({
  name: 'reshape',
  inputs: ['x'],
  attrs: { shape: { type: 'shape', default: 'required', hasRest: true } },
  doc: 'The same elements, row by row, in another shape; one size may be −1, which is what is left',
  elsewhere: { NumPy: 'reshape', PyTorch: 'reshape, Tensor.view', Keras: 'ops.reshape' },
  example: 'input x: f32[4, 3]\npredict reshape(x, [2, -1])\n',
  shows: 'reshaped',
  infer: (types, attrs): Inferred => {
    const { dtype, shape: from } = one(types);
    const shape = resolve(from, shapeAttr(attrs, 'shape'));
    return typeof shape === 'string' ? { misfit: 'attr', attr: 'shape', why: shape } : [{ dtype, shape }];
  },
  evaluate: (inputs, _, outputs, env) => [{ shape: concrete(one(outputs).shape, env.batch), data: one(inputs).data }],
  vjp: ({ b, inputs, dys }) => {
    const dy = one(dys);
    return [dy === null ? null : b.apply('reshape', [dy], { shape: one(inputs).type.shape })];
  },
  lower: { as: 'kernel', call: (node) => call('reshape', [value(one(node.inputs)), shapeOf(node)]), view: true },
  elementwise: false,
  moves: true,
  samples: [
    { inputs: [{ shape: [2, 6] }], attrs: { shape: [3, 4] } },
    { name: 'a batch', inputs: [{ shape: ['B', 2, 3] }], attrs: { shape: ['B', 6] } },
    { name: 'one size left open', inputs: [{ shape: ['B', 2, 3] }], attrs: { shape: ['B', -1, 2] } },
    { name: 'to one element', inputs: [{ shape: [1, 1] }], attrs: { shape: [] } },
  ],
  kinks: [],
  specials: [],
});

/** The target with its −1 filled in; or why it does not hold what there is. Sizes are numbers times powers of B. */
function resolve(from: Shape, to: Shape): Shape | string {
  const open = to.filter((size) => size === -1).length;
  if (open > 1) return 'only one size may be −1';
  const have = measure(from);
  const want = measure(to.filter((size) => size !== -1));
  if (open === 1 && have.batches === want.batches + 1 && have.number === want.number) {
    return to.map((size) => (size === -1 ? 'B' : size));
  }
  if (have.batches !== want.batches) return 'the batch axis has to stay';
  if (open === 0) return have.number === want.number ? to : `${have.number} elements do not fill ${want.number}`;
  const rest = have.number / want.number;
  if (!Number.isInteger(rest)) return `${have.number} elements do not divide into ${want.number}`;
  return to.map((size) => (size === -1 ? rest : size));
}

function measure(shape: Shape): { readonly number: number; readonly batches: number } {
  const numbers = shape.filter((size) => size !== 'B');
  return { number: numbers.reduce((product, size) => product * size, 1), batches: shape.length - numbers.length };
}
