/** Values joined along an axis. */
import { InternalError } from '../diagnostics/types.ts';
import type { Attrs, Type } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred, Misfit } from './define.ts';
import { numberAttr } from './rules/attributes.ts';
import { axisOf } from './rules/axes.ts';
import { call, list, number, value } from './rules/call.ts';
import { same } from './rules/dtypes.ts';
import { concrete, read, tabulate } from './rules/index-space.ts';
import { nth, one } from './rules/operands.ts';

export const concatOp = defineOp({
  name: 'concat',
  inputs: ['x', 'xs...'],
  attrs: { axis: { type: 'axis', default: -1 } },
  doc: 'The values joined along an axis, in which alone their sizes may differ',
  elsewhere: {
    NumPy: 'concatenate, concat; along the first axis unless one is named',
    PyTorch: 'cat, concat, concatenate; along the first axis unless one is named',
    Keras: 'ops.concatenate; along the first axis unless one is named',
  },
  example: 'input a: f32[4]; input b: f32[3]\npredict concat([a, b])\n',
  infer: (types, attrs): Inferred => {
    const dtype = same(types);
    if (typeof dtype === 'object') return dtype;
    const first = nth(types, 0);
    const axis = axisOf(attrs, first.shape.length);
    if (typeof axis === 'object') return axis;
    const misfit = otherAxesDiffer(types, axis);
    if (misfit !== undefined) return misfit;
    let joined = 0;
    for (const { shape } of types) {
      const size = nth(shape, axis);
      if (size === 'B') return { misfit: 'attr', attr: 'axis', why: 'values cannot be joined along the batch axis' };
      joined += size;
    }
    return [{ dtype, shape: first.shape.map((size, i) => (i === axis ? joined : size)) }];
  },
  evaluate: (inputs, attrs, outputs, env) => {
    const axis = checkedAxis(attrs, nth(inputs, 0).shape.length);
    const starts = startsOf(inputs.map((x) => nth(x.shape, axis)));
    return [
      tabulate(concrete(one(outputs).shape, env.batch), (index) => {
        const position = nth(index, axis);
        const piece = starts.findLastIndex((start) => start <= position);
        const within = index.map((i, at) => (at === axis ? i - nth(starts, piece) : i));
        return read(nth(inputs, piece), within);
      }),
    ];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const dy = one(dys);
    if (dy === null || nth(inputs, 0).type.dtype === 'i32') return inputs.map(() => null);
    const axis = checkedAxis(attrs, dy.type.shape.length);
    const starts = startsOf(inputs.map((x) => Number(nth(x.type.shape, axis))));
    return inputs.map((x, piece) => {
      const begin = x.type.shape.map((_, at) => (at === axis ? nth(starts, piece) : 0));
      return b.apply('slice', [dy], { begin, size: x.type.shape });
    });
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) => call('concat', [list(inputs.map(value)), number(numberAttr(attrs, 'axis', -1))]),
  },
  elementwise: false,
  moves: true,
  samples: [
    { inputs: [{ shape: [2, 3] }, { shape: [2, 1] }], attrs: { axis: -1 } },
    {
      name: 'three pieces',
      inputs: [{ shape: ['B', 1] }, { shape: ['B', 2] }, { shape: ['B', 1] }],
      attrs: { axis: 1 },
    },
    { name: 'the first axis', inputs: [{ shape: [1, 2] }, { shape: [3, 2] }], attrs: { axis: 0 } },
    { name: 'one value', inputs: [{ shape: [3] }], attrs: { axis: 0 } },
  ],
  kinks: [],
  specials: [],
});

function otherAxesDiffer(types: readonly Type[], axis: number): Misfit | undefined {
  const { shape } = nth(types, 0);
  const right = types.findIndex(
    (type) => type.shape.length !== shape.length || type.shape.some((size, i) => i !== axis && size !== shape[i]),
  );
  if (right < 0) return undefined;
  return { misfit: 'shapes', left: 0, right, why: `they may only differ on axis ${axis}` };
}

/** Where each piece begins. */
function startsOf(sizes: readonly number[]): readonly number[] {
  return sizes.map((_, piece) => sizes.slice(0, piece).reduce((sum, size) => sum + size, 0));
}

function checkedAxis(attrs: Attrs, rank: number): number {
  const axis = axisOf(attrs, rank);
  if (typeof axis === 'object') throw new InternalError(axis.why);
  return axis;
}
