/** The sum over the batch axis, and over all batches of an evaluation, as a value of the host. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { call, numbers, value } from './rules/call.ts';
import { one } from './rules/operands.ts';
import { reduce } from './rules/reduction.ts';

export const batch_totalOp = defineOp({
  name: 'batch_total',
  inputs: ['x'],
  attrs: {},
  doc: 'the sum over every row that is evaluated',
  infer: (types): Inferred => {
    const { dtype, shape } = one(types);
    if (dtype !== 'f32') return { misfit: 'input', input: 0, why: 'only numbers of the device are totalled' };
    if (shape[0] !== 'B') return { misfit: 'input', input: 0, why: 'it has no batch axis' };
    return [{ dtype: 'f64', shape: shape.slice(1) }];
  },
  /** The batch of the interpreter is everything that is evaluated. */
  evaluate: (inputs) => [reduce(one(inputs), { axis: [0] }, (run) => run.reduce((sum, x) => sum + x, 0))],
  vjp: 'none',
  lower: {
    as: 'total',
    from: 'sum',
    call: ({ inputs }) => call('sum', [value(one(inputs))], { axis: numbers([0]) }),
  },
  elementwise: false,
  internal: true,
  samples: [{ inputs: [{ shape: ['B'] }] }, { name: 'of a row', inputs: [{ shape: ['B', 3] }] }],
  kinks: [],
  specials: [],
});
