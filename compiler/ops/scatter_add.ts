/** Rows added up by their numbers: the transpose of gather, with the same clamping. */
import type { Dim } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { numberAttr } from './rules/attributes.ts';
import { call, number, value } from './rules/call.ts';
import { element, elements, forEachIndex, offset, read } from './rules/index-space.ts';
import { one, two } from './rules/operands.ts';
import { areRowNumbers, rowAt } from './rules/rows.ts';

export const scatter_addOp = defineOp({
  name: 'scatter_add',
  inputs: ['ids', 'updates'],
  attrs: { rows: { type: 'size', default: 'required' } },
  doc: 'the sum of the rows of updates by their number: [rows, …]',
  infer: (types, attrs): Inferred => {
    const [ids, updates] = two(types);
    if (updates.dtype === 'i32') return { misfit: 'input', input: 1, why: 'only numbers add up, and no integers' };
    if (!areRowNumbers(ids, updates))
      return { misfit: 'input', input: 0, why: 'they are numbers of the host, and the updates are on the device' };
    const differs = ids.shape.some((size, axis): boolean => size !== updates.shape[axis]);
    if (differs) return { misfit: 'shapes', left: 0, right: 1, why: 'the updates need one row for each id' };
    const row: readonly Dim[] = updates.shape.slice(ids.shape.length);
    return [{ dtype: updates.dtype, shape: [numberAttr(attrs, 'rows'), ...row] }];
  },
  evaluate: (inputs, attrs) => {
    const [ids, updates] = two(inputs);
    const rows = numberAttr(attrs, 'rows');
    const axes = ids.shape.length;
    const shape = [rows, ...updates.shape.slice(axes)];
    const data = new Float64Array(elements(shape));
    forEachIndex(updates.shape, (index, flat) => {
      const at = offset(shape, [rowAt(read(ids, index.slice(0, axes)), rows), ...index.slice(axes)]);
      data[at] = (data[at] ?? 0) + element(updates, flat);
    });
    return [{ shape, data }];
  },
  vjp: ({ b, inputs, dys }) => {
    const dy = one(dys);
    return [null, dy === null ? null : b.apply('gather', [dy, two(inputs)[0]])];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) => call('scatterAdd', [...inputs.map(value), number(numberAttr(attrs, 'rows'))]),
  },
  elementwise: false,
  internal: true,
  samples: [
    { inputs: [{ shape: ['B'], dtype: 'i32', range: [0, 4], whole: true }, { shape: ['B', 3] }], attrs: { rows: 5 } },
    {
      name: 'sequences',
      inputs: [{ shape: ['B', 3], dtype: 'i32', range: [0, 2], whole: true }, { shape: ['B', 3, 2] }],
      attrs: { rows: 3 },
    },
    {
      name: 'outside',
      inputs: [{ shape: [7], dtype: 'i32', range: [-2, 6], whole: true }, { shape: [7] }],
      attrs: { rows: 4 },
    },
  ],
  kinks: [],
  specials: [],
});
