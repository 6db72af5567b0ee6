/** Ops that reduce axes to one value each: their shape rule, and the runs of elements that they reduce. */
import type { Attrs, Type, Value } from '../../ir/types.ts';
import type { AttrSpec, Inferred, Sample, Tensor, VjpContext } from '../define.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { flagAttr } from './attributes.ts';
import { axesOf, droppedShape, keep, keptShape } from './axes.ts';
import { arithmetic } from './dtypes.ts';
import { elements, forEachIndex, offset, read } from './index-space.ts';
import { nth, one } from './operands.ts';
import { anything, productOf, single, sizeRange } from './range.ts';
import type { RangeRule } from './range.ts';

export const reductionAttrs: Readonly<Record<string, AttrSpec>> = {
  axis: { type: 'axes', default: 'all' },
  keepdims: { type: 'boolean', default: false },
};

export function inferReduction(types: readonly Type[], attrs: Attrs): Inferred {
  const { shape } = one(types);
  const dtype = arithmetic(types);
  if (typeof dtype === 'object') return dtype;
  const axes = axesOf(attrs, shape.length);
  if ('misfit' in axes) return axes;
  return [{ dtype, shape: flagAttr(attrs, 'keepdims') ? keptShape(shape, axes) : droppedShape(shape, axes) }];
}

/** Reduces each run of elements over the axes to f(run). */
export function reduce(x: Tensor, attrs: Attrs, f: (run: readonly number[]) => number): Tensor {
  const axes = checkedAxes(attrs, x.shape.length);
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const runs: number[][] = Array.from({ length: elements(kept) }, () => []);
  forEachIndex(x.shape, (index) => runs[offset(kept, index)]?.push(read(x, index)));
  const shape = flagAttr(attrs, 'keepdims') ? kept : x.shape.filter((_, axis) => !axes.includes(axis));
  return { shape, data: Float64Array.from(runs, f) };
}

/** What the derivative of a reduction needs: the result and its cotangent broadcast against the input. */
export function reductionVjp(
  context: VjpContext,
  rule: (at: { readonly x: Value; readonly y: Value; readonly dy: Value; readonly axes: readonly number[] }) => Value,
): readonly (Value | null)[] {
  const { b, inputs, outputs, dys, attrs } = context;
  const [x, y, dy] = [one(inputs), one(outputs), one(dys)];
  if (dy === null) return [null];
  const axes = checkedAxes(attrs, x.type.shape.length);
  return [rule({ x, y: keep(b, y, x.type.shape, axes), dy: keep(b, dy, x.type.shape, axes), axes })];
}

export function checkedAxes(attrs: Attrs, rank: number): readonly number[] {
  const axes = axesOf(attrs, rank);
  if ('misfit' in axes) throw new InternalError(axes.why);
  return axes;
}

/** Of a sum over the axes: as many times the least as there are elements, to as many times the greatest. */
export const summedRange: RangeRule = ({ ranges: [x = anything], node }) => {
  const { shape } = one(node.inputs).type;
  const reduced = checkedAxes(node.attrs, shape.length).map((axis) => nth(shape, axis));
  const total = productOf(x, sizeRange(reduced));
  // Parts of the sum may become infinite on the way, one up and one down.
  const { low, high } = single(total);
  return { ...total, nan: x.nan || (low === -Infinity && high === Infinity) };
};

export const reductionSamples: readonly Sample[] = [
  { name: 'all axes', inputs: [{ shape: [2, 3] }], attrs: { axis: 'all' } },
  { name: 'the first axis', inputs: [{ shape: [3, 4] }], attrs: { axis: [0] } },
  { name: 'the last axis, kept', inputs: [{ shape: ['B', 4] }], attrs: { axis: [-1], keepdims: true } },
  { name: 'two axes', inputs: [{ shape: [2, 3, 4] }], attrs: { axis: [0, 2], keepdims: false } },
  { name: 'two axes, kept', inputs: [{ shape: ['B', 3, 4] }], attrs: { axis: [1, 2], keepdims: true } },
  { name: 'one element', inputs: [{ shape: [] }] },
];
