/** max(x, 0); NaN stays NaN. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: (x) => (x < 0 ? 0 : x),
  wasm: (e, x) => f32x4.pmax(x, e.floats(0)),
  tfjs: (t, x) => t.call('Relu', { x }),
};

export const relu = (x: Sym | number): Sym => apply('relu', x);
