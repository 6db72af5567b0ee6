/** |x|. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: Math.abs,
  wasm: (_, x) => f32x4.abs(x),
  tfjs: (t, x) => t.call('Abs', { x }),
};

export const abs = (x: Sym | number): Sym => apply('abs', x);
