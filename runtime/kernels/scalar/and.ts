/** 1 where neither is 0, else 0. */
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import type { Binary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Binary = {
  arity: 2,
  js: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
  wasm: (e, a, b) => v128.and(v128.and(f32x4.ne(a, e.floats(0)), f32x4.ne(b, e.floats(0))), e.floats(1)),
  tfjs: (t, a, b) => {
    const truth = (x: typeof a) => t.call('NotEqual', { a: x, b: t.number(0) });
    return t.call('Cast', { x: t.call('LogicalAnd', { a: truth(a), b: truth(b) }) }, { dtype: 'float32' });
  },
};

export const and = (a: Sym | number, b: Sym | number): Sym => apply('and', a, b);
