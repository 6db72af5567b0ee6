/** Convolutions and their gradients: sizes around the tiles, one to three axes, strides, dilations, groups. */
import { relu, tanh } from '../../../runtime/kernels/scalar/functions.ts';
import { at, make, random } from '../plain.ts';
import { conv, convKernel } from '../plain-windows.ts';
import type { Case } from './case.ts';

export const convCases: Case[] = [];

interface Sizes {
  readonly n: number;
  readonly spatial: readonly number[];
  readonly size: readonly number[];
  readonly c: number;
  readonly channels: number;
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  readonly groups?: number;
}

const sizes: readonly Sizes[] = [
  { n: 1, spatial: [1], size: [1], c: 1, channels: 1 },
  { n: 2, spatial: [9], size: [3], c: 3, channels: 5 },
  { n: 3, spatial: [10], size: [4], c: 4, channels: 8, stride: [3], dilation: [2] },
  { n: 1, spatial: [40], size: [5], c: 1, channels: 9, stride: [2] },
  { n: 2, spatial: [7, 6], size: [3, 3], c: 3, channels: 8 },
  { n: 1, spatial: [7, 5], size: [7, 5], c: 5, channels: 17 },
  { n: 2, spatial: [8, 9], size: [1, 1], c: 9, channels: 4 },
  { n: 2, spatial: [8, 9], size: [1, 1], c: 4, channels: 3, stride: [2, 3] },
  { n: 1, spatial: [11, 13], size: [3, 5], c: 4, channels: 16, stride: [2, 1] },
  { n: 2, spatial: [9, 11], size: [3, 2], c: 8, channels: 4, dilation: [2, 3] },
  { n: 1, spatial: [12, 11], size: [3, 2], c: 3, channels: 1, stride: [2, 3], dilation: [2, 4] },
  { n: 2, spatial: [6, 7], size: [3, 3], c: 4, channels: 6, groups: 2 },
  { n: 2, spatial: [9, 8], size: [2, 3], c: 9, channels: 27, groups: 3, stride: [2, 1], dilation: [1, 2] },
  { n: 2, spatial: [7, 6], size: [3, 3], c: 5, channels: 5, groups: 5 },
  { n: 1, spatial: [9, 10], size: [3, 2], c: 17, channels: 17, groups: 17, stride: [2, 3], dilation: [2, 1] },
  { n: 2, spatial: [8, 9], size: [3, 2], c: 16, channels: 16, groups: 16, stride: [2, 3], dilation: [2, 3] },
  { n: 1, spatial: [6, 5], size: [3, 3], c: 4, channels: 12, groups: 4 },
  { n: 2, spatial: [7, 8], size: [2, 3], c: 3, channels: 6, groups: 3, stride: [2, 2], dilation: [2, 3] },
  { n: 1, spatial: [4, 5, 6], size: [2, 3, 3], c: 3, channels: 5 },
  { n: 2, spatial: [5, 6, 7], size: [2, 2, 3], c: 4, channels: 8, stride: [2, 1, 2], dilation: [1, 2, 2] },
  { n: 1, spatial: [5, 4, 6], size: [3, 2, 2], c: 8, channels: 8, groups: 8, stride: [1, 2, 1], dilation: [2, 1, 1] },
  { n: 1, spatial: [5, 4, 4], size: [2, 2, 2], c: 4, channels: 2, groups: 2, stride: [3, 1, 1] },
  // k of several stretches, cut on the last axis, on the one before and within the first.
  { n: 1, spatial: [2], size: [1], c: 1100, channels: 3 },
  { n: 1, spatial: [3, 4], size: [3, 3], c: 70, channels: 5 },
  { n: 1, spatial: [2, 4], size: [2, 2], c: 600, channels: 3 },
  { n: 2, spatial: [3, 3, 4], size: [2, 2, 2], c: 260, channels: 48 },
  { n: 5, spatial: [20, 21], size: [2, 2], c: 2, channels: 3, stride: [1, 1] },
  { n: 3, spatial: [2, 600], size: [2, 1], c: 3, channels: 3, groups: 3 },
  { n: 1, spatial: [20, 20], size: [17, 18], c: 5, channels: 5, groups: 5 },
  // And k so long that its pieces are summed side by side.
  { n: 6, spatial: [30, 31], size: [2, 2], c: 2, channels: 3 },
  { n: 5, spatial: [41, 25], size: [2, 1], c: 4, channels: 6, groups: 2 },
  { n: 4, spatial: [40, 40], size: [3, 2], c: 5, channels: 5, groups: 5 },
  { n: 1, spatial: [3], size: [3], c: 1500, channels: 5 },
  { n: 1, spatial: [50, 60], size: [49, 58], c: 3, channels: 3, groups: 3 },
  { n: 0, spatial: [4, 4], size: [2, 2], c: 3, channels: 4 },
  { n: 1, spatial: [4, 4], size: [2, 2], c: 0, channels: 4 },
];

sizes.forEach(({ n, spatial, size, c, channels, ...given }, seed) => {
  const ones = spatial.map(() => 1);
  const options = { size, stride: ones, dilation: ones, groups: 1, ...given };
  const x = random([n, ...spatial, c], seed);
  const kernel = random([...size, c / options.groups, channels], seed + 100);
  const bias = random([channels], seed + 200);
  const y = conv(x, kernel, options);
  const dy = random(y.shape, seed + 300);
  const details = Object.entries(given).map(([name, value]) => `, ${name} ${String(value)}`);
  const name = `${n}x[${spatial}]x${c} by [${size}] to ${channels}${details.join('')}`;
  convCases.push(
    { name: `conv ${name}`, inputs: [x, kernel], run: (k, v, w) => [k.conv(v, w, given)], expected: [y] },
    {
      name: `conv ${name} + bias, act`,
      inputs: [x, kernel, bias],
      run: (k, v, w, b) => [k.conv(v, w, { ...given, bias: b, act: (s) => tanh(relu(s)) })],
      expected: [make(y.shape, (index) => Math.tanh(Math.max(0, at(y, index) + at(bias, index))))],
    },
    {
      name: `convKernel ${name}`,
      inputs: [x, dy],
      run: (k, v, d) => [k.convKernel(v, d, { ...given, size })],
      expected: [convKernel(x, dy, options)],
    },
  );
});
