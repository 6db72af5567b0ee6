/** What products of all shapes share: the step of a sum, and what is done to it at the end. */
import type { Sym } from '../scalar/symbol.ts';
import { f32x4 } from './assembler/instructions.ts';
import type { V128 } from './assembler/instructions.ts';
import type { Emitter } from './emitter.ts';
import { evaluateOn } from './evaluate.ts';

/** sum + a·b. */
export const madd = (relaxed: boolean, a: V128, b: V128, sum: V128): V128 =>
  relaxed ? f32x4.relaxedMadd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b));

/** The sum, a variable, with its bias, through the activation. */
export function finished(e: Emitter, sum: V128, bias: V128 | undefined, act: Sym | undefined): V128 {
  const biased = bias === undefined ? sum : e.let(f32x4.add(sum, bias));
  return act === undefined ? biased : e.let(evaluateOn(e, act, biased));
}
