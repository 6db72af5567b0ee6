/** Windows and paddings that do not fit: each is refused with the shapes and numbers that were given, before any kernel runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import type { K, Value } from '../../runtime/kernels/k.ts';

type Make = (...shape: number[]) => Value;

const misfits: readonly (readonly [string, (k: K, f: Make, i: Make) => unknown, string])[] = [
  ['no value to add', (k) => k.addAll([]), 'addAll of nothing'],
  ['values of two shapes', (k, f) => k.addAll([f(2), f(3)]), 'addAll of float32 [2], float32 [3]'],
  ['whole numbers to add', (k, f, i) => k.addAll([f(2), i(2)]), 'addAll of float32 [2], int32 [2]'],
  ['no value to have a norm', (k) => k.globalNorm([]), 'globalNorm of nothing'],
  ['whole numbers among those of a norm', (k, f, i) => k.globalNorm([f(2), i(3)]), 'globalNorm of whole numbers'],
  [
    'a kernel larger than its input',
    (k, f) => k.conv(f(1, 2, 5, 3), f(3, 3, 3, 4)),
    'conv: [1, 2, 5, 3] by [3, 3, 3, 4], stride [1, 1], dilation [1, 1], groups 1',
  ],
  [
    'a kernel that dilation makes larger than its input',
    (k, f) => k.conv(f(1, 5, 3), f(3, 3, 4), { dilation: [3] }),
    'conv: [1, 5, 3] by [3, 3, 4], stride [1], dilation [3], groups 1',
  ],
  [
    'other channels',
    (k, f) => k.conv(f(1, 5, 5, 3), f(3, 3, 4, 4)),
    'conv: [1, 5, 5, 3] by [3, 3, 4, 4], stride [1, 1], dilation [1, 1], groups 1',
  ],
  [
    'groups that do not divide the channels of the result',
    (k, f) => k.conv(f(1, 5, 4), f(3, 2, 5), { groups: 2 }),
    'conv: [1, 5, 4] by [3, 2, 5], stride [1], dilation [1], groups 2',
  ],
  ['no groups', (k, f) => k.conv(f(1, 5, 4), f(3, 4, 4), { groups: 0 }), 'groups 0'],
  ['a kernel of another rank', (k, f) => k.conv(f(1, 5, 4), f(3, 3, 4, 4)), 'conv: [1, 5, 4] by [3, 3, 4, 4]'],
  ['no spatial axis', (k, f) => k.conv(f(5, 4), f(4, 4)), 'conv: [5, 4] by [4, 4]'],
  ['four spatial axes', (k, f) => k.conv(f(1, 2, 2, 2, 2, 1), f(1, 1, 1, 1, 1, 1)), 'conv: [1, 2, 2, 2, 2, 1] by'],
  ['a stride for each of two axes', (k, f) => k.conv(f(1, 5, 4), f(3, 4, 4), { stride: [1, 1] }), 'stride [1, 1]'],
  ['a stride of nothing', (k, f) => k.conv(f(1, 5, 4), f(3, 4, 4), { stride: [0] }), 'stride [0]'],
  [
    'a stride of nothing on one of two axes',
    (k, f) => k.conv(f(1, 5, 5, 4), f(3, 3, 4, 4), { stride: [1, 0] }),
    'stride [1, 0]',
  ],
  ['half a dilation', (k, f) => k.conv(f(1, 5, 4), f(3, 4, 4), { dilation: [0.5] }), 'dilation [0.5]'],
  [
    'a bias of other channels',
    (k, f) => k.conv(f(1, 5, 4), f(3, 4, 6), { bias: f(4) }),
    'conv: [1, 5, 4] by [3, 4, 6] + [4], stride [1], dilation [1], groups 1',
  ],
  ['whole numbers', (k, f, i) => k.conv(i(1, 5, 4), f(3, 4, 4)), 'conv of whole numbers'],
  [
    'the gradient of a result of other places',
    (k, f) => k.convKernel(f(2, 7, 3), f(2, 4, 5), { size: [3] }),
    'convKernel: [2, 7, 3] and [2, 4, 5], size [3], stride [1], dilation [1], groups 1',
  ],
  [
    'the gradient of a result of other examples',
    (k, f) => k.convKernel(f(2, 7, 3), f(1, 5, 5), { size: [3] }),
    'convKernel: [2, 7, 3] and [1, 5, 5], size [3]',
  ],
  [
    'the gradient by a kernel of two axes',
    (k, f) => k.convKernel(f(2, 7, 3), f(2, 5, 5), { size: [3, 1] }),
    'convKernel: [2, 7, 3] and [2, 5, 5], size [3, 1]',
  ],
  [
    'the gradient with groups that do not divide',
    (k, f) => k.convKernel(f(2, 7, 3), f(2, 5, 6), { size: [3], groups: 2 }),
    'groups 2',
  ],
  [
    'the gradient of whole numbers',
    (k, f, i) => k.convKernel(f(2, 7, 3), i(2, 5, 6), { size: [3] }),
    'convKernel of whole numbers',
  ],
  [
    'a window larger than its input',
    (k, f) => k.pool('max', f(1, 4, 5, 2), { size: [5, 2], stride: [1, 1] }),
    'pool: [1, 4, 5, 2], size [5, 2], stride [1, 1]',
  ],
  [
    'a window that reaches further than its input',
    (k, f) => k.pool('max', f(1, 4, 5, 2), { size: [2, 2], stride: [1, 1], dilation: [1, 5] }),
    'pool: [1, 4, 5, 2], size [2, 2], stride [1, 1], dilation [1, 5]',
  ],
  ['a window of nothing', (k, f) => k.pool('sum', f(1, 4, 2), { size: [0], stride: [1] }), 'pool: [1, 4, 2], size [0]'],
  [
    'a window of another rank',
    (k, f) => k.poolGather(f(1, 4, 2), f(1, 4, 2), { size: [2, 2], stride: [2, 2] }),
    'poolGather: [1, 4, 2], size [2, 2], stride [2, 2]',
  ],
  [
    'values of another shape at the maxima',
    (k, f) => k.poolGather(f(1, 4, 2), f(1, 2, 2), { size: [2], stride: [2] }),
    'poolGather: [1, 2, 2] for [1, 4, 2]',
  ],
  [
    'a cotangent of other places',
    (k, f) => k.poolScatter(f(1, 4, 2), f(1, 3, 2), { size: [2], stride: [2] }),
    'poolScatter: [1, 3, 2] for [1, 2, 2]',
  ],
  [
    'a pool of whole numbers',
    (k, _, i) => k.pool('max', i(1, 4, 2), { size: [2], stride: [2] }),
    'pool of whole numbers',
  ],
  ['padding of another rank', (k, f) => k.pad(f(2, 3), [1], [1]), 'pad: [2, 3] by [[1, 1]]'],
  [
    'gaps of another rank',
    (k, f) => k.pad(f(2), [1], [1], { between: [1, 1] }),
    'pad: [2] by [[1, 1]], between [1, 1]',
  ],
  ['negative gaps', (k, f) => k.pad(f(2), [0], [0], { between: [-1] }), 'pad: [2] by [[0, 0]], between [-1]'],
  ['whole numbers with another value', (k, _, i) => k.pad(i(2), [1], [1], { value: -Infinity }), 'whole numbers with'],
  ['one number before and two after', (k, f) => k.pad(f(2), [1], [1, 0]), 'pad: 1 numbers before and 2 after'],
  [
    'numbers of rows for other tables',
    (k, f, i) => k.gatherEach(f(2, 3, 4), i(3, 2), 1),
    'gatherEach: [2, 3, 4] at int32 [3, 2], lead 1',
  ],
  ['tables without rows', (k, f, i) => k.gatherEach(f(2), i(2), 1), 'gatherEach: [2] at int32 [2], lead 1'],
  [
    'rows for fewer numbers',
    (k, f, i) => k.scatterEach(i(2, 3), f(2, 2), 5, 1),
    'scatterEach: float32 [2, 2] at int32 [2, 3], lead 1',
  ],
  ['the order of whole numbers', (k, _, i) => k.argsort(i(3), 0), 'argsort of int32'],
  ['the order along no axis', (k, f) => k.argsort(f(3), 1), 'argsort'],
  ['sums of whole numbers', (k, _, i) => k.cumsum(i(3), 0), 'cumsum of int32'],
  ['sums along no axis', (k, f) => k.cumsum(f(3), 1), 'cumsum'],
  [
    'another number of steps than positions',
    (k, f) => k.scan({ steps: 4, over: [f(4, 2), f(3, 2)], with: [] }, () => ({ next: [], stack: [] })),
    'scan: 4 steps over [3, 2]',
  ],
  [
    'a scan over what has no axis',
    (k, f) => k.scan({ steps: 1, over: [f()], with: [] }, () => ({ next: [], stack: [] })),
    'scan: 1 steps over []',
  ],
  [
    'half a step',
    (k) => k.scan({ steps: 1.5, over: [], with: [] }, () => ({ next: [], stack: [] })),
    'scan: 1.5 steps',
  ],
  [
    'fewer steps than none',
    (k) => k.scan({ steps: -1, over: [], with: [] }, () => ({ next: [], stack: [] })),
    'scan: -1 steps',
  ],
  [
    'what changes its shape from turn to turn',
    (k, f) =>
      k.scan({ steps: 2, over: [], with: [f(3, 2)] }, (_, [h]) => ({ next: [k.transpose(h, [1, 0])], stack: [] })),
    'scan: with [float32 [3, 2]], but next [float32 [2, 3]]',
  ],
  [
    'what changes its type from turn to turn',
    (k, f, i) => k.scan({ steps: 2, over: [], with: [i(3)] }, () => ({ next: [f(3)], stack: [] })),
    'scan: with [int32 [3]], but next [float32 [3]]',
  ],
  [
    'stacks of turns that differ',
    (k, f) => {
      let turns = 0;
      k.scan({ steps: 2, over: [], with: [] }, () => ({ next: [], stack: [f(3, ++turns)] }));
    },
    'scan: turns stack [float32 [3, 1]], then [float32 [3, 2]]',
  ],
  ['an axis that is not there', (k, f) => k.flip(f(2, 3), [2]), 'flip: axis 2 of a value of rank 2'],
];

describe('what does not fit', () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels('cpu');
  });
  afterAll(() => kernels.dispose());

  it.each(misfits)('%s', (_, call, says) => {
    const values: Value[] = [];
    const make =
      (dtype: 'float32' | 'int32'): Make =>
      (...shape) => {
        const value = kernels.allocate(shape, dtype);
        values.push(value);
        return value;
      };
    const eager = kernels.eager();
    expect(() => call(eager.k, make('float32'), make('int32'))).toThrow(
      expect.objectContaining({ name: 'KernelError', message: expect.stringContaining(says) }),
    );
    eager.dispose();
    kernels.release(...values);
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
  });
});
