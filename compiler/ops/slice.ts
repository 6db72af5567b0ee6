/** A box out of a value: `size` elements from `begin` on, on each axis. */
import type { Attrs, Dim, Shape } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { numbersAttr, shapeAttr } from './rules/attributes.ts';
import { call, numbers, value } from './rules/call.ts';
import { concrete, read, tabulate } from './rules/index-space.ts';
import { nth, one } from './rules/operands.ts';

export const sliceOp = defineOp({
  name: 'slice',
  inputs: ['x'],
  attrs: { begin: { type: 'numbers', default: 'required', batch: [0] }, size: { type: 'shape', default: 'required' } },
  doc: 'size[i] elements from begin[i] on, on each axis; `x[1:3]` says it more shortly',
  elsewhere: { NumPy: 'none; x[2:6]', PyTorch: 'none; x[2:6]', Keras: 'ops.slice' },
  example: 'input x: f32[4, 3]\npredict slice(x, [1, 0], [2, 3])\n',
  infer: (types, attrs): Inferred => {
    const { dtype, shape } = one(types);
    const begin = numbersAttr(attrs, 'begin');
    const size = shapeAttr(attrs, 'size');
    if (begin.length !== shape.length || size.length !== shape.length) {
      return { misfit: 'attr', attr: 'size', why: `begin and size need a number for each of the ${shape.length} axes` };
    }
    const outside = shape.findIndex((have, axis) => !inside(have, nth(begin, axis), nth(size, axis)));
    if (outside < 0) return [{ dtype, shape: size }];
    const range = `${begin[outside]} + ${size[outside]}`;
    return { misfit: 'attr', attr: 'size', why: `${range} reaches outside axis ${outside} of size ${shape[outside]}` };
  },
  evaluate: (inputs, attrs, outputs, env) => {
    const begin = numbersAttr(attrs, 'begin');
    return [
      tabulate(concrete(one(outputs).shape, env.batch), (index) =>
        read(
          one(inputs),
          index.map((i, axis) => i + nth(begin, axis)),
        ),
      ),
    ];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const dy = one(dys);
    const { dtype, shape } = one(inputs).type;
    return [dy === null || dtype === 'i32' ? null : b.apply('pad_constant', [dy], { padding: around(shape, attrs) })];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) =>
      call('slice', [value(one(inputs)), numbers(numbersAttr(attrs, 'begin')), numbers(shapeAttr(attrs, 'size'))]),
  },
  elementwise: false,
  moves: true,
  samples: [
    { inputs: [{ shape: [4, 5] }], attrs: { begin: [1, 0], size: [2, 5] } },
    { name: 'of each example', inputs: [{ shape: ['B', 5, 3] }], attrs: { begin: [0, 2, 1], size: ['B', 3, 1] } },
    { name: 'all of it', inputs: [{ shape: [3] }], attrs: { begin: [0], size: [3] } },
  ],
  kinks: [],
  specials: [],
});

/** The batch axis can only be taken whole. */
function inside(have: Dim, begin: number, size: Dim): boolean {
  if (have === 'B' || size === 'B') return have === size && begin === 0;
  return Number.isInteger(begin) && Number.isInteger(size) && begin >= 0 && size >= 0 && begin + size <= have;
}

/** The padding that puts a slice back in its place. */
function around(shape: Shape, attrs: Attrs): readonly number[] {
  const begin = numbersAttr(attrs, 'begin');
  const size = shapeAttr(attrs, 'size');
  return shape.flatMap((have, axis) => {
    const taken = nth(size, axis);
    if (have === 'B' || taken === 'B') return [0, 0];
    const before = nth(begin, axis);
    return [before, have - before - taken];
  });
}
