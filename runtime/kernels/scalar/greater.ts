/** 1 where a > b, else 0. */
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import type { Binary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Binary = {
  arity: 2,
  js: (a, b) => (a > b ? 1 : 0),
  wasm: (e, a, b) => v128.and(f32x4.gt(a, b), e.floats(1)),
  tfjs: (t, a, b) => t.call('Cast', { x: t.call('Greater', { a, b }) }, { dtype: 'float32' }),
};

export const greater = (a: Sym | number, b: Sym | number): Sym => apply('greater', a, b);
