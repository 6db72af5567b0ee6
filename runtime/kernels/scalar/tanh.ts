/** The hyperbolic tangent. */
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import { primitive as exp } from './exp.ts';
import { polynomial } from './polynomial.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

/** (tanh x − x) / x³ in x², for |x| < 0.625 (Cephes, tanhf). */
const near = [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1];

export const primitive: Unary = {
  arity: 1,
  js: Math.tanh,
  wasm(e, x) {
    const size = e.let(f32x4.abs(x));
    const square = e.let(f32x4.mul(x, x));
    const small = e.let(f32x4.add(f32x4.mul(f32x4.mul(polynomial(e, square, near), square), x), x));
    const doubled = exp.wasm(e, e.let(f32x4.add(size, size)));
    const large = e.let(f32x4.sub(e.floats(1), f32x4.div(e.floats(2), f32x4.add(doubled, e.floats(1)))));
    const signed = v128.bitselect(x, large, e.floats(-0));
    return v128.bitselect(small, signed, f32x4.lt(size, e.floats(0.625)));
  },
  tfjs: (t, x) => t.call('Tanh', { x }),
};

export const tanh = (x: Sym | number): Sym => apply('tanh', x);
