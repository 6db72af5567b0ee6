/** The gradient of a correlation by its kernel: what each of its elements met, times the gradient of where it went. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { numbersAttr } from './rules/attributes.ts';
import { call, numbers, value } from './rules/call.ts';
import { concrete, element, elements, forEachIndex, offset } from './rules/index-space.ts';
import { nth, one, two } from './rules/operands.ts';
import {
  correlationAttrs,
  correlationInput,
  correlationOptions,
  correlationWindows,
  groupsOf,
  placeOf,
  spatialOf,
  tapsOf,
  windowsMisfit,
  windowsOver,
} from './rules/windows.ts';

export const correlate_kernelOp = defineOp({
  name: 'correlate_kernel',
  inputs: ['x', 'dy'],
  attrs: { size: { type: 'numbers', default: 'required' }, ...correlationAttrs },
  doc: 'the gradient by its kernel of a correlation of x, from that by its result',
  infer: (types, attrs): Inferred => {
    const [x, dy] = two(types);
    const spatial = spatialOf(x, 0);
    if ('misfit' in spatial) return spatial;
    const size = numbersAttr(attrs, 'size');
    const windows = correlationWindows(size, attrs);
    const misfit = windowsMisfit(spatial, windows);
    if (misfit !== undefined) return misfit;
    const [channels, outer] = [nth(x.shape, x.shape.length - 1), nth(dy.shape, dy.shape.length - 1)];
    const wanted = [nth(x.shape, 0), ...windowsOver(spatial, windows), outer];
    const groups = groupsOf(attrs);
    if (
      wanted.some((count, axis) => count !== dy.shape[axis]) ||
      typeof channels !== 'number' ||
      channels % groups !== 0
    ) {
      return { misfit: 'shapes', left: 0, right: 1, why: 'the gradient does not belong to these windows' };
    }
    return [{ dtype: 'f32', shape: [...size, channels / groups, outer] }];
  },
  evaluate: (inputs, attrs, outputs) => {
    const [x, dy] = two(inputs);
    const windows = correlationWindows(numbersAttr(attrs, 'size'), attrs);
    const shape = concrete(one(outputs).shape, 0);
    const [inner, outer] = two(shape.slice(-2));
    const each = outer / groupsOf(attrs);
    const taps = tapsOf(shape.slice(0, -2));
    const data = new Float64Array(elements(shape));
    forEachIndex(dy.shape.slice(0, -1), ([n = 0, ...window], row) => {
      for (const [at, tap] of taps.entries()) {
        const from = offset(x.shape, [n, ...placeOf(window, tap, windows), 0]);
        for (let c = 0; c < inner; c++) {
          const to = (at * inner + c) * outer;
          for (let channel = 0; channel < outer; channel++) {
            const seen = element(x, from + Math.floor(channel / each) * inner + c);
            data[to + channel] = (data[to + channel] ?? NaN) + seen * element(dy, row * outer + channel);
          }
        }
      }
    });
    return [{ shape, data }];
  },
  vjp: ({ b, inputs, dys, attrs }) => {
    const [x, dy] = two(inputs);
    const along = one(dys);
    if (along === null) return [null, null];
    const { size: _, ...windows } = attrs;
    return [correlationInput(b, dy, along, windows, x.type.shape), b.apply('correlate', [x, along], windows)];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs, attrs }) =>
      call('convKernel', inputs.map(value), {
        size: numbers(numbersAttr(attrs, 'size')),
        ...correlationOptions(attrs),
      }),
  },
  elementwise: false,
  internal: true,
  cost: ({ inputs, outputs }, batch) => {
    const dy = nth(inputs, 1).type.shape.slice(0, -1);
    return 2 * elements(concrete([...one(outputs).type.shape, ...dy], batch));
  },
  samples: [
    {
      inputs: [{ shape: ['B', 5, 2] }, { shape: ['B', 3, 3] }],
      attrs: { size: [3], stride: [1], dilation: [1], groups: 1 },
    },
    {
      name: 'strides that leave a rest, dilation, groups',
      inputs: [{ shape: ['B', 6, 7, 2] }, { shape: ['B', 2, 2, 4] }],
      attrs: { size: [2, 3], stride: [2, 3], dilation: [2, 1], groups: 2 },
    },
  ],
  kinks: [],
  specials: [],
});
