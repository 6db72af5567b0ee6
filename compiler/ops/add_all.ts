/** One sum of many values of one shape, from the first to the last: of the terms that a penalty has for each parameter. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { sameShape } from './rules/broadcast.ts';
import { call, list, value } from './rules/call.ts';
import { concrete, elements } from './rules/index-space.ts';
import { one } from './rules/operands.ts';

export const add_allOp = defineOp({
  name: 'add_all',
  inputs: ['x', 'xs...'],
  attrs: {},
  doc: 'the sum of all values, element by element',
  infer: (types): Inferred => {
    const [first = { dtype: 'f32', shape: [] }] = types;
    const other = types.findIndex(({ dtype, shape }) => dtype !== 'f32' || !sameShape(shape, first.shape));
    if (other >= 0)
      return { misfit: 'input', input: other, why: 'only numbers of the device in one shape are added up' };
    return [{ dtype: 'f32', shape: first.shape }];
  },
  evaluate: (inputs) => {
    const [{ shape, data } = { shape: [], data: new Float64Array(1) }, ...rest] = inputs;
    return [{ shape, data: data.map((x, i) => rest.reduce((sum, other) => sum + (other.data[i] ?? 0), x)) }];
  },
  vjp: ({ inputs, dys }) => {
    const dy = one(dys);
    return inputs.map(() => dy);
  },
  lower: { as: 'kernel', call: ({ inputs }) => call('addAll', [list(inputs.map(value))]) },
  elementwise: false,
  internal: true,
  cost: ({ inputs }, batch) =>
    inputs.slice(1).reduce((sum, { type }) => sum + elements(concrete(type.shape, batch)), 0),
  samples: [
    { inputs: [{ shape: [] }, { shape: [] }, { shape: [] }] },
    { name: 'one value', inputs: [{ shape: [4] }] },
    { name: 'matrices', inputs: [{ shape: [2, 3] }, { shape: [2, 3] }] },
  ],
  kinks: [],
  specials: [],
});
