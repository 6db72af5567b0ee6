/** The same values under another dtype: a number of the host or an integer as f32, a number of the host as i32. */
import type { Type } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { dtypeAttr } from './rules/attributes.ts';
import { element, tabulate } from './rules/index-space.ts';
import { one } from './rules/operands.ts';
import { increasing, ofInputs } from './rules/range.ts';

export const castOp = defineOp({
  name: 'cast',
  whole: 'kept',
  inputs: ['x'],
  attrs: { dtype: { type: 'string', default: 'required' } },
  doc: 'the same values as f32 or i32',
  shows: '',
  infer: (types, attrs): Inferred => {
    const { dtype: from, shape }: Type = one(types);
    const dtype = dtypeAttr(attrs, 'dtype');
    if (dtype === 'f64' && from !== 'f64') {
      return { misfit: 'input', input: 0, why: 'it is a tensor of the device, and f64 lives on the host' };
    }
    if (dtype === 'i32' && from === 'f32') {
      return { misfit: 'input', input: 0, why: 'numbers of the device do not become integers' };
    }
    return [{ dtype, shape }];
  },
  evaluate: ([x], attrs) => {
    if (x === undefined || dtypeAttr(attrs, 'dtype') !== 'i32') return x === undefined ? [] : [x];
    return [tabulate(x.shape, (_, flat) => Math.trunc(element(x, flat)))];
  },
  vjp: ({ inputs, outputs, dys }) =>
    one(inputs).type.dtype === 'i32' || one(outputs).type.dtype === 'i32' ? [null] : [one(dys)],
  lower: { as: 'nothing' },
  elementwise: true,
  range: (at) => (one(at.node.outputs).type.dtype === 'i32' ? increasing(Math.trunc, -Infinity)(at) : ofInputs(at)),
  internal: true,
  samples: [
    {
      name: 'integers to numbers',
      inputs: [{ shape: ['B', 3], dtype: 'i32', range: [0, 5], whole: true }],
      attrs: { dtype: 'f32' },
    },
    { name: 'a number to an integer', inputs: [{ shape: [], dtype: 'f64' }], attrs: { dtype: 'i32' } },
    { name: 'numbers to numbers', inputs: [{ shape: [4] }], attrs: { dtype: 'f32' } },
    { name: 'from the host', inputs: [{ shape: [], dtype: 'f64' }], attrs: { dtype: 'f32' } },
  ],
  kinks: [],
  specials: [],
});
