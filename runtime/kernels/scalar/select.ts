/** a where c is not 0, else b. */
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import type { Compose, TensorInfo, Ternary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

/** a where a truth value holds, else b, with broadcasting, which the kernel Select does not do. */
export function choose(t: Compose, c: TensorInfo, a: TensorInfo, b: TensorInfo): TensorInfo {
  const [condition = c, then = a, otherwise = b] = t.common([c, a, b]);
  return t.call('Select', { condition, t: then, e: otherwise });
}

export const primitive: Ternary = {
  arity: 3,
  js: (c, a, b) => (c !== 0 ? a : b),
  wasm: (e, c, a, b) => v128.bitselect(a, b, f32x4.ne(c, e.floats(0))),
  tfjs: (t, c, a, b) => choose(t, t.call('NotEqual', { a: c, b: t.number(0) }), a, b),
};

export const select = (c: Sym | number, a: Sym | number, b: Sym | number): Sym => apply('select', c, a, b);
