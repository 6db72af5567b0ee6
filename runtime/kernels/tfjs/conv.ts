/**
 * Convolution and its gradient by the kernel over tfjs's Conv2D and DepthwiseConv2dNative, which are right on all of its
 * backends: its own gradients and its convolutions over three axes are not. A line is a plane of height 1, and a volume
 * is a sum of planes.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Instruction } from '../instruction.ts';
import { every } from './axes.ts';
import type { Scope } from './scope.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

/** Of windows on a plane. */
interface Plane {
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

/** Three spatial axes: those that are missing have size 1. */
function threeOf(sizes: readonly number[]): readonly [number, number, number] {
  const [width = 1, height = 1, depth = 1] = sizes.toReversed();
  return [depth, height, width];
}

/** The value with three spatial axes between the leading axes and the trailing ones. */
const inSpace = (scope: Scope, x: TensorInfo, lead: number, trail: number): TensorInfo =>
  scope.reshape(x, [
    ...x.shape.slice(0, lead),
    ...threeOf(x.shape.slice(lead, x.shape.length - trail)),
    ...x.shape.slice(-trail),
  ]);

/** [n, depth, height, width, c] → [n · depth, height, width, c]. */
const flat = (scope: Scope, x: TensorInfo): TensorInfo => {
  const [n = 1, depth = 1, ...plane] = x.shape;
  return scope.reshape(x, [n * depth, ...plane]);
};

/** Windows on planes, and for each plane of a window those planes of x that it meets. */
function planesOf(
  scope: Scope,
  { stride, dilation, groups }: Of<'conv'> | Of<'convKernel'>,
  x: TensorInfo,
  size: number,
): { readonly plane: Plane; readonly planes: readonly TensorInfo[] } {
  const [step, ...planeStride] = threeOf(stride);
  const [apart, ...planeDilation] = threeOf(dilation);
  const space = inSpace(scope, x, 1, 1);
  const places = Math.floor(((space.shape[1] ?? 1) - apart * (size - 1) - 1) / step) + 1;
  return {
    plane: { stride: planeStride, dilation: planeDilation, groups },
    planes: Array.from({ length: size }, (_, tap) => flat(scope, every(scope, space, 1, tap * apart, places, step))),
  };
}

export function convolution(scope: Scope, instruction: Of<'conv'>, x: TensorInfo, kernel: TensorInfo): TensorInfo {
  const weights = inSpace(scope, kernel, 0, 2);
  const [depth = 1, ...ofPlane] = weights.shape;
  const { plane, planes } = planesOf(scope, instruction, x, depth);
  const sums = planes.map((part, tap) =>
    convolvePlane(scope, plane, part, scope.reshape(every(scope, weights, 0, tap, 1, 1), ofPlane)),
  );
  const sum = sums.reduce((a, b) => scope.call('Add', { a, b }));
  return scope.reshape(sum, instruction.out.shape);
}

function convolvePlane(scope: Scope, { stride, dilation, groups }: Plane, x: TensorInfo, kernel: TensorInfo) {
  const [height = 1, width = 1, inner = 1, channels = 1] = kernel.shape;
  if (groups === 1) return convolve(scope, x, kernel, stride, dilation);
  if (inner > 1) {
    const kernels = groupsOf(scope, kernel, groups);
    const parts = groupsOf(scope, x, groups).map((part, group) =>
      convolve(scope, part, kernels[group] ?? kernel, stride, dilation),
    );
    return scope.call('Concat', parts, { axis: 3 });
  }
  // tfjs has either a stride or a dilation: of both, the places between are left out at the end.
  const dense = dilation.every((apart) => apart === 1);
  const filter = scope.reshape(kernel, [height, width, groups, channels / groups]);
  const strides = dense ? [...stride] : [1, 1];
  const attrs = { strides, pad: 'valid', dilations: [...dilation] };
  const full = scope.call('DepthwiseConv2dNative', { x, filter }, attrs);
  return dense ? full : everyPlace(scope, everyPlace(scope, full, 1, stride[0]), 2, stride[1]);
}

/** Every `step`-th element of an axis. */
const everyPlace = (scope: Scope, x: TensorInfo, axis: number, step: number): TensorInfo =>
  every(scope, x, axis, 0, Math.ceil((x.shape[axis] ?? 1) / step), step);

const convolve = (
  scope: Scope,
  x: TensorInfo,
  filter: TensorInfo,
  strides: readonly number[],
  dilations: readonly number[],
): TensorInfo =>
  scope.call(
    'Conv2D',
    { x, filter },
    { strides: [...strides], pad: 'valid', dataFormat: 'NHWC', dilations: [...dilations] },
  );

/** The last axis in equal parts. */
function groupsOf(scope: Scope, x: TensorInfo, groups: number): TensorInfo[] {
  const axis = x.shape.length - 1;
  const size = (x.shape[axis] ?? 0) / groups;
  return Array.from({ length: groups }, (_, group) => every(scope, x, axis, group * size, size, 1));
}

export function kernelGradient(scope: Scope, instruction: Of<'convKernel'>, x: TensorInfo, dy: TensorInfo): TensorInfo {
  const { out } = instruction;
  const [depth, ...size] = threeOf(out.shape.slice(0, -2));
  const { plane, planes } = planesOf(scope, instruction, x, depth);
  const cotangent = flat(scope, inSpace(scope, dy, 1, 1));
  const gradients = planes.map((part) => planeGradient(scope, plane, size, part, cotangent));
  return scope.reshape(scope.call('Concat', gradients, { axis: 0 }), out.shape);
}

function planeGradient(
  scope: Scope,
  plane: Plane,
  size: readonly [number, number],
  x: TensorInfo,
  dy: TensorInfo,
): TensorInfo {
  const { groups } = plane;
  if (groups === 1) return denseGradient(scope, plane, size, x, dy);
  if (groups === x.shape[3]) return channelwiseGradient(scope, plane, size, x, dy);
  const cotangents = groupsOf(scope, dy, groups);
  const parts = groupsOf(scope, x, groups).map((part, group) =>
    denseGradient(scope, plane, size, part, cotangents[group] ?? dy),
  );
  return scope.call('Concat', parts, { axis: 3 });
}

/** x, its channels as examples, convolved by dy, whose examples are channels: stride and dilation change places. */
function denseGradient(
  scope: Scope,
  { stride, dilation }: Plane,
  [height, width]: readonly [number, number],
  x: TensorInfo,
  dy: TensorInfo,
): TensorInfo {
  const turned = scope.call('Transpose', { x }, { perm: [3, 1, 2, 0] });
  const filter = scope.call('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
  const all = convolve(scope, turned, filter, dilation, stride);
  // What the last windows do not reach gives further places.
  const own = every(scope, every(scope, all, 1, 0, height, 1), 2, 0, width, 1);
  return scope.call('Transpose', { x: own }, { perm: [1, 2, 0, 3] });
}

/** For each element of the window, the products of each channel with its own cotangents, summed over all places. */
function channelwiseGradient(
  scope: Scope,
  { stride, dilation, groups }: Plane,
  [height, width]: readonly [number, number],
  x: TensorInfo,
  dy: TensorInfo,
): TensorInfo {
  const [n = 1, rows = 1, columns = 1, channels = 1] = dy.shape;
  const places = n * rows * columns;
  const cotangents = scope.reshape(dy, [places, groups, channels / groups]);
  const sums = Array.from({ length: height * width }, (_, tap) => {
    const [down, right] = [Math.floor(tap / width) * dilation[0], (tap % width) * dilation[1]];
    const met = every(scope, every(scope, x, 1, down, rows, stride[0]), 2, right, columns, stride[1]);
    const a = scope.reshape(met, [places, groups, 1]);
    const product = scope.reshape(scope.call('Multiply', { a, b: cotangents }), [places, channels]);
    const sum = scope.call('Sum', { x: product }, { axis: [0], reductionIndices: [0], keepDims: false });
    return scope.reshape(sum, [1, channels]);
  });
  return scope.reshape(scope.call('Concat', sums, { axis: 0 }), [height, width, 1, channels]);
}
