/** The greatest whole number not above x. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: Math.floor,
  wasm: (_, x) => f32x4.floor(x),
  tfjs: (t, x) => t.call('Floor', { x }),
};

export const floor = (x: Sym | number): Sym => apply('floor', x);
