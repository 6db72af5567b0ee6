/** −x. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: (x) => -x,
  wasm: (_, x) => f32x4.neg(x),
  tfjs: (t, x) => t.call('Neg', { x }),
};

export const neg = (x: Sym | number): Sym => apply('neg', x);
