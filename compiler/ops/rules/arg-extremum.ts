/** argmax and argmin: where along an axis the extremum is, the first of equals. */
import { InternalError } from '../../diagnostics/types.ts';
import { defineOp } from '../define.ts';
import type { Documented, Inferred, Op } from '../define.ts';
import { numberAttr } from './attributes.ts';
import { axisOf, droppedShape } from './axes.ts';
import { call, number, value } from './call.ts';
import { arithmetic } from './dtypes.ts';
import { one } from './operands.ts';
import { reduce } from './reduction.ts';

export function argExtremum(name: string, page: Documented, beats: (challenger: number, best: number) => boolean): Op {
  return defineOp({
    name,
    inputs: ['x'],
    attrs: { axis: { type: 'axis', default: -1 } },
    ...page,
    infer: (types, attrs): Inferred => {
      const { shape } = one(types);
      const dtype = arithmetic(types);
      if (typeof dtype === 'object') return dtype;
      const axis = axisOf(attrs, shape.length);
      if (typeof axis === 'object') return axis;
      return [{ dtype: dtype === 'f32' ? 'i32' : 'f64', shape: droppedShape(shape, [axis]) }];
    },
    evaluate: (inputs, attrs) => {
      const axis = axisOf(attrs, one(inputs).shape.length);
      if (typeof axis === 'object') throw new InternalError(axis.why);
      const first = (run: readonly number[]) =>
        run.reduce((best, x, i) => (beats(x, run[best] ?? Number.NaN) ? i : best), 0);
      return [reduce(one(inputs), { axis: [axis] }, first)];
    },
    vjp: 'none',
    lower: {
      as: 'kernel',
      call: ({ inputs, attrs }) => call(name, [value(one(inputs)), number(numberAttr(attrs, 'axis', -1))]),
    },
    elementwise: false,
    integers: true,
    samples: [
      { name: 'the last axis', inputs: [{ shape: ['B', 5] }] },
      { name: 'a middle axis', inputs: [{ shape: ['B', 4, 3] }], attrs: { axis: 1 } },
      { name: 'with equals', inputs: [{ shape: [6, 8], range: [0, 2], whole: true }], attrs: { axis: -1 } },
    ],
    kinks: [],
    specials: [],
  });
}
