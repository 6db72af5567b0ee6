/** aᵇ, with the special cases of Math.pow. */
import { f32x4, f64x2, i32, i64x2, v128 } from '../wasm/assembler/instructions.ts';
import type { V128 } from '../wasm/assembler/instructions.ts';
import { inDoubles } from './halves.ts';
import type { Binary, Emit } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

const doubles = (e: Emit, value: number): V128 => e.constant(v128.doubles(value));

const horner = (e: Emit, x: V128, coefficients: readonly number[]): V128 =>
  coefficients.reduce((sum, c) => e.let(f64x2.add(f64x2.mul(sum, x), doubles(e, c))), doubles(e, 0));

/** 1/13, 1/11, … 1: ln((1+s)/(1−s)) = 2s·(1 + s²/3 + s⁴/5 + …), to 10⁻¹² for |s| ≤ 0.172. */
const odd = [15, 13, 11, 9, 7, 5, 3, 1].map((n) => 1 / n);
/** 1/10!, … 1/1!, 1: the exponential series, to 10⁻¹² for |x| ≤ ½ ln 2. */
const factorials = Array.from({ length: 11 }, (_, i) => {
  let product = 1;
  for (let n = 2; n <= 10 - i; n++) product *= n;
  return 1 / product;
});

/** log₂ of a ≥ 0, in double precision. */
function binaryLogarithm(e: Emit, a: V128): V128 {
  const bits = (high: number) => e.constant(v128.integers(0, high, 0, high));
  // a = m·2ᵏ with √½ ≤ m < √2. The high words suffice to find k, which is read by adding 2⁵² in the exponent's place.
  const shifted = e.let(i64x2.sub(a, bits(0x3fe6a09e)));
  const k = e.let(i64x2.shrS(shifted, i32.const(52)));
  const m = e.let(i64x2.sub(a, i64x2.shl(k, i32.const(52))));
  const n = e.let(f64x2.fromIntegers(v128.shuffle(k, k, [0, 2, 0, 2])));
  const one = doubles(e, 1);
  const s = e.let(f64x2.div(f64x2.sub(m, one), f64x2.add(m, one)));
  const series = horner(e, e.let(f64x2.mul(s, s)), odd);
  const fraction = e.let(f64x2.mul(f64x2.mul(s, series), doubles(e, 2 * Math.LOG2E)));
  const y = e.let(f64x2.add(n, fraction));
  const infinite = doubles(e, Infinity);
  const orInfinite = e.let(v128.bitselect(a, y, f64x2.eq(a, infinite)));
  const orZero = e.let(v128.bitselect(doubles(e, -Infinity), orInfinite, f64x2.eq(a, doubles(e, 0))));
  return e.let(v128.bitselect(orZero, a, f64x2.ge(a, doubles(e, 0))));
}

/** 2ˣ, in double precision; out of the range of floats only its being so is kept. */
function binaryExponential(e: Emit, x: V128): V128 {
  const bounded = e.let(f64x2.pmax(f64x2.pmin(x, doubles(e, 200)), doubles(e, -200)));
  const n = e.let(f64x2.nearest(bounded));
  const series = horner(e, e.let(f64x2.mul(f64x2.sub(bounded, n), doubles(e, Math.LN2))), factorials);
  // n + 1.5·2⁵² + 1023 holds the biased exponent in its lowest bits.
  const exponent = e.let(f64x2.add(n, doubles(e, 1.5 * 2 ** 52 + 1023)));
  return e.let(f64x2.mul(series, i64x2.shl(exponent, i32.const(52))));
}

export const primitive: Binary = {
  arity: 2,
  js: Math.pow,
  wasm(e, a, b) {
    const size = e.let(f32x4.abs(a));
    const power = inDoubles(e, [size, b], (x, y) => binaryExponential(e, e.let(f64x2.mul(y, binaryLogarithm(e, x)))));
    const half = e.let(f32x4.mul(b, e.floats(0.5)));
    const whole = e.let(f32x4.eq(f32x4.nearest(b), b));
    const isOdd = e.let(v128.andnot(whole, f32x4.eq(f32x4.nearest(half), half)));
    const signed = e.let(v128.or(power, v128.and(v128.and(a, isOdd), e.floats(-0))));
    const negative = v128.and(f32x4.lt(a, e.floats(0)), f32x4.gt(a, e.floats(-Infinity)));
    const real = e.let(v128.bitselect(e.floats(NaN), signed, v128.andnot(negative, whole)));
    return v128.bitselect(e.floats(1), real, f32x4.eq(b, e.floats(0)));
  },
  tfjs: (t, a, b) => t.call('Pow', { a, b }),
};

export const pow = (a: Sym | number, b: Sym | number): Sym => apply('pow', a, b);
