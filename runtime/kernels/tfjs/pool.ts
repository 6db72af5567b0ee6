/**
 * Pooling over any spatial axes, one after the other, as values of three axes: what tfjs has for planes takes another
 * maximum of equals, and its gradients of windows without positive elements are wrong on some backends. From the last
 * axis to the first, the first maximum of an axis among the first maxima of rows is the first one row-major.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import type { Shape } from '../k.ts';
import { choose } from '../scalar/select.ts';
import { every, spread } from './axes.ts';
import type { Windows } from '../windows.ts';
import type { Scope } from './scope.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

/** The windows of one axis, between the axes before it and those behind it, which are pooled already. */
interface Line {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly whole: Shape;
  readonly pooled: Shape;
}

/** The last axis first. */
function linesOf({ size, stride, dilation }: Windows, x: Shape, pooled: Shape): Line[] {
  const lines = size.map((of, i) => {
    const around = (n = 1) => [sizeOf(x.slice(0, i + 1)), n, sizeOf(pooled.slice(i + 2))];
    const [step = 1, apart = 1] = [stride[i], dilation[i]];
    return { size: of, stride: step, dilation: apart, whole: around(x[i + 1]), pooled: around(pooled[i + 1]) };
  });
  return lines.reverse();
}

/** For each element of a window, that of all windows. */
function taps(
  scope: Scope,
  x: TensorInfo,
  { size, stride, dilation, whole, pooled: [, places = 1] }: Line,
): readonly [TensorInfo, ...TensorInfo[]] {
  const line = scope.reshape(x, whole);
  const tap = (first: number) => every(scope, line, 1, first, places, stride);
  return [tap(0), ...Array.from({ length: size - 1 }, (_, i) => tap((i + 1) * dilation))];
}

/** Where a is greater than b. NaN is greater than all else, and not than itself. */
function beats(scope: Scope, a: TensorInfo, b: TensorInfo): TensorInfo {
  const notLess = scope.call('LogicalNot', { x: scope.call('LessEqual', { a, b }) });
  return scope.call('LogicalAnd', { a: notLess, b: scope.call('Equal', { a: b, b }) });
}

export function pool(scope: Scope, instruction: Of<'pool'>, x: TensorInfo): TensorInfo {
  const { reduce, out } = instruction;
  // wasm's Maximum loses NaN.
  const join = (a: TensorInfo, b: TensorInfo) =>
    reduce === 'sum' ? scope.call('Add', { a, b }) : choose(scope, beats(scope, b, a), b, a);
  const lines = linesOf(instruction, x.shape, out.shape);
  return scope.reshape(
    lines.reduce((value, line) => taps(scope, value, line).reduce(join), x),
    out.shape,
  );
}

export function poolGather(scope: Scope, instruction: Of<'poolGather'>, x: TensorInfo, v: TensorInfo): TensorInfo {
  const { out } = instruction;
  let best = x;
  let value = v;
  for (const line of linesOf(instruction, x.shape, out.shape)) {
    const [firstBest, ...others] = taps(scope, best, line);
    const [firstValue, ...values] = taps(scope, value, line);
    best = firstBest;
    value = firstValue;
    others.forEach((tap, i) => {
      const greater = beats(scope, tap, best);
      best = choose(scope, greater, tap, best);
      value = choose(scope, greater, values[i] ?? tap, value);
    });
  }
  return scope.reshape(value, out.shape);
}

export function poolScatter(scope: Scope, instruction: Of<'poolScatter'>, x: TensorInfo, dy: TensorInfo): TensorInfo {
  let best = x;
  const steps = linesOf(instruction, x.shape, dy.shape).map((line) => {
    const [first, ...others] = taps(scope, best, line);
    best = first;
    let index = scope.broadcast(scope.number(0), first.shape);
    others.forEach((tap, i) => {
      const greater = beats(scope, tap, best);
      best = choose(scope, greater, tap, best);
      index = choose(scope, greater, scope.number(i + 1), index);
    });
    return { ...line, index };
  });
  return scope.reshape(
    steps.reduceRight((d, step) => unpooled(scope, step, d), dy),
    x.shape,
  );
}

/** The cotangent of one axis: that of each window at the element of this index. */
function unpooled(scope: Scope, { index, ...line }: Line & { readonly index: TensorInfo }, d: TensorInfo): TensorInfo {
  const [, whole = 1] = line.whole;
  const cotangent = scope.reshape(d, line.pooled);
  const parts = Array.from({ length: line.size }, (_, tap) => {
    const here = scope.call('Equal', { a: index, b: scope.number(tap) });
    const apart = spread(scope, choose(scope, here, cotangent, scope.number(0)), 1, line.stride - 1, 0);
    const before = tap * line.dilation;
    const behind = whole - before - (apart.shape[1] ?? 1);
    return scope.call(
      'PadV2',
      { x: apart },
      {
        paddings: [
          [0, 0],
          [before, behind],
          [0, 0],
        ],
        constantValue: 0,
      },
    );
  });
  return parts.reduce((a, b) => scope.call('Add', { a, b }));
}
