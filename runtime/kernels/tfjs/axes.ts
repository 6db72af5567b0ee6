/** Changes along one axis, of values of few axes: not all of tfjs's backends know these kernels with many. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../buffer.ts';
import type { Scope } from './scope.ts';

/** The axis between what is before it and what is behind it. */
const around = (scope: Scope, x: TensorInfo, axis: number): TensorInfo =>
  scope.reshape(x, [sizeOf(x.shape.slice(0, axis)), x.shape[axis] ?? 1, sizeOf(x.shape.slice(axis + 1))]);

/** So many elements of an axis, from the first on, `step` from one to the next. */
export function every(
  scope: Scope,
  x: TensorInfo,
  axis: number,
  first: number,
  count: number,
  step: number,
): TensorInfo {
  if (first === 0 && step === 1 && count === x.shape[axis]) return x;
  // On cpu, Slice and StridedSlice take seven times as long.
  const indices = scope.upload(
    Int32Array.from({ length: count }, (_, i) => first + i * step),
    [count],
  );
  const part = scope.call('GatherV2', { x: around(scope, x, axis), indices }, { axis: 1, batchDims: 0 });
  return scope.reshape(part, x.shape.with(axis, count));
}

/** The axis with `gap` elements of the value between neighbours. */
export function spread(scope: Scope, x: TensorInfo, axis: number, gap: number, value: number): TensorInfo {
  const size = x.shape[axis] ?? 1;
  if (gap === 0 || size === 1) return x;
  const [before = 1, , behind = 1] = around(scope, x, axis).shape;
  const apart = scope.call(
    'PadV2',
    { x: scope.reshape(x, [before, size, 1, behind]) },
    {
      paddings: [
        [0, 0],
        [0, 0],
        [0, gap],
        [0, 0],
      ],
      constantValue: value,
    },
  );
  const long = scope.reshape(apart, x.shape.with(axis, size * (1 + gap)));
  return every(scope, long, axis, 0, size + (size - 1) * gap, 1);
}

/** The last of the axis first. */
export function flip(scope: Scope, x: TensorInfo, axis: number): TensorInfo {
  return scope.reshape(scope.call('Reverse', { x: around(scope, x, axis) }, { dims: [1] }), x.shape);
}
