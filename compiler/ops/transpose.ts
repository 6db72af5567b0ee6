/** The axes in another order. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { InternalError } from '../diagnostics/types.ts';
import type { Attrs } from '../ir/types.ts';
import { numbersAttr } from './rules/attributes.ts';
import { call, numbers, value } from './rules/call.ts';
import { read, tabulate } from './rules/index-space.ts';
import { nth, one } from './rules/operands.ts';

export const transposeOp = defineOp({
  name: 'transpose',
  inputs: ['x'],
  attrs: { permutation: { type: 'permutation', default: 'none' } },
  doc: 'The axes in another order; in reverse order unless a permutation is given: [1, 0] makes [4, 3] of [3, 4]',
  elsewhere: { NumPy: 'transpose, permute_dims', PyTorch: 'permute', Keras: 'ops.transpose', Also: 'matrix_transpose' },
  example: 'input x: f32[4, 3]\npredict transpose(x)\n',
  shows: 'transposed',
  infer: (types, attrs): Inferred => {
    const { dtype, shape } = one(types);
    const axes = permutation(attrs, shape.length);
    if (axes === undefined) {
      return { misfit: 'attr', attr: 'permutation', why: `it does not name each of the ${shape.length} axes once` };
    }
    return [{ dtype, shape: axes.map((axis) => nth(shape, axis)) }];
  },
  evaluate: (inputs, attrs) => {
    const x = one(inputs);
    const axes = checked(attrs, x.shape.length);
    const inverse = invert(axes);
    return [
      tabulate(
        axes.map((axis) => nth(x.shape, axis)),
        (index) =>
          read(
            x,
            inverse.map((axis) => nth(index, axis)),
          ),
      ),
    ];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const dy = one(dys);
    const inverse = invert(checked(attrs, one(inputs).type.shape.length));
    return [dy === null ? null : b.apply('transpose', [dy], { permutation: inverse })];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) => {
      const x = one(inputs);
      return call('transpose', [value(x), numbers(checked(attrs, x.type.shape.length))]);
    },
  },
  elementwise: false,
  moves: true,
  samples: [
    { inputs: [{ shape: [2, 3] }], attrs: { permutation: [1, 0] } },
    { name: 'three axes in a cycle', inputs: [{ shape: ['B', 3, 4] }], attrs: { permutation: [2, 0, 1] } },
    { name: 'reversed', inputs: [{ shape: [2, 3, 4] }] },
    { name: 'in place', inputs: [{ shape: ['B', 3, 4] }], attrs: { permutation: [0, 2, 1] } },
  ],
  kinks: [],
  specials: [],
});

function permutation(attrs: Attrs, rank: number): readonly number[] | undefined {
  if (attrs['permutation'] === undefined) return [...Array(rank).keys()].reverse();
  const axes = numbersAttr(attrs, 'permutation').map((axis) => (axis < 0 ? axis + rank : axis));
  const complete = axes.length === rank && [...Array(rank).keys()].every((axis) => axes.includes(axis));
  return complete ? axes : undefined;
}

function checked(attrs: Attrs, rank: number): readonly number[] {
  const axes = permutation(attrs, rank);
  if (axes === undefined) throw new InternalError('transpose: not a permutation');
  return axes;
}

function invert(axes: readonly number[]): readonly number[] {
  return axes.map((_, axis) => axes.indexOf(axis));
}
