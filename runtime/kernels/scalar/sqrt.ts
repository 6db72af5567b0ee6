/** √x. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: Math.sqrt,
  wasm: (_, x) => f32x4.sqrt(x),
  tfjs: (t, x) => t.call('Sqrt', { x }),
};

export const sqrt = (x: Sym | number): Sym => apply('sqrt', x);
