/** The cosine. */
import type { Unary } from './primitive.ts';
import { sinusoid } from './sin.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: Math.cos,
  wasm: (e, x) => sinusoid(e, x, 1),
  tfjs: (t, x) => t.call('Cos', { x }),
};

export const cos = (x: Sym | number): Sym => apply('cos', x);
