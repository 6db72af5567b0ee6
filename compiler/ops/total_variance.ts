/** The variance over the batch axis, and over all batches of an evaluation, as a value of the host. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { call, numbers, value } from './rules/call.ts';
import { one } from './rules/operands.ts';
import { reduce } from './rules/reduction.ts';

export const total_varianceOp = defineOp({
  name: 'total_variance',
  inputs: ['x'],
  attrs: {},
  doc: 'the mean of squared differences from the mean, over every row that is evaluated',
  infer: (types): Inferred => {
    const { dtype, shape } = one(types);
    if (dtype !== 'f32') return { misfit: 'input', input: 0, why: 'only numbers of the device have a variance' };
    if (shape[0] !== 'B') return { misfit: 'input', input: 0, why: 'it has no batch axis' };
    return [{ dtype: 'f64', shape: shape.slice(1) }];
  },
  /** The batch of the interpreter is everything that is evaluated. */
  evaluate: (inputs) => [reduce(one(inputs), { axis: [0] }, variance)],
  vjp: 'none',
  lower: {
    as: 'total',
    from: 'rows',
    // The rows themselves: the host keeps what is needed of them.
    call: ({ inputs }) => call('broadcast', [value(one(inputs)), numbers(one(inputs).type.shape)]),
    end: 'variance',
  },
  elementwise: false,
  internal: true,
  samples: [{ inputs: [{ shape: ['B'] }] }, { name: 'of a row', inputs: [{ shape: ['B', 3] }] }],
  kinks: [],
  specials: [],
});

function variance(run: readonly number[]): number {
  const mean = run.reduce((sum, x) => sum + x, 0) / run.length;
  return run.reduce((sum, x) => sum + (x - mean) ** 2, 0) / run.length;
}
