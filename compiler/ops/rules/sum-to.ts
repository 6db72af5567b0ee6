/** The transpose of broadcasting: a cotangent summed to the shape of the value that was repeated. */
import type { Builder } from '../../ir/builder.ts';
import type { Shape, Value } from '../../ir/types.ts';
import { repeatedAxes } from './broadcast.ts';

/** Sums dy over the axes that `shape`, which is another one, was repeated along. */
export function sumTo(b: Builder, dy: Value, shape: Shape, name?: string): Value {
  const axis = repeatedAxes(shape, dy.type.shape);
  const lead = dy.type.shape.length - shape.length;
  if (axis.every((i) => i < lead)) return b.apply('sum', [dy], { axis, keepdims: false }, name);
  const summed = b.apply('sum', [dy], { axis, keepdims: true }, name);
  return lead === 0 ? summed : b.apply('reshape', [summed], { shape }, name);
}
