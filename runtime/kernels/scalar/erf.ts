/** The error function 2/√π ∫₀ˣ e^(−t²) dt. */
import { erf as exact } from '../../host/erf.ts';
import { f32x4, v128 } from '../wasm/assembler/instructions.ts';
import { primitive as exp } from './exp.ts';
import { polynomial } from './polynomial.ts';
import type { Unary } from './primitive.ts';
import { choose } from './select.ts';
import { apply } from './symbol.ts';
import type { Sym } from './symbol.ts';

/** (erf x − x) / x in x² for |x| ≤ 475/512, after N. Juffa's erff. */
const near = [-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1];
/** (ln(1 − erf x) + x) / x beyond, likewise. */
const far = [
  -1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1,
];

/** erf x / x in x², by Taylor's series. */
const series = [-1 / 42, 1 / 10, -1 / 3, 1].map((c) => (2 / Math.sqrt(Math.PI)) * c);

export const primitive: Unary = {
  arity: 1,
  js: exact,
  wasm(e, x) {
    const size = e.let(f32x4.abs(x));
    const square = e.let(f32x4.mul(x, x));
    const small = e.let(f32x4.add(f32x4.mul(polynomial(e, square, near), x), x));
    // From 4 on the result is 1; the bound keeps the polynomial finite, and its order keeps NaN.
    const bounded = e.let(f32x4.pmin(size, e.floats(4)));
    const exponent = e.let(f32x4.sub(f32x4.mul(polynomial(e, bounded, far), bounded), bounded));
    const large = e.let(f32x4.sub(e.floats(1), exp.wasm(e, exponent)));
    const signed = v128.bitselect(x, large, e.floats(-0));
    return v128.bitselect(small, signed, f32x4.lt(size, e.floats(475 / 512)));
  },
  // The kernel Erf is right to 1.5e-7, which is too little for small x.
  tfjs(t, x) {
    const square = t.call('Square', { x });
    const times = (a: typeof x, b: typeof x) => t.call('Multiply', { a, b });
    const [first = 0, ...rest] = series;
    const curve = rest.reduce((sum, c) => t.call('Add', { a: times(sum, square), b: t.number(c) }), t.number(first));
    const small = t.call('Less', { a: t.call('Abs', { x }), b: t.number(0.25) });
    return choose(t, small, times(x, curve), t.call('Erf', { x }));
  },
};

export const erf = (x: Sym | number): Sym => apply('erf', x);
