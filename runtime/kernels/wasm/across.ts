/** Joining the four lanes of a vector. */
import { f32x4, v128 } from './assembler/instructions.ts';
import type { V128 } from './assembler/instructions.ts';
import type { Emitter } from './emitter.ts';

/** ((lane 0 + lane 1) + (lane 2 + lane 3)) in all lanes; the greatest and the smallest likewise. */
export function acrossLanes(e: Emitter, reduce: 'sum' | 'max' | 'min', x: V128): V128 {
  const join = reduce === 'sum' ? f32x4.add : reduce === 'max' ? f32x4.max : f32x4.min;
  const pairs = e.let(join(x, v128.shuffle(x, x, [1, 0, 3, 2])));
  return e.let(join(pairs, v128.shuffle(pairs, pairs, [2, 3, 0, 1])));
}
