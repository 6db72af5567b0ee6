/** Identities of choices: where, maximum, minimum, and values that pass through unchanged. */
import type { Rule } from './site.ts';

export const selection: readonly Rule[] = [
  {
    theorem: 'where(c, x, y) → x or y, c a number',
    ops: ['where'],
    apply: (s) => {
      const condition = s.number(s.input(0));
      if (condition === undefined) return undefined;
      const chosen = s.input(condition !== 0 ? 1 : 2);
      const number = s.number(chosen);
      return s.asResult(chosen) ?? (number === undefined ? undefined : s.fill(number));
    },
  },
  {
    theorem: 'where(c, x, x) → x',
    ops: ['where'],
    apply: (s) => (s.input(1) === s.input(2) ? s.asResult(s.input(1)) : undefined),
  },
  {
    theorem: 'where(not c, x, y) → where(c, y, x)',
    ops: ['where'],
    apply: (s) => s.rebuild('where', [s.of('not', s.input(0)), s.input(2), s.input(1)]),
  },
  {
    theorem: 'maximum(x, x) → x',
    ops: ['maximum', 'minimum'],
    apply: (s) => (s.input(0) === s.input(1) ? s.asResult(s.input(0)) : undefined),
  },
  {
    theorem: 'stop_gradient(x) → x',
    condition: 'the graph is differentiated already',
    ops: ['stop_gradient'],
    apply: (s) => s.asResult(s.input(0)),
  },
  { theorem: 'cast(x) → x, of equal dtype', ops: ['cast'], apply: (s) => s.asResult(s.input(0)) },
];
