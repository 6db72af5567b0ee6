/** 1 / (1 + e⁻ˣ). */
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import { primitive as exp } from './exp.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  /** Of e^−|x|, which cannot overflow: over itself and 1 below 0, 1 over both above. */
  wasm(e, x) {
    const falling = e.let(exp.wasm(e, e.let(f32x4.neg(f32x4.abs(x)))));
    const above = v128.bitselect(falling, e.floats(1), f32x4.lt(x, e.floats(0)));
    return f32x4.div(above, f32x4.add(e.floats(1), falling));
  },
  tfjs: (t, x) => t.call('Sigmoid', { x }),
};

export const sigmoid = (x: Sym | number): Sym => apply('sigmoid', x);
