/** The sine, and what sine and cosine share on wasm. */
import { f32x4, f64x2, i32, i32x4, v128 } from '../wasm/assembler/instructions.ts';
import type { V128 } from '../wasm/assembler/instructions.ts';
import { joined, upper } from './halves.ts';
import { polynomial } from './polynomial.ts';
import type { Emit, Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

/** π/2 in parts of 25, 25 and 53 bits, so that multiples below 2²⁸ of the first two are exact. */
const parts = [1.5707962512969971, 7.549789415861596e-8, 5.390302858158119e-15] as const;

/** (sin r − r) / r³ and (cos r − 1 + r²/2) / r⁴ in r², for |r| ≤ π/4 (Cephes, sinf). */
const sine = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1];
const cosine = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2];

/**
 * sin(x + quarters·π/2). Arguments are reduced in double precision, exactly up to 4·10⁸; beyond, the phase is lost and
 * only the range is kept.
 */
export function sinusoid(e: Emit, x: V128, quarters: number): V128 {
  const half = (xs: V128) => {
    const wide = e.let(f64x2.fromFloats(xs));
    const n = e.let(f64x2.nearest(f64x2.mul(wide, e.constant(v128.doubles(2 / Math.PI)))));
    const r = parts.reduce((rest, part) => e.let(f64x2.sub(rest, f64x2.mul(n, e.constant(v128.doubles(part))))), wide);
    return { r: e.let(f32x4.fromDoubles(r)), n: e.let(i32x4.fromDoubles(n)) };
  };
  const low = half(x);
  const high = half(e.let(upper(x)));
  const turns = e.let(joined(low.n, high.n));
  const quarter = e.let(i32x4.add(turns, e.constant(i32x4.splat(i32.const(quarters)))));
  const free = e.let(joined(low.r, high.r));
  const r = e.let(f32x4.pmax(f32x4.pmin(free, e.floats(0.8)), e.floats(-0.8)));
  const square = e.let(f32x4.mul(r, r));
  const odd = e.let(f32x4.add(f32x4.mul(f32x4.mul(polynomial(e, square, sine), square), r), r));
  const quartic = e.let(f32x4.mul(f32x4.mul(polynomial(e, square, cosine), square), square));
  const even = e.let(f32x4.add(f32x4.sub(quartic, f32x4.mul(square, e.floats(0.5))), e.floats(1)));
  // Odd quarters give cosines, the third and fourth change the sign.
  const isOdd = e.let(i32x4.shrS(i32x4.shl(quarter, i32.const(31)), i32.const(31)));
  const sign = e.let(v128.and(i32x4.shl(quarter, i32.const(30)), e.floats(-0)));
  return e.let(v128.xor(v128.bitselect(even, odd, isOdd), sign));
}

export const primitive: Unary = {
  arity: 1,
  js: Math.sin,
  wasm: (e, x) => v128.bitselect(x, sinusoid(e, x, 0), f32x4.eq(x, e.floats(0))),
  tfjs: (t, x) => t.call('Sin', { x }),
};

export const sin = (x: Sym | number): Sym => apply('sin', x);
