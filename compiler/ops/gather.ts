/** Rows of a table by their numbers. Numbers outside are clamped: a kernel never reads elsewhere. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { callInputs } from './rules/call.ts';
import { concrete, read, tabulate } from './rules/index-space.ts';
import { nth, one, two } from './rules/operands.ts';
import { anything } from './rules/range.ts';
import { areRowNumbers, rowAt } from './rules/rows.ts';

export const gatherOp = defineOp({
  name: 'gather',
  inputs: ['table', 'ids'],
  attrs: {},
  doc: 'The rows of table with the numbers ids: [V, …] at [n, …] gives [n, …, …]. A number outside means the nearest row, −1 the first; in a list, gather(x, [0, −1]), it counts from the end. The gradient of a row is the sum over all places that have taken it',
  elsewhere: {
    NumPy: 'take(axis=0); a negative number counts from the end, and one outside is an error',
    PyTorch: 'index_select; a number outside is an error',
    Keras: 'ops.take(axis=0)',
    Also: 'embedding_lookup',
  },
  example: 'input ids: i32[5]\nweight table: [10, 4]\npredict gather(table, ids)\n',
  infer: (types): Inferred => {
    const [table, ids] = two(types);
    if (table.shape.length === 0) return { misfit: 'input', input: 0, why: 'a number has no rows' };
    if (table.shape[0] === 'B')
      return { misfit: 'input', input: 0, why: 'rows are taken from a table, not from the batch' };
    if (!areRowNumbers(ids, table)) {
      return table.dtype === 'f64'
        ? { misfit: 'input', input: 0, why: 'it is an array of the host, and the ids are on the device' }
        : { misfit: 'input', input: 1, why: 'rows of the device have numbers of the device' };
    }
    return [{ dtype: table.dtype, shape: [...ids.shape, ...table.shape.slice(1)] }];
  },
  evaluate: (inputs, _, outputs, env) => {
    const [table, ids] = two(inputs);
    const axes = ids.shape.length;
    return [
      tabulate(concrete(one(outputs).shape, env.batch), (index) => {
        const row = rowAt(read(ids, index.slice(0, axes)), nth(table.shape, 0));
        return read(table, [row, ...index.slice(axes)]);
      }),
    ];
  },
  vjp: ({ b, inputs, dys }) => {
    const [table, ids] = two(inputs);
    const dy = one(dys);
    if (dy === null || table.type.dtype === 'i32') return [null, null];
    return [b.apply('scatter_add', [ids, dy], { rows: nth(table.type.shape, 0) }), null];
  },
  lower: { as: 'kernel', call: (node) => callInputs('gather', node) },
  elementwise: false,
  range: ({ ranges: [table = anything] }) => table,
  cost: () => 0,
  samples: [
    { inputs: [{ shape: [5, 3] }, { shape: ['B'], dtype: 'i32', range: [0, 4], whole: true }] },
    { name: 'sequences', inputs: [{ shape: [4, 2] }, { shape: ['B', 3], dtype: 'i32', range: [0, 3], whole: true }] },
    { name: 'numbers', inputs: [{ shape: [4] }, { shape: [6], dtype: 'i32', range: [0, 3], whole: true }] },
    { name: 'outside', inputs: [{ shape: [4, 2] }, { shape: [9], dtype: 'i32', range: [-3, 7], whole: true }] },
    { name: 'one row', inputs: [{ shape: [4, 2] }, { shape: [], dtype: 'i32', range: [0, 3], whole: true }] },
  ],
  kinks: [],
  specials: [],
});
