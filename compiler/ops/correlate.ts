/** Cross-correlation, which networks call convolution: a kernel meets every whole window of its size. */
import type { Attrs, Node, Type } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred, Misfit } from './define.ts';
import { call, value } from './rules/call.ts';
import type { Call } from './rules/call.ts';
import { demandBare, epilogueMisfit, epilogueOptions, withEpilogue } from './rules/epilogue.ts';
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

export const correlateOp = defineOp({
  name: 'correlate',
  inputs: ['x', 'kernel', 'bias?'],
  attrs: { ...correlationAttrs },
  doc: 'x [n, ...spatial, c] by a kernel [...size, c/groups, channels], at every whole window: what conv does behind its padding, with a list for each setting',
  elsewhere: {
    NumPy: 'scipy.signal.correlate; of one channel',
    PyTorch: 'none; F.conv2d of channels in front',
    Keras: 'none',
  },
  example:
    'input image: f32[28, 28, 1]\nweight kernel: [3, 3, 1, 8]\npredict correlate(image, kernel, stride=[1, 1], dilation=[1, 1])\n',
  infer: (types, attrs, bodies): Inferred => {
    const type = resultType(types, attrs);
    return 'misfit' in type ? type : (epilogueMisfit(type, types[2], bodies) ?? [type]);
  },
  evaluate: (inputs, attrs, outputs, env, bodies) => {
    const [x, kernel] = two(inputs);
    const size = kernel.shape.slice(0, -2);
    const windows = correlationWindows(size, attrs);
    const taps = tapsOf(size);
    const [inner, outer] = two(kernel.shape.slice(-2));
    const each = outer / groupsOf(attrs);
    const shape = concrete(one(outputs).shape, env.batch);
    const data = new Float64Array(elements(shape));
    forEachIndex(shape.slice(0, -1), ([n = 0, ...window], row) => {
      for (const [at, tap] of taps.entries()) {
        const from = offset(x.shape, [n, ...placeOf(window, tap, windows), 0]);
        for (let c = 0; c < inner; c++) {
          const weights = (at * inner + c) * outer;
          for (let channel = 0; channel < outer; channel++) {
            const seen = element(x, from + Math.floor(channel / each) * inner + c);
            const to = row * outer + channel;
            data[to] = (data[to] ?? NaN) + seen * element(kernel, weights + channel);
          }
        }
      }
    });
    const product = { shape, data };
    return withEpilogue(product, inputs[2], bodies, env);
  },
  vjp: ({ b, inputs, dys, attrs, bodies }) => {
    demandBare('correlation', inputs, bodies);
    const [x, kernel] = two(inputs);
    const dy = one(dys);
    if (dy === null) return [null, null];
    const size = numbersOf(kernel.type);
    return [
      correlationInput(b, dy, kernel, attrs, x.type.shape),
      b.apply('correlate_kernel', [x, dy], { ...attrs, size }),
    ];
  },
  lower: {
    as: 'kernel',
    call: (node: Node): Call =>
      call('conv', node.inputs.slice(0, 2).map(value), { ...correlationOptions(node.attrs), ...epilogueOptions(node) }),
  },
  ofExamples: [0],
  bodies: 'scalar',
  elementwise: false,
  noun: 'conv',
  cost: ({ inputs, outputs }, batch) => {
    const { shape } = nth(inputs, 1).type;
    return 2 * elements(concrete([...one(outputs).type.shape, ...shape.slice(0, -1)], batch));
  },
  samples: [
    {
      inputs: [{ shape: ['B', 5, 2] }, { shape: [3, 2, 3] }],
      attrs: { stride: [1], dilation: [1], groups: 1 },
    },
    {
      name: 'strides that leave a rest, dilation',
      inputs: [{ shape: ['B', 6, 7, 2] }, { shape: [2, 3, 2, 2] }],
      attrs: { stride: [2, 3], dilation: [2, 1], groups: 1 },
    },
    {
      name: 'groups',
      inputs: [{ shape: ['B', 3, 4, 4] }, { shape: [2, 2, 2, 6] }],
      attrs: { stride: [1, 2], dilation: [1, 1], groups: 2 },
    },
    {
      name: 'each channel apart',
      inputs: [{ shape: ['B', 4, 3] }, { shape: [2, 1, 6] }],
      attrs: { stride: [1], dilation: [2], groups: 3 },
    },
    {
      name: 'a volume',
      inputs: [{ shape: ['B', 3, 3, 2, 1] }, { shape: [2, 1, 2, 1, 2] }],
      attrs: { stride: [1, 2, 1], dilation: [1, 1, 1], groups: 1 },
    },
  ],
  kinks: [],
  specials: [],
});

const numbersOf = ({ shape }: Type): readonly number[] => shape.slice(0, -2).filter((size) => size !== 'B');

function resultType(types: readonly Type[], attrs: Attrs): Type | Misfit {
  const [x, kernel] = two(types);
  const spatial = spatialOf(x, 0);
  if ('misfit' in spatial) return spatial;
  const wrong = types.slice(0, 2).findIndex(({ dtype }) => dtype !== 'f32');
  if (wrong >= 0) return { misfit: 'input', input: wrong, why: 'a correlation is one of numbers' };
  const { shape } = kernel;
  const groups = groupsOf(attrs);
  const [channels, inner, outer] = [
    nth(x.shape, x.shape.length - 1),
    nth(shape, shape.length - 2),
    nth(shape, shape.length - 1),
  ];
  if (shape.length !== spatial.length + 2 || shape.includes('B')) {
    return { misfit: 'shapes', left: 0, right: 1, why: `the kernel needs ${spatial.length + 2} axes` };
  }
  if (typeof channels !== 'number' || typeof inner !== 'number' || typeof outer !== 'number') {
    return { misfit: 'input', input: 0, why: 'channels are no batch' };
  }
  if (inner * groups !== channels || outer % groups !== 0) {
    return {
      misfit: 'shapes',
      left: 0,
      right: 1,
      why: `${groups} × ${inner} channels are read, and there are ${channels}`,
    };
  }
  const windows = correlationWindows(numbersOf(kernel), attrs);
  return (
    windowsMisfit(spatial, windows) ?? {
      dtype: 'f32',
      shape: [nth(x.shape, 0), ...windowsOver(spatial, windows), outer],
    }
  );
}
