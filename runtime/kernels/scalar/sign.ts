/** −1, 0 or 1; zeros and NaN stay what they are. */
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import type { Unary } from './primitive.ts';
import { choose } from './select.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: Math.sign,
  wasm: (e, x) => {
    const orNegative = e.let(v128.bitselect(e.floats(-1), x, f32x4.lt(x, e.floats(0))));
    return v128.bitselect(e.floats(1), orNegative, f32x4.gt(x, e.floats(0)));
  },
  // The kernel Sign makes 0 of NaN.
  tfjs(t, x) {
    const zero = t.number(0);
    const orNegative = choose(t, t.call('Less', { a: x, b: zero }), t.number(-1), x);
    return choose(t, t.call('Greater', { a: x, b: zero }), t.number(1), orNegative);
  },
};

export const sign = (x: Sym | number): Sym => apply('sign', x);
