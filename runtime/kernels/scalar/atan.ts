/** The arctangent. */
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import { polynomial } from './polynomial.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

/** (atan x − x) / x³ in x², for |x| ≤ tan π/8 (Cephes, atanf). */
const near = [8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1];

export const primitive: Unary = {
  arity: 1,
  js: Math.atan,
  // Around 0, around π/4 by (x − 1)/(x + 1), and around π/2 by −1/x.
  wasm(e, x) {
    const one = e.floats(1);
    const size = e.let(f32x4.abs(x));
    const steep = e.let(f32x4.gt(size, e.floats(2.414213562373095)));
    const middle = e.let(f32x4.gt(size, e.floats(0.4142135623730951)));
    const inverse = e.let(f32x4.div(e.floats(-1), size));
    const turned = e.let(f32x4.div(f32x4.sub(size, one), f32x4.add(size, one)));
    const r = e.let(v128.bitselect(inverse, v128.bitselect(turned, size, middle), steep));
    const quarter = v128.bitselect(e.floats(Math.PI / 4), e.floats(0), middle);
    const base = e.let(v128.bitselect(e.floats(Math.PI / 2), quarter, steep));
    const square = e.let(f32x4.mul(r, r));
    const curve = e.let(f32x4.add(f32x4.mul(f32x4.mul(polynomial(e, square, near), square), r), r));
    return v128.bitselect(x, f32x4.add(base, curve), e.floats(-0));
  },
  tfjs: (t, x) => t.call('Atan', { x }),
};

export const atan = (x: Sym | number): Sym => apply('atan', x);
