/** The smaller of two; NaN if either is. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { Binary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Binary = {
  arity: 2,
  js: Math.min,
  wasm: (_, a, b) => f32x4.min(a, b),
  tfjs: (t, a, b) => t.call('Minimum', { a, b }),
};

export const minimum = (a: Sym | number, b: Sym | number): Sym => apply('minimum', a, b);
