/** −1, 0 or 1; zeros and NaN stay what they are. */
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: Math.sign,
  wasm: (e, x) => {
    const orNegative = e.let(v128.bitselect(e.floats(-1), x, f32x4.lt(x, e.floats(0))));
    return v128.bitselect(e.floats(1), orNegative, f32x4.gt(x, e.floats(0)));
  },
  tfjs: (t, x) => t.call('Sign', { x }),
};

export const sign = (x: Sym | number): Sym => apply('sign', x);
