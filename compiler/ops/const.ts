/** A number that is known when the graph is built. */
import { defineOp } from './define.ts';
import { numberAttr } from './rules/attributes.ts';
import { scalar } from './rules/index-space.ts';
import { exactly } from './rules/range.ts';

export const constOp = defineOp({
  name: 'const',
  inputs: [],
  attrs: { value: { type: 'number', default: 'required' } },
  doc: 'a number',
  infer: () => [{ dtype: 'f64', shape: [] }],
  evaluate: (_, attrs) => [scalar(numberAttr(attrs, 'value'))],
  vjp: () => [],
  lower: { as: 'nothing' },
  elementwise: false,
  range: ({ node }) => exactly(numberAttr(node.attrs, 'value')),
  internal: true,
  samples: [{ inputs: [], attrs: { value: 2.5 } }],
  kinks: [],
  specials: [],
});
