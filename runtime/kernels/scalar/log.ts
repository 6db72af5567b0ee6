/** The natural logarithm; −∞ at 0, NaN below. */
import { f32x4, i32, i32x4, v128 } from '../wasm/assembler/instructions.ts';
import type { V128 } from '../wasm/assembler/instructions.ts';
import { polynomial } from './polynomial.ts';
import type { Emit, Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

/** (ln(1 + f) − f + f²/2) / f³ for √½ ≤ 1 + f < √2 (Cephes, logf). */
const tail = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];

const smallestNormal = 2 ** -126;
/** The bits of √½. */
const rootHalf = 0x3f3504f3;

export function logarithm(e: Emit, x: V128): V128 {
  const denormal = e.let(f32x4.lt(x, e.floats(smallestNormal)));
  const bits = e.let(v128.bitselect(f32x4.mul(x, e.floats(2 ** 23)), x, denormal));
  // x = m·2ᵏ with √½ ≤ m < √2.
  const k = e.let(i32x4.shrS(i32x4.sub(bits, e.constant(i32x4.splat(i32.const(rootHalf)))), i32.const(23)));
  const m = e.let(i32x4.sub(bits, i32x4.shl(k, i32.const(23))));
  const n = e.let(f32x4.sub(f32x4.fromIntegers(k), v128.and(denormal, e.floats(23))));
  const f = e.let(f32x4.sub(m, e.floats(1)));
  const square = e.let(f32x4.mul(f, f));
  const cubic = e.let(f32x4.mul(f32x4.mul(f, square), polynomial(e, f, tail)));
  const low = e.let(f32x4.add(cubic, f32x4.mul(n, e.floats(-2.1219444e-4))));
  const curve = e.let(f32x4.sub(low, f32x4.mul(square, e.floats(0.5))));
  const y = e.let(f32x4.add(f32x4.add(f, curve), f32x4.mul(n, e.floats(0.693359375))));
  const orInfinite = e.let(v128.bitselect(x, y, f32x4.eq(x, e.floats(Infinity))));
  const orZero = e.let(v128.bitselect(e.floats(-Infinity), orInfinite, f32x4.eq(x, e.floats(0))));
  return e.let(v128.bitselect(orZero, e.floats(NaN), f32x4.ge(x, e.floats(0))));
}

export const primitive: Unary = {
  arity: 1,
  js: Math.log,
  wasm: logarithm,
  tfjs: (t, x) => t.call('Log', { x }),
};

export const log = (x: Sym | number): Sym => apply('log', x);
