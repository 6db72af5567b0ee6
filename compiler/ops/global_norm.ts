/** One Euclidean norm over all elements of several values: that of a gradient by all parameters. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { call, list, value } from './rules/call.ts';
import { formula } from './rules/formula.ts';
import { concrete, elements } from './rules/index-space.ts';
import { one } from './rules/operands.ts';

export const global_normOp = defineOp({
  name: 'global_norm',
  inputs: ['x', 'xs...'],
  attrs: {},
  doc: 'the Euclidean norm √Σx² over all elements of all values',
  infer: (types): Inferred => {
    const whole = types.findIndex(({ dtype }) => dtype !== 'f32');
    if (whole >= 0) return { misfit: 'input', input: whole, why: 'only numbers of the device have a norm together' };
    return [{ dtype: 'f32', shape: [] }];
  },
  evaluate: (inputs) => [{ shape: [], data: Float64Array.of(Math.hypot(...inputs.map(({ data }) => length(data)))) }],
  vjp: ({ b, inputs, outputs, dys }) => {
    const dy = one(dys);
    if (dy === null) return inputs.map(() => null);
    const { mul, where, greater, div } = formula(b);
    const norm = one(outputs);
    const ratio = where(greater(norm, 0), div(dy, norm), 0);
    return inputs.map((x) => mul(x, ratio));
  },
  lower: { as: 'kernel', call: ({ inputs }) => call('globalNorm', [list(inputs.map(value))]) },
  elementwise: false,
  internal: true,
  cost: ({ inputs }, batch) => inputs.reduce((sum, { type }) => sum + 2 * elements(concrete(type.shape, batch)), 0),
  samples: [
    { inputs: [{ shape: [3, 2] }, { shape: [2] }] },
    { name: 'one value', inputs: [{ shape: [4] }] },
    { name: 'a number among them', inputs: [{ shape: [] }, { shape: [2, 1, 3] }, { shape: [5] }] },
  ],
  kinks: [{ at: [0], gradients: [0], why: 'norm′(0) = 0' }],
  specials: [],
});

const length = (data: Float64Array): number => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));
