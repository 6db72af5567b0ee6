/** a − b·⌊a/b⌋: the remainder with the sign of the divisor, as in Python. */
import { f64x2, v128 } from '../wasm/assembler/instructions.ts';
import { inDoubles } from './halves.ts';
import type { Binary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Binary = {
  arity: 2,
  js(a, b) {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
  },
  wasm: (e, a, b) =>
    inDoubles(e, [a, b], (x, y) => {
      // The quotient of two floats, rounded to double, is whole only if it is: the floor is right up to 2²⁹. Beyond,
      // the remainder has no digit left.
      const whole = e.let(f64x2.floor(f64x2.div(x, y)));
      const rest = e.let(f64x2.sub(x, f64x2.mul(whole, y)));
      // Of an infinite divisor: x itself, or the divisor if the signs differ.
      const infinite = e.constant(v128.doubles(Infinity));
      const special = e.let(v128.and(f64x2.eq(f64x2.abs(y), infinite), f64x2.lt(f64x2.abs(x), infinite)));
      const differs = e.let(f64x2.lt(f64x2.mul(x, y), e.constant(v128.doubles(0))));
      return e.let(v128.bitselect(v128.bitselect(y, x, differs), rest, special));
    }),
  tfjs: (t, a, b) => t.call('Mod', { a, b }),
};

export const mod = (a: Sym | number, b: Sym | number): Sym => apply('mod', a, b);
