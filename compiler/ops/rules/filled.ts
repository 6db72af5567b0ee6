/** Tensors of one number, which derivatives begin with and fall back on. */
import type { Builder } from '../../ir/builder.ts';
import type { Called } from '../../ir/called.ts';
import type { Shape, Value } from '../../ir/types.ts';

/** A number at all places of a shape, on the device. */
export function filled(b: Builder, value: number, shape: Shape, called?: Called): Value {
  const isOne = shape.length === 0;
  const number = b.apply('cast', [b.constant(value)], { dtype: 'f32' }, isOne ? called : undefined);
  return isOne ? number : b.apply('broadcast', [number], { shape }, called);
}
