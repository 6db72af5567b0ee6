/** The greater of two; NaN if either is. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { Binary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Binary = {
  arity: 2,
  js: Math.max,
  wasm: (_, a, b) => f32x4.max(a, b),
  tfjs: (t, a, b) => t.call('Maximum', { a, b }),
};

export const maximum = (a: Sym | number, b: Sym | number): Sym => apply('maximum', a, b);
