/** Zeros around a value. */
import type { Attrs } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { numbersAttr } from './rules/attributes.ts';
import { call, list, numbers, value } from './rules/call.ts';
import { concrete, read, tabulate } from './rules/index-space.ts';
import { nth, one } from './rules/operands.ts';
import { exactly, hull } from './rules/range.ts';

export const padOp = defineOp({
  name: 'pad',
  inputs: ['x'],
  attrs: { padding: { type: 'numbers', default: 'required', batch: [0, 0] } },
  doc: 'zeros around x: before and after, for each axis in turn',
  infer: (types, attrs): Inferred => {
    const { dtype, shape } = one(types);
    const padding = numbersAttr(attrs, 'padding');
    if (padding.length !== 2 * shape.length || padding.some((n) => !Number.isInteger(n) || n < 0)) {
      return {
        misfit: 'attr',
        attr: 'padding',
        why: `it needs two whole numbers for each of the ${shape.length} axes`,
      };
    }
    const batch = shape.findIndex((size, axis) => size === 'B' && before(attrs, axis) + after(attrs, axis) > 0);
    if (batch >= 0) return { misfit: 'attr', attr: 'padding', why: 'the batch axis cannot be padded' };
    const padded = shape.map((size, axis) => (size === 'B' ? size : size + before(attrs, axis) + after(attrs, axis)));
    return [{ dtype, shape: padded }];
  },
  evaluate: (inputs, attrs, outputs, env) => {
    const x = one(inputs);
    return [
      tabulate(concrete(one(outputs).shape, env.batch), (index) => {
        const at = index.map((i, axis) => i - before(attrs, axis));
        return at.every((i, axis) => i >= 0 && i < nth(x.shape, axis)) ? read(x, at) : 0;
      }),
    ];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const dy = one(dys);
    const { dtype, shape } = one(inputs).type;
    if (dy === null || dtype === 'i32') return [null];
    return [b.apply('slice', [dy], { begin: shape.map((_, axis) => before(attrs, axis)), size: shape })];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) => {
      const x = one(inputs);
      const pairs = x.type.shape.map((_, axis) => numbers([before(attrs, axis), after(attrs, axis)]));
      return call('pad', [value(x), list(pairs)]);
    },
  },
  elementwise: false,
  range: ({ ranges }) => hull([...ranges, exactly(0)]),
  moves: true,
  samples: [
    { inputs: [{ shape: [2, 3] }], attrs: { padding: [1, 0, 0, 2] } },
    { name: 'each example', inputs: [{ shape: ['B', 3] }], attrs: { padding: [0, 0, 2, 1] } },
    { name: 'nothing', inputs: [{ shape: [3] }], attrs: { padding: [0, 0] } },
  ],
  kinks: [],
  specials: [],
});

function before(attrs: Attrs, axis: number): number {
  return nth(numbersAttr(attrs, 'padding'), 2 * axis);
}

function after(attrs: Attrs, axis: number): number {
  return nth(numbersAttr(attrs, 'padding'), 2 * axis + 1);
}
