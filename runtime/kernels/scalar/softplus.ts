/** ln(1 + eˣ), without overflow. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import { primitive as exp } from './exp.ts';
import { logarithm1p, primitive as log1p } from './log1p.ts';
import type { Unary } from './primitive.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

export const primitive: Unary = {
  arity: 1,
  js: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  wasm(e, x) {
    const falling = exp.wasm(e, e.let(f32x4.neg(f32x4.abs(x))));
    return f32x4.add(f32x4.pmax(x, e.floats(0)), logarithm1p(e, falling));
  },
  tfjs(t, x) {
    const falling = t.call('Exp', { x: t.call('Neg', { x: t.call('Abs', { x }) }) });
    return t.call('Add', { a: t.call('Relu', { x }), b: log1p.tfjs(t, falling) });
  },
};

export const softplus = (x: Sym | number): Sym => apply('softplus', x);
