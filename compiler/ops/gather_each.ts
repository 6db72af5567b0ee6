/** Rows of many tables by their numbers: each place of the leading axes has a table and numbers of its own. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { numberAttr } from './rules/attributes.ts';
import { call, number, value } from './rules/call.ts';
import { concrete, read, tabulate } from './rules/index-space.ts';
import { nth, one, two } from './rules/operands.ts';
import { anything } from './rules/range.ts';
import { areRowNumbers, rowAt } from './rules/rows.ts';

export const gather_eachOp = defineOp({
  name: 'gather_each',
  inputs: ['tables', 'ids'],
  attrs: { lead: { type: 'size', default: 'required' } },
  doc: 'the rows of each table with the numbers ids there: [L…, V, …] at [L…, n, …] gives [L…, n, …, …]',
  infer: (types, attrs): Inferred => {
    const [tables, ids] = two(types);
    const lead = numberAttr(attrs, 'lead');
    if (tables.shape.length <= lead) return { misfit: 'input', input: 0, why: 'a number has no rows' };
    if (!areRowNumbers(ids, tables)) return { misfit: 'input', input: 1, why: 'rows have whole numbers' };
    if (tables.shape.slice(0, lead).some((size, axis) => size !== ids.shape[axis]))
      return { misfit: 'shapes', left: 0, right: 1, why: 'each table needs numbers of its own' };
    return [{ dtype: tables.dtype, shape: [...ids.shape, ...tables.shape.slice(lead + 1)] }];
  },
  evaluate: (inputs, attrs, outputs, env) => {
    const [tables, ids] = two(inputs);
    const [lead, axes] = [numberAttr(attrs, 'lead'), ids.shape.length];
    return [
      tabulate(concrete(one(outputs).shape, env.batch), (index) => {
        const row = rowAt(read(ids, index.slice(0, axes)), nth(tables.shape, lead));
        return read(tables, [...index.slice(0, lead), row, ...index.slice(axes)]);
      }),
    ];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const [tables, ids] = two(inputs);
    const dy = one(dys);
    if (dy === null || tables.type.dtype === 'i32') return [null, null];
    const lead = numberAttr(attrs, 'lead');
    return [b.apply('scatter_each', [ids, dy], { lead, rows: nth(tables.type.shape, lead) }), null];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) => call('gatherEach', [...inputs.map(value), number(numberAttr(attrs, 'lead'))]),
  },
  elementwise: false,
  internal: true,
  range: ({ ranges: [tables = anything] }) => tables,
  cost: () => 0,
  samples: [
    {
      inputs: [{ shape: ['B', 5, 3] }, { shape: ['B', 4], dtype: 'i32', range: [0, 4], whole: true }],
      attrs: { lead: 1 },
    },
    {
      name: 'numbers at two axes',
      inputs: [{ shape: ['B', 3, 5] }, { shape: ['B', 3, 2], dtype: 'i32', range: [0, 4], whole: true }],
      attrs: { lead: 2 },
    },
    {
      name: 'outside',
      inputs: [{ shape: [2, 4] }, { shape: [2, 6], dtype: 'i32', range: [-3, 7], whole: true }],
      attrs: { lead: 1 },
    },
  ],
  kinks: [],
  specials: [],
});
