/** 1 / (1 + e⁻ˣ). */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import { primitive as exp } from './exp.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  wasm: (e, x) => f32x4.div(e.floats(1), f32x4.add(e.floats(1), exp.wasm(e, e.let(f32x4.neg(x))))),
  tfjs: (t, x) => t.call('Sigmoid', { x }),
};

export const sigmoid = (x: Sym | number): Sym => apply('sigmoid', x);
