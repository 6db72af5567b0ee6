/** Zeros, or another number, around a value and between its elements. */
import type { Builder } from '../ir/builder.ts';
import type { Attrs, Value } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { numberAttr, numbersAttr } from './rules/attributes.ts';
import { call, number, numbers, value } from './rules/call.ts';
import { concrete, read, tabulate } from './rules/index-space.ts';
import { nth, one } from './rules/operands.ts';
import { exactly, hull } from './rules/range.ts';

export const pad_constantOp = defineOp({
  name: 'pad_constant',
  inputs: ['x'],
  attrs: {
    padding: { type: 'numbers', default: 'required', batch: [0, 0] },
    between: { type: 'numbers', default: 'none', batch: [0] },
    value: { type: 'number', default: 0 },
  },
  doc: '`value` around x: before and after, for each axis in turn; and so many `between` neighbours. The function pad takes a pair for each axis, and has other modes',
  elsewhere: { NumPy: 'none', PyTorch: 'none', Keras: 'none' },
  example: 'input x: f32[4, 3]\npredict pad_constant(x, [1, 1, 0, 0])\n',
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
    const between = gaps(attrs, shape.length);
    if (between.length !== shape.length || between.some((n) => !Number.isInteger(n) || n < 0)) {
      return { misfit: 'attr', attr: 'between', why: `it needs a whole number for each of the ${shape.length} axes` };
    }
    const added = shape.map((_, axis) => before(attrs, axis) + after(attrs, axis) + nth(between, axis));
    if (shape.some((size, axis) => size === 'B' && nth(added, axis) > 0))
      return { misfit: 'attr', attr: 'padding', why: 'the batch axis cannot be padded' };
    const padded = shape.map((size, axis) =>
      size === 'B' ? size : before(attrs, axis) + after(attrs, axis) + spreadSize(size, nth(between, axis)),
    );
    return [{ dtype, shape: padded }];
  },
  evaluate: (inputs, attrs, outputs, env) => {
    const x = one(inputs);
    const between = gaps(attrs, x.shape.length);
    return [
      tabulate(concrete(one(outputs).shape, env.batch), (index) => {
        const at = index.map((i, axis) => (i - before(attrs, axis)) / (nth(between, axis) + 1));
        const inside = at.every((i, axis) => Number.isInteger(i) && i >= 0 && i < nth(x.shape, axis));
        return inside ? read(x, at) : numberAttr(attrs, 'value', 0);
      }),
    ];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const dy = one(dys);
    const { dtype, shape } = one(inputs).type;
    if (dy === null || dtype === 'i32') return [null];
    const between = gaps(attrs, shape.length);
    const size = shape.map((count, axis) => (count === 'B' ? count : spreadSize(count, nth(between, axis))));
    const inner = b.apply('slice', [dy], { begin: shape.map((_, axis) => before(attrs, axis)), size });
    return [between.reduce((x, gap, axis) => (gap === 0 ? x : everyOther(b, x, axis, gap)), inner)];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) => {
      const x = one(inputs);
      const axes = [...x.type.shape.keys()];
      const [between, filling] = [gaps(attrs, axes.length), numberAttr(attrs, 'value', 0)];
      const around = [before, after].map((side) => numbers(axes.map((axis) => side(attrs, axis))));
      return call('pad', [value(x), ...around], {
        between: between.some((gap) => gap > 0) ? numbers(between) : undefined,
        value: filling === 0 ? undefined : number(filling),
      });
    },
  },
  elementwise: false,
  noun: 'pad',
  range: ({ ranges, node }) => hull([...ranges, exactly(numberAttr(node.attrs, 'value', 0))]),
  moves: true,
  samples: [
    { inputs: [{ shape: [2, 3] }], attrs: { padding: [1, 0, 0, 2] } },
    { name: 'each example', inputs: [{ shape: ['B', 3] }], attrs: { padding: [0, 0, 2, 1] } },
    { name: 'between', inputs: [{ shape: ['B', 3, 2] }], attrs: { padding: [0, 0, 1, 2, 0, 0], between: [0, 2, 1] } },
    { name: 'another number', inputs: [{ shape: [3] }], attrs: { padding: [1, 1], value: -2 } },
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

const gaps = (attrs: Attrs, rank: number): readonly number[] =>
  attrs['between'] === undefined ? Array<number>(rank).fill(0) : numbersAttr(attrs, 'between');

/** So many elements with gaps between them. */
const spreadSize = (size: number, gap: number): number => (size === 0 ? 0 : (size - 1) * (gap + 1) + 1);

/** The elements without what was put between them: the first of each run of gap + 1. */
function everyOther(b: Builder, x: Value, axis: number, gap: number): Value {
  const { shape } = x.type;
  const size = nth(shape, axis);
  if (size === 'B' || size === 0) return x;
  const runs = (size - 1) / (gap + 1) + 1;
  const around = shape.flatMap((_, i) => (i === axis ? [0, gap] : [0, 0]));
  const [front, back] = [shape.slice(0, axis), shape.slice(axis + 1)];
  const whole = b.apply('pad_constant', [x], { padding: around });
  const parted = b.apply('reshape', [whole], { shape: [...front, runs, gap + 1, ...back] });
  const first = b.apply('slice', [parted], {
    begin: parted.type.shape.map(() => 0),
    size: [...front, runs, 1, ...back],
  });
  return b.apply('reshape', [first], { shape: [...front, runs, ...back] });
}
