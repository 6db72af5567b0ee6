/**
 * Pooling over any spatial axes, one after the other: what tfjs has for planes takes another maximum of equals, and
 * gradients of windows without positive elements are wrong on some of its backends. From the last axis to the first, the
 * first maximum of an axis among the first maxima of rows is the first one row-major.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Instruction } from '../instruction.ts';
import { choose } from '../scalar/select.ts';
import { every, spread } from './axes.ts';
import type { Scope } from './scope.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

/** The windows of one axis. */
interface Line {
  readonly axis: number;
  readonly size: number;
  readonly stride: number;
}

/** The last axis first. */
const linesOf = ({ size, stride }: { readonly size: readonly number[]; readonly stride: readonly number[] }): Line[] =>
  size.map((of, i) => ({ axis: i + 1, size: of, stride: stride[i] ?? 1 })).reverse();

/** For each element of a window, that of all windows along the axis. */
function taps(scope: Scope, x: TensorInfo, { axis, size, stride }: Line): readonly [TensorInfo, ...TensorInfo[]] {
  const places = Math.floor(((x.shape[axis] ?? 1) - size) / stride) + 1;
  const tap = (first: number) => every(scope, x, axis, first, places, stride);
  return [tap(0), ...Array.from({ length: size - 1 }, (_, i) => tap(i + 1))];
}

export function pool(scope: Scope, instruction: Of<'pool'>, x: TensorInfo): TensorInfo {
  // wasm's Maximum loses NaN.
  const join = (a: TensorInfo, b: TensorInfo) =>
    instruction.reduce === 'sum' ? scope.call('Add', { a, b }) : choose(scope, beats(scope, b, a), b, a);
  return linesOf(instruction).reduce((value, line) => taps(scope, value, line).reduce(join), x);
}

export function poolGather(scope: Scope, instruction: Of<'poolGather'>, x: TensorInfo, v: TensorInfo): TensorInfo {
  const start = { best: x, value: v };
  return linesOf(instruction).reduce(({ best, value }, line) => {
    const values = taps(scope, value, line);
    return taps(scope, best, line)
      .map((tap, i) => ({ best: tap, value: values[i] ?? tap }))
      .reduce((first, next) => {
        const greater = beats(scope, next.best, first.best);
        return {
          best: choose(scope, greater, next.best, first.best),
          value: choose(scope, greater, next.value, first.value),
        };
      });
  }, start).value;
}

/** Where a is greater than b. NaN is greater than all else, and not than itself. */
function beats(scope: Scope, a: TensorInfo, b: TensorInfo): TensorInfo {
  const notLess = scope.call('LogicalNot', { x: scope.call('LessEqual', { a, b }) });
  return scope.call('LogicalAnd', { a: notLess, b: scope.call('Equal', { a: b, b }) });
}

export function poolScatter(scope: Scope, instruction: Of<'poolScatter'>, x: TensorInfo, dy: TensorInfo): TensorInfo {
  let best = x;
  const steps = linesOf(instruction).map((line) => {
    const whole = best.shape[line.axis] ?? 1;
    const [first, ...others] = taps(scope, best, line);
    best = first;
    let index = scope.broadcast(scope.number(0), first.shape);
    others.forEach((tap, i) => {
      const greater = beats(scope, tap, best);
      best = choose(scope, greater, tap, best);
      index = choose(scope, greater, scope.number(i + 1), index);
    });
    return { ...line, whole, index };
  });
  return steps.reduceRight((d, step) => unpooled(scope, step, d), dy);
}

/** The cotangent of one axis: that of each window at the element of this index. */
function unpooled(
  scope: Scope,
  { axis, size, stride, whole, index }: Line & { readonly whole: number; readonly index: TensorInfo },
  d: TensorInfo,
): TensorInfo {
  const parts = Array.from({ length: size }, (_, tap) => {
    const here = scope.call('Equal', { a: index, b: scope.number(tap) });
    const apart = spread(scope, choose(scope, here, d, scope.number(0)), axis, stride - 1, 0);
    const behind = whole - tap - (apart.shape[axis] ?? 1);
    const paddings = d.shape.map((_size, i) => (i === axis ? [tap, behind] : [0, 0]));
    return scope.call('PadV2', { x: apart }, { paddings, constantValue: 0 });
  });
  return parts.reduce((a, b) => scope.call('Add', { a, b }));
}
