/** Numbers of the host as TypeScript: precedence, conditions, and the value of what is written. */
import { wordFor } from '../../compiler/ir/called.ts';
import { describe, expect, it } from 'vitest';
import { Builder } from '../../compiler/ir/builder.ts';
import type { Origin, Value } from '../../compiler/ir/types.ts';
import { asNumber, constantText, constantsOf, hostText } from '../../compiler/targets/tfjs/host-code.ts';
import { atom, nest } from '../../compiler/targets/tfjs/nesting.ts';

const origin: Origin = { source: { file: 'a.nn', text: '' }, span: { start: 0, end: 0 }, line: 1, what: 'test' };

/** The text of an expression over a, b and t, and its value at a = 2, b = 3, t = −1.5. */
function write(build: (b: Builder, a: Value, c: Value, t: Value) => Value): { text: string; value: unknown } {
  const b = new Builder(origin);
  const [x, y, t]: readonly [Value, Value, Value] = [input('a'), input('b'), input('t')];
  const root = build(b, x, y, t);
  const constants = constantsOf(b.nodes);
  const { roots } = nest({
    nodes: b.nodes,
    roots: [root],
    leaf: (value) => {
      const constant = constants.get(value);
      if (constant !== undefined) return constantText(constant);
      return [x, y, t].includes(value) ? atom(wordFor(value)) : undefined;
    },
    write: hostText,
    name: wordFor,
    longest: 1000,
  });
  const text = roots.map(asNumber).join('');
  const value: unknown = new Function('a', 'b', 't', `return ${text};`)(2, 3, -1.5);
  return { text, value };
}

const input = (name: string): Value => ({ type: { dtype: 'f64', shape: [] }, word: name });

describe('numbers of the host', () => {
  it.each<[string, number, (b: Builder, a: Value, c: Value, t: Value) => Value]>([
    ['(a + b) * t', -7.5, (b, x, y, t) => b.apply('mul', [b.apply('add', [x, y]), t])],
    ['a - (b - t)', -2.5, (b, x, y, t) => b.apply('sub', [x, b.apply('sub', [y, t])])],
    ['a - b - t', 0.5, (b, x, y, t) => b.apply('sub', [b.apply('sub', [x, y]), t])],
    ['(a * b) / t', -4, (b, x, y, t) => b.apply('div', [b.apply('mul', [x, y]), t])],
    ['a / (b * t)', 2 / -4.5, (b, x, y, t) => b.apply('div', [x, b.apply('mul', [y, t])])],
    ['1 - a ** b', -7, (b, x, y) => b.apply('sub', [b.constant(1), b.apply('pow', [x, y])])],
    ['(-a) ** 2', 4, (b, x) => b.apply('square', [b.apply('neg', [x])])],
    ['(-2) ** b', -8, (b, _, y) => b.apply('pow', [b.constant(-2), y])],
    ['(a ** b) ** 2', 64, (b, x, y) => b.apply('square', [b.apply('pow', [x, y])])],
    ['-(a + b)', -5, (b, x, y) => b.apply('neg', [b.apply('add', [x, y])])],
    ['-(-t)', -1.5, (b, _x, _y, t) => b.apply('neg', [b.apply('neg', [t])])],
    ['a - -t', 0.5, (b, x, _, t) => b.apply('sub', [x, b.apply('neg', [t])])],
    [
      't <= a ? t / a : b',
      -0.75,
      (b, x, y, t) => b.apply('where', [b.apply('less_equal', [t, x]), b.apply('div', [t, x]), y]),
    ],
    ['2 * (a < b ? 1 : 0)', 2, (b, x, y) => b.apply('mul', [b.constant(2), b.apply('less', [x, y])])],
    ['a < b ? 1 : 0', 1, (b, x, y) => b.apply('less', [x, y])],
    [
      'a !== 0 && b < t ? a : b',
      3,
      (b, x, y, t) => b.apply('where', [b.apply('and', [x, b.apply('less', [y, t])]), x, y]),
    ],
    ['(a < b ? 1 : 0) === t ? 1 : 0', 0, (b, x, y, t) => b.apply('equal', [b.apply('less', [x, y]), t])],
    ['!(a < b) || t !== 0 ? 1 : 0', 1, (b, x, y, t) => b.apply('or', [b.apply('not', [b.apply('less', [x, y])]), t])],
    [
      'b * (t < 0 ? a : b)',
      6,
      (b, x, y, t) => b.apply('mul', [y, b.apply('where', [b.apply('less', [t, b.constant(0)]), x, y])]),
    ],
    [
      '(1 + Math.cos(Math.PI * a)) / 2',
      1,
      (b, x) => half(b, b.apply('add', [b.constant(1), b.apply('cos', [b.apply('mul', [b.constant(Math.PI), x])])])),
    ],
    ['Math.max(a, b + t)', 2, (b, x, y, t) => b.apply('maximum', [x, b.apply('add', [y, t])])],
  ])('%s is %d', (text, value, build) => {
    expect(write(build)).toEqual({ text, value });
  });
});

const half = (b: Builder, x: Value): Value => b.apply('div', [x, b.constant(2)]);
