/** a − b. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { Binary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Binary = {
  arity: 2,
  js: (a, b) => a - b,
  wasm: (_, a, b) => f32x4.sub(a, b),
  tfjs: (t, a, b) => t.call('Sub', { a, b }),
};

export const sub = (a: Sym | number, b: Sym | number): Sym => apply('sub', a, b);
