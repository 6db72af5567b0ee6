/** x². */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: (x) => x * x,
  wasm: (_, x) => f32x4.mul(x, x),
  tfjs: (t, x) => t.call('Square', { x }),
};

export const square = (x: Sym | number): Sym => apply('square', x);
