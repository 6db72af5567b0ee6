/** eˣ − 1, exact also where x is small. */
import { f32x4, i32x4, v128 } from '../wasm/assembler/instructions.ts';
import { powerOfTwo, reduced, scaled } from './exp.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: Math.expm1,
  wasm(e, x) {
    const bounded = e.let(f32x4.pmax(f32x4.pmin(x, e.floats(89)), e.floats(-25)));
    const { n, expm1r } = reduced(e, bounded);
    // eˣ − 1 = 2ⁿ·((eʳ − 1) + (1 − 2⁻ⁿ)). From n = 60 on, 2⁻ⁿ makes no difference.
    const down = e.let(i32x4.fromFloats(f32x4.neg(f32x4.pmin(n, e.floats(60)))));
    const rest = e.let(f32x4.sub(e.floats(1), powerOfTwo(e, down)));
    const y = scaled(e, e.let(f32x4.add(expm1r, rest)), n);
    return v128.bitselect(x, y, f32x4.eq(x, e.floats(0)));
  },
  tfjs: (t, x) => t.call('Expm1', { x }),
};

export const expm1 = (x: Sym | number): Sym => apply('expm1', x);
