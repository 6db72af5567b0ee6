/** Axes of a reduction: from the end when negative, kept as size 1 or left out. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Builder } from '../../ir/builder.ts';
import type { Attrs, Dim, Shape, Value } from '../../ir/types.ts';
import type { Misfit } from '../define.ts';
import { sameShape } from './broadcast.ts';

/** The axes that the attribute `axis` names, in rising order; all of them when it is left out or `all`. */
export function axesOf(attrs: Attrs, rank: number): readonly number[] | Misfit {
  const axis = attrs['axis'] ?? 'all';
  if (axis === 'all') return [...Array(rank).keys()];
  const axes = distinctAxes(Array.isArray(axis) ? axis : [axis], rank);
  return typeof axes === 'string' ? { misfit: 'attr', attr: 'axis', why: axes } : axes.toSorted((a, b) => a - b);
}

/** The axes as they are counted from the front, in their order; or why they are not axes of the value, each once. */
export function distinctAxes(given: readonly unknown[], rank: number): readonly number[] | string {
  const axes: number[] = [];
  for (const axis of given) {
    const found = typeof axis === 'number' ? resolveAxis(axis, rank) : undefined;
    if (found === undefined) return outside(axis, rank);
    if (axes.includes(found)) return `axis ${String(axis)} is named twice`;
    axes.push(found);
  }
  return axes;
}

/** The one axis that `axis` names. */
export function axisOf(attrs: Attrs, rank: number, absent = -1): number | Misfit {
  const axis = attrs['axis'] ?? absent;
  const given = Array.isArray(axis) && axis.length === 1 ? axis[0] : axis;
  const found = typeof given === 'number' ? resolveAxis(given, rank) : undefined;
  return found ?? { misfit: 'attr', attr: 'axis', why: outside(given, rank) };
}

/** The same of a node, whose axis fits. */
export function alongOf(attrs: Attrs, rank: number): number {
  const axis = axisOf(attrs, rank);
  if (typeof axis === 'object') throw new InternalError(axis.why);
  return axis;
}

function resolveAxis(axis: number, rank: number): number | undefined {
  const found = axis < 0 ? axis + rank : axis;
  return Number.isInteger(found) && found >= 0 && found < rank ? found : undefined;
}

const outside = (axis: unknown, rank: number): string =>
  `there is no axis ${String(axis)} in a value of ${rank === 1 ? '1 axis' : `${rank} axes`}`;

/** The shape with the axes of size 1. */
export function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((size, i): Dim => (axes.includes(i) ? 1 : size));
}

/** The shape without the axes. */
export function droppedShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.filter((_, i) => !axes.includes(i));
}

/** Gives a reduced value its axes of size 1 back, so that it broadcasts against what was reduced. */
export function keep(b: Builder, reduced: Value, shape: Shape, axes: readonly number[]): Value {
  const kept = keptShape(shape, axes);
  return sameShape(reduced.type.shape, kept) ? reduced : b.apply('reshape', [reduced], { shape: kept });
}
