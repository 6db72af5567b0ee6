/** The nearest whole number, ties to even. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: (x) => {
    const near = Math.round(x);
    return near - x === 0.5 && near % 2 !== 0 ? near - 1 : near;
  },
  wasm: (_, x) => f32x4.nearest(x),
  tfjs: (t, x) => t.call('Round', { x }),
};

export const round = (x: Sym | number): Sym => apply('round', x);
