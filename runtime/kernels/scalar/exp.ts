/** eˣ. */
import { f32x4, i32, i32x4 } from '../wasm/assembler/instructions.ts';
import type { V128 } from '../wasm/assembler/instructions.ts';
import { polynomial } from './polynomial.ts';
import type { Emit, Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

/** ln 2 in two parts, of which the first times a small integer is exact. */
const ln2 = { high: 0.693359375, low: -2.1219444e-4 };

/** (eʳ − 1 − r) / r² for |r| ≤ ½ ln 2 (Cephes, expf). */
const tail = [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1];

/** x = n·ln 2 + r with |r| ≤ ½ ln 2, and eʳ − 1. */
export function reduced(e: Emit, x: V128): { readonly n: V128; readonly r: V128; readonly expm1r: V128 } {
  const n = e.let(f32x4.nearest(f32x4.mul(x, e.floats(Math.LOG2E))));
  const coarse = e.let(f32x4.sub(x, f32x4.mul(n, e.floats(ln2.high))));
  const r = e.let(f32x4.sub(coarse, f32x4.mul(n, e.floats(ln2.low))));
  const curve = e.let(f32x4.mul(f32x4.mul(r, r), polynomial(e, r, tail)));
  return { n, r, expm1r: e.let(f32x4.add(curve, r)) };
}

/** 2ⁿ of whole n in −126..127. */
export const powerOfTwo = (e: Emit, n: V128): V128 =>
  e.let(i32x4.shl(i32x4.add(n, e.constant(i32x4.splat(i32.const(127)))), i32.const(23)));

/** y·2ⁿ in two steps, since 2ⁿ alone may be out of range. */
export function scaled(e: Emit, y: V128, n: V128): V128 {
  const whole = e.let(i32x4.fromFloats(n));
  const half = e.let(i32x4.shrS(whole, i32.const(1)));
  const first = e.let(f32x4.mul(y, powerOfTwo(e, half)));
  return e.let(f32x4.mul(first, powerOfTwo(e, e.let(i32x4.sub(whole, half)))));
}

export const primitive: Unary = {
  arity: 1,
  js: Math.exp,
  wasm(e, x) {
    // Beyond these the result is 0 or infinite. The order of the operands keeps NaN.
    const bounded = e.let(f32x4.pmax(f32x4.pmin(x, e.floats(89)), e.floats(-105)));
    const { n, expm1r } = reduced(e, bounded);
    return scaled(e, f32x4.add(expm1r, e.floats(1)), n);
  },
  tfjs: (t, x) => t.call('Exp', { x }),
};

export const exp = (x: Sym | number): Sym => apply('exp', x);
