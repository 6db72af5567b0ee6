/** Four floats computed in double precision, two lanes at a time, where single precision would not do. */
import { f32x4, f64x2, v128 } from '../wasm/assembler/instructions.ts';
import type { V128 } from '../wasm/assembler/instructions.ts';
import type { Emit } from './primitive.ts';

/** Lanes 2 and 3 in the place of 0 and 1. */
export const upper = (x: V128): V128 => v128.shuffle(x, x, [2, 3, 2, 3]);

/** Lanes 0 and 1 of both. */
export const joined = (low: V128, high: V128): V128 => v128.shuffle(low, high, [0, 1, 4, 5]);

/** f over both halves of the arguments, as doubles. */
export function inDoubles(e: Emit, xs: readonly V128[], f: (...xs: V128[]) => V128): V128 {
  const low = e.let(f32x4.fromDoubles(f(...xs.map((x) => e.let(f64x2.fromFloats(x))))));
  const high = e.let(f32x4.fromDoubles(f(...xs.map((x) => e.let(f64x2.fromFloats(upper(x)))))));
  return e.let(joined(low, high));
}
