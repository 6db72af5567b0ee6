/** NumPy's broadcasting, over sizes of which one may be the batch size. */
import type { Dim, Shape, Type } from '../../ir/types.ts';
import type { Misfit } from '../define.ts';

/** The common shape, aligned at the right; or the first two inputs that have none. */
export function broadcastShapes(types: readonly Type[]): Shape | Misfit {
  const rank = Math.max(0, ...types.map((type) => type.shape.length));
  const result: Dim[] = new Array<Dim>(rank).fill(1);
  const setBy: number[] = new Array<number>(rank).fill(0);
  for (const [input, { shape }] of types.entries()) {
    for (const [i, size] of shape.entries()) {
      const axis = rank - shape.length + i;
      const sofar = result[axis] ?? 1;
      if (size === sofar || size === 1) continue;
      if (sofar !== 1) {
        const left = setBy[axis] ?? 0;
        return { misfit: 'shapes', left, right: input, why: `sizes ${sofar} and ${size} do not broadcast` };
      }
      result[axis] = size;
      setBy[axis] = input;
    }
  }
  return result;
}

/** Whether a value of the first shape can be repeated to the second. */
export function broadcastsTo(from: Shape, to: Shape): boolean {
  const lead = to.length - from.length;
  return lead >= 0 && from.every((size, i) => size === 1 || size === to[lead + i]);
}

/** The axes of the result along which a value of the first shape was repeated: new ones, and those of size 1. */
export function repeatedAxes(from: Shape, to: Shape): readonly number[] {
  const lead = to.length - from.length;
  return [...to.keys()].filter((axis) => axis < lead || (from[axis - lead] === 1 && to[axis] !== 1));
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** Whether two values are of one type: of one dtype and shape. What is not there has none. */
export function sameType(a: Type | undefined, b: Type | undefined): boolean {
  return a !== undefined && b !== undefined && (a === b || (a.dtype === b.dtype && sameShape(a.shape, b.shape)));
}
