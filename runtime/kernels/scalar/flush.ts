/** 0 where |x| < 1e-30: denormal numbers cost wasm a hundredfold (conventions 4). */
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: (x) => (Math.abs(x) < 1e-30 ? 0 : x),
  wasm: (e, x) => v128.andnot(x, f32x4.lt(f32x4.abs(x), e.floats(1e-30))),
  tfjs: (t, x) => {
    const large = t.call('GreaterEqual', { a: t.call('Abs', { x }), b: t.number(1e-30) });
    return t.call('Multiply', { a: x, b: t.call('Cast', { x: large }, { dtype: 'float32' }) });
  },
};

export const flush = (x: Sym | number): Sym => apply('flush', x);
