/** a − b·⌊a/b⌋: the remainder with the sign of the divisor, as in Python. */
import { f64x2, v128 } from '../wasm/assembler/instructions.ts';
import { inDoubles } from './halves.ts';
import type { Binary } from './primitive.ts';
import { choose } from './select.ts';
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
  // The kernel Mod is right where neither is negative.
  tfjs(t, a, b) {
    const zero = t.number(0);
    const negative = (x: typeof a) => t.call('Cast', { x: t.call('Less', { a: x, b: zero }) }, { dtype: 'float32' });
    const rest = t.call('Mod', { a: t.call('Abs', { x: a }), b: t.call('Abs', { x: b }) });
    const signed = choose(t, t.call('Less', { a, b: zero }), t.call('Neg', { x: rest }), rest);
    const differs = t.call('NotEqual', { a: negative(a), b: negative(b) });
    const wrong = t.call('LogicalAnd', { a: differs, b: t.call('NotEqual', { a: rest, b: zero }) });
    return choose(t, wrong, t.call('Add', { a: signed, b }), signed);
  },
};

export const mod = (a: Sym | number, b: Sym | number): Sym => apply('mod', a, b);
