/** Identities of arithmetic. */
import type { Value } from '../../ir/types.ts';
import { factorsOf, moderate, withChanges } from './factors.ts';
import type { Opens } from './factors.ts';
import type { Rule, Site } from './site.ts';

/** For an op that commutes: the answer for either order of its inputs. */
function eitherWay(site: Site, rule: (x: Value, other: Value) => Value | undefined): Value | undefined {
  const [a, b] = [site.input(0), site.input(1)];
  if (a === undefined || b === undefined) return undefined;
  return rule(a, b) ?? rule(b, a);
}

export const arithmetic: readonly Rule[] = [
  {
    theorem: 'x + 0 → x',
    ops: ['add'],
    apply: (s) => eitherWay(s, (x, zero) => (s.number(zero) === 0 ? s.asResult(x) : undefined)),
  },
  {
    theorem: 'x + fill(0) → x',
    ops: ['add'],
    apply: (s) => eitherWay(s, (x, zero) => (s.number(s.of('broadcast', zero)) === 0 ? s.asResult(x) : undefined)),
  },
  {
    theorem: 'x − 0 → x',
    ops: ['sub'],
    apply: (s) => (s.number(s.input(1)) === 0 ? s.asResult(s.input(0)) : undefined),
  },
  {
    theorem: '0 − x → −x',
    ops: ['sub'],
    apply: (s) => (s.number(s.input(0)) === 0 ? s.rebuild('neg', [s.input(1)]) : undefined),
  },
  {
    theorem: 'x · 1 → x',
    ops: ['mul'],
    apply: (s) => eitherWay(s, (x, one) => (s.number(one) === 1 ? s.asResult(x) : undefined)),
  },
  {
    theorem: 'x / 1 → x',
    ops: ['div'],
    apply: (s) => (s.number(s.input(1)) === 1 ? s.asResult(s.input(0)) : undefined),
  },
  {
    theorem: 'x · −1 → −x',
    ops: ['mul'],
    apply: (s) => eitherWay(s, (x, minus) => (s.number(minus) === -1 ? s.rebuild('neg', [x]) : undefined)),
  },
  {
    theorem: 'x · 0 → 0',
    condition: 'x is finite',
    ops: ['mul'],
    apply: (s) => eitherWay(s, (x, zero) => (s.number(zero) === 0 && s.finite(x) ? s.fill(0) : undefined)),
  },
  {
    theorem: 'x − x → 0',
    condition: 'x is finite',
    ops: ['sub'],
    apply: (s) => {
      const x = s.input(0);
      return x !== undefined && x === s.input(1) && s.finite(x) ? s.fill(0) : undefined;
    },
  },
  {
    theorem: 'x ^ 1 → x',
    ops: ['pow'],
    apply: (s) => (s.number(s.input(1)) === 1 ? s.asResult(s.input(0)) : undefined),
  },
  {
    theorem: 'x ^ 2 → square(x)',
    ops: ['pow'],
    apply: (s) => (s.number(s.input(1)) === 2 ? s.rebuild('square', [s.input(0)]) : undefined),
  },
  {
    theorem: 'x ^ 3 → square(x) · x',
    ops: ['pow'],
    apply: (s) => {
      const x = s.input(0);
      return x !== undefined && s.number(s.input(1)) === 3 ? s.rebuild('mul', [s.build('square', [x]), x]) : undefined;
    },
  },
  {
    theorem: 'x ^ −1 → 1 / x',
    ops: ['pow'],
    apply: (s) => (s.number(s.input(1)) === -1 ? s.rebuild('div', [s.constant(1), s.input(0)]) : undefined),
  },
  {
    theorem: 'x · x → square(x)',
    ops: ['mul'],
    apply: (s) => (s.input(0) === s.input(1) ? s.rebuild('square', [s.input(0)]) : undefined),
  },
  { theorem: '−(−x) → x', ops: ['neg'], apply: (s) => s.asResult(s.of('neg', s.input(0))) },
  {
    theorem: '−(a − b) → b − a',
    condition: 'nothing else reads a − b',
    ops: ['neg'],
    apply: (s) => {
      const x = s.input(0);
      const difference = s.producer(x);
      if (x === undefined || difference?.op !== 'sub' || !s.readOnce(x)) return undefined;
      return s.rebuild('sub', [difference.inputs[1], difference.inputs[0]]);
    },
  },
  {
    theorem: 'a + (−b) → a − b',
    ops: ['add'],
    apply: (s) => eitherWay(s, (a, minus) => s.rebuild('sub', [a, s.of('neg', minus)])),
  },
  {
    theorem: 'a − (−b) → a + b',
    ops: ['sub'],
    apply: (s) => s.rebuild('add', [s.input(0), s.of('neg', s.input(1))]),
  },
  {
    theorem: '−((−a) · b) → a · b, and so for quotients',
    condition: 'nothing else reads the product',
    ops: ['neg'],
    apply: (s) => s.asResult(negated(s, s.input(0))),
  },
  {
    theorem: 'x + (−a) · b → x − a · b, and so for quotients',
    condition: 'nothing else reads the product',
    ops: ['add'],
    apply: (s) => eitherWay(s, (x, product) => s.rebuild('sub', [x, negated(s, product)])),
  },
  {
    theorem: 'x − (−a) · b → x + a · b, and so for quotients',
    condition: 'nothing else reads the product',
    ops: ['sub'],
    apply: (s) => s.rebuild('add', [s.input(0), negated(s, s.input(1))]),
  },
  {
    theorem: '(−a) · c → a · (−c), c a number',
    ops: ['mul'],
    apply: (s) =>
      eitherWay(s, (minus, number) => {
        const c = s.number(number);
        const a = s.of('neg', minus);
        return a === undefined || c === undefined ? undefined : s.rebuild('mul', [a, s.constant(-c)]);
      }),
  },
  {
    theorem: '(x · c) · d → x · (c · d), c and d numbers',
    condition:
      'nothing else reads x · c; c, d and c · d are neither so large nor so small that a product would leave the range of f32',
    ops: ['mul'],
    apply: (s) =>
      eitherWay(s, (product, number) => {
        const d = s.number(number);
        const inner = s.producer(product);
        if (d === undefined || inner?.op !== 'mul' || !s.readOnce(product)) return undefined;
        const at = inner.inputs.findIndex((input) => s.number(input) !== undefined);
        const c = s.number(inner.inputs[at]);
        if (c === undefined || ![c, d, c * d].every(moderate)) return undefined;
        return s.rebuild('mul', [inner.inputs[1 - at], s.constant(c * d)]);
      }),
  },
  { theorem: 'square(−x) → square(x)', ops: ['square'], apply: (s) => s.rebuild('square', [s.of('neg', s.input(0))]) },
  { theorem: 'square(|x|) → square(x)', ops: ['square'], apply: (s) => s.rebuild('square', [s.of('abs', s.input(0))]) },
  { theorem: '|−x| → |x|', ops: ['abs'], apply: (s) => s.rebuild('abs', [s.of('neg', s.input(0))]) },
  {
    theorem: 'relu(relu(x)) → relu(x)',
    ops: ['relu'],
    apply: (s) => (s.of('relu', s.input(0)) === undefined ? undefined : s.asResult(s.input(0))),
  },
  {
    theorem: 'x − (m + c) → (x − m) − c',
    condition: 'm is the greatest x: an offset that all x share goes before it can round c away',
    ops: ['sub'],
    apply: (s) => {
      const x = s.input(0);
      const sum = s.producer(s.input(1));
      const at = sum?.op === 'add' ? sum.inputs.findIndex((m) => s.of('max', m) === x) : -1;
      const [m, c] = [sum?.inputs[at], sum?.inputs[1 - at]];
      return x === undefined || m === undefined ? undefined : s.rebuild('sub', [s.build('sub', [x, m]), c]);
    },
  },
  {
    theorem: 'e^((x − m) − ln s) → e^(x − m) / s',
    condition: 's = Σ e^(x − m) with m the greatest x, so that s ≥ 1: the exponentials of a softmax serve twice',
    ops: ['exp'],
    apply: (s) => {
      const difference = s.producer(s.input(0));
      const [shifted, logarithm] = difference?.op === 'sub' ? difference.inputs : [];
      const [x, m] = differenceOf(s, shifted);
      const total = s.of('log', logarithm);
      const summed = differenceOf(s, s.of('exp', s.of('sum', total)));
      if (shifted === undefined || summed[0] !== x || summed[1] !== m || s.of('max', m) !== x) return undefined;
      return s.rebuild('div', [s.build('exp', [shifted]), total]);
    },
  },
];

/** a and b of a difference a − b. */
function differenceOf(s: Site, difference: Value | undefined): readonly Value[] {
  const node = s.producer(difference);
  return node?.op === 'sub' ? node.inputs : [];
}

/** a · b, where a product or quotient has an odd number of signs in its factors. */
function negated(s: Site, product: Value | undefined): Value | undefined {
  if (product === undefined) return undefined;
  const opens: Opens = (value) => s.producer(value)?.op === 'neg' || s.readOnce(value);
  const { minus } = factorsOf(s, product, opens);
  return minus ? withChanges(s, product, opens, { gone: [], unsigned: true }) : undefined;
}
