/** The smallest whole number not below x. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: Math.ceil,
  wasm: (_, x) => f32x4.ceil(x),
  tfjs: (t, x) => t.call('Ceil', { x }),
};

export const ceil = (x: Sym | number): Sym => apply('ceil', x);
