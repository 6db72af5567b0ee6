/** 1 where x is 0, else 0. */
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: (x) => (x === 0 ? 1 : 0),
  wasm: (e, x) => v128.and(f32x4.eq(x, e.floats(0)), e.floats(1)),
  tfjs: (t, x) => t.call('Cast', { x: t.call('Equal', { a: x, b: t.number(0) }) }, { dtype: 'float32' }),
};

export const not = (x: Sym | number): Sym => apply('not', x);
