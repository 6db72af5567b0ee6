/** ln(1 + x), exact also where x is small. */
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import type { V128 } from '../wasm/assembler/instructions.ts';
import { logarithm } from './log.ts';
import type { Emit, Unary } from './primitive.ts';
import { choose } from './select.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

/** ln u + c/u, where u is 1 + x rounded and c what the rounding lost (FreeBSD's log1pf does the same). */
export function logarithm1p(e: Emit, x: V128): V128 {
  const one = e.floats(1);
  const u = e.let(f32x4.add(x, one));
  const fromX = f32x4.sub(x, f32x4.sub(u, one));
  const fromOne = f32x4.sub(one, f32x4.sub(u, x));
  const lost = e.let(f32x4.div(v128.bitselect(fromOne, fromX, f32x4.gt(x, one)), u));
  const rough = logarithm(e, u);
  // At −1 and ∞ nothing was lost, but the quotient is NaN.
  const known = f32x4.lt(f32x4.abs(lost), e.floats(Infinity));
  const y = e.let(v128.bitselect(f32x4.add(rough, lost), rough, known));
  return e.let(v128.bitselect(x, y, f32x4.eq(x, e.floats(0))));
}

export const primitive: Unary = {
  arity: 1,
  js: Math.log1p,
  wasm: logarithm1p,
  // The kernel Log1p is ln of a rounded 1 + x on some backends; this is the form above.
  tfjs(t, x) {
    const one = t.number(1);
    const u = t.call('Add', { a: x, b: one });
    const rough = t.call('Log', { x: u });
    const kept = t.call('Sub', { a: u, b: one });
    const lost = t.call('RealDiv', { a: t.call('Sub', { a: x, b: kept }), b: u });
    const known = t.call('Less', { a: t.call('Abs', { x: lost }), b: t.number(Infinity) });
    return choose(t, known, t.call('Add', { a: rough, b: lost }), rough);
  },
};

export const log1p = (x: Sym | number): Sym => apply('log1p', x);
