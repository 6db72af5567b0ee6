/** Values of one shape laid side by side along a new axis. */
import { InternalError } from '../diagnostics/types.ts';
import type { Builder } from '../ir/builder.ts';
import type { Attrs, Shape, Value } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred, Misfit } from './define.ts';
import { axisOf } from './rules/axes.ts';
import { sameShape } from './rules/broadcast.ts';
import { same } from './rules/dtypes.ts';
import { concrete, read, tabulate } from './rules/index-space.ts';
import { nth, one } from './rules/operands.ts';

export const stackOp = defineOp({
  name: 'stack',
  inputs: ['x', 'xs...'],
  attrs: { axis: { type: 'axis', default: 0, newAxis: true } },
  doc: 'The values, all of one shape, laid side by side along a new axis',
  elsewhere: { NumPy: 'stack', PyTorch: 'stack', Keras: 'ops.stack' },
  example: 'input a: f32[4]; input b: f32[4]\npredict stack([a, b], axis=1)\n',
  infer: (types, attrs): Inferred => {
    const dtype = same(types);
    if (typeof dtype === 'object') return dtype;
    const { shape } = nth(types, 0);
    const right = types.findIndex((type) => !sameShape(type.shape, shape));
    if (right >= 0) return { misfit: 'shapes', left: 0, right, why: 'only values of one shape are stacked' };
    const axis = newAxis(attrs, shape);
    return typeof axis === 'object' ? axis : [{ dtype, shape: shape.toSpliced(axis, 0, types.length) }];
  },
  evaluate: (inputs, attrs, outputs, env) => {
    const axis = checkedAxis(attrs, nth(inputs, 0).shape);
    return [
      tabulate(concrete(one(outputs).shape, env.batch), (index) =>
        read(nth(inputs, nth(index, axis)), index.toSpliced(axis, 1)),
      ),
    ];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const dy = one(dys);
    const { shape, dtype } = nth(inputs, 0).type;
    if (dy === null || dtype === 'i32') return inputs.map(() => null);
    const axis = checkedAxis(attrs, shape);
    return inputs.map((_, piece) => {
      const begin = dy.type.shape.map((_size, at) => (at === axis ? piece : 0));
      const slice = b.apply('slice', [dy], { begin, size: shape.toSpliced(axis, 0, 1) });
      return b.apply('reshape', [slice], { shape });
    });
  },
  lower: { as: 'decompose', to: joinAlongNewAxis },
  elementwise: false,
  moves: true,
  samples: [
    { inputs: [{ shape: [2, 3] }, { shape: [2, 3] }], attrs: { axis: 0 } },
    {
      name: 'at the end',
      inputs: [{ shape: ['B', 2] }, { shape: ['B', 2] }, { shape: ['B', 2] }],
      attrs: { axis: -1 },
    },
    { name: 'in the middle', inputs: [{ shape: ['B', 2] }, { shape: ['B', 2] }], attrs: { axis: 1 } },
    { name: 'numbers', inputs: [{ shape: [] }, { shape: [] }] },
  ],
  kinks: [],
  specials: [],
});

function joinAlongNewAxis(b: Builder, inputs: readonly Value[], attrs: Attrs): readonly Value[] {
  const { shape } = nth(inputs, 0).type;
  const axis = checkedAxis(attrs, shape);
  const layers = inputs.map((x) => b.apply('reshape', [x], { shape: shape.toSpliced(axis, 0, 1) }));
  return [b.apply('concat', layers, { axis })];
}

/** Counted in the result, which has one axis more. */
function newAxis(attrs: Attrs, shape: Shape): number | Misfit {
  return axisOf(attrs, shape.length + 1, 0);
}

function checkedAxis(attrs: Attrs, shape: Shape): number {
  const axis = newAxis(attrs, shape);
  if (typeof axis === 'object') throw new InternalError(axis.why);
  return axis;
}
