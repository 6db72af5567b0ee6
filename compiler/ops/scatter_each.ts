/** Rows added up by their numbers, apart for each place of the leading axes: the transpose of gather_each. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { numberAttr } from './rules/attributes.ts';
import { call, number, value } from './rules/call.ts';
import { element, elements, forEachIndex, offset, read } from './rules/index-space.ts';
import { one, two } from './rules/operands.ts';
import { areRowNumbers, rowAt } from './rules/rows.ts';

export const scatter_eachOp = defineOp({
  name: 'scatter_each',
  inputs: ['ids', 'updates'],
  attrs: { lead: { type: 'size', default: 'required' }, rows: { type: 'size', default: 'required' } },
  doc: 'the sum of the rows of updates by their number, for each place of the leading axes: [L…, rows, …]',
  infer: (types, attrs): Inferred => {
    const [ids, updates] = two(types);
    const [lead, rows] = [numberAttr(attrs, 'lead'), numberAttr(attrs, 'rows')];
    if (updates.dtype === 'i32') return { misfit: 'input', input: 1, why: 'only numbers of the device add up' };
    if (!areRowNumbers(ids, updates)) return { misfit: 'input', input: 0, why: 'rows have whole numbers' };
    if (ids.shape.length < lead || ids.shape.some((size, axis) => size !== updates.shape[axis]))
      return { misfit: 'shapes', left: 0, right: 1, why: 'the updates need one row for each id' };
    const row = updates.shape.slice(ids.shape.length);
    return [{ dtype: updates.dtype, shape: [...ids.shape.slice(0, lead), rows, ...row] }];
  },
  evaluate: (inputs, attrs) => {
    const [ids, updates] = two(inputs);
    const [lead, rows, axes] = [numberAttr(attrs, 'lead'), numberAttr(attrs, 'rows'), ids.shape.length];
    const shape = [...ids.shape.slice(0, lead), rows, ...updates.shape.slice(axes)];
    const data = new Float64Array(elements(shape));
    forEachIndex(updates.shape, (index, flat) => {
      const row = rowAt(read(ids, index.slice(0, axes)), rows);
      const at = offset(shape, [...index.slice(0, lead), row, ...index.slice(axes)]);
      data[at] = (data[at] ?? 0) + element(updates, flat);
    });
    return [{ shape, data }];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const dy = one(dys);
    const lead = numberAttr(attrs, 'lead');
    return [null, dy === null ? null : b.apply('gather_each', [dy, two(inputs)[0]], { lead })];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) =>
      call('scatterEach', [...inputs.map(value), number(numberAttr(attrs, 'rows')), number(numberAttr(attrs, 'lead'))]),
  },
  elementwise: false,
  internal: true,
  samples: [
    {
      inputs: [{ shape: ['B', 4], dtype: 'i32', range: [0, 2], whole: true }, { shape: ['B', 4, 3] }],
      attrs: { lead: 1, rows: 3 },
    },
    {
      name: 'numbers at two axes',
      inputs: [{ shape: ['B', 3, 4], dtype: 'i32', range: [-2, 6], whole: true }, { shape: ['B', 3, 4] }],
      attrs: { lead: 2, rows: 5 },
    },
  ],
  kinks: [],
  specials: [],
});
