/** Numbers of the host as TypeScript: precedence, conditions, and the value of what is written. */
import { wordFor } from '../../compiler/ir/called.ts';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Builder } from '../../compiler/ir/builder.ts';
import type { Origin, Value } from '../../compiler/ir/types.ts';
import { asNumber, constantText, constantsOf, hostText } from '../../compiler/targets/tfjs/host-code.ts';
import { render } from '../../compiler/targets/tfjs/layout.ts';
import { atom, nest } from '../../compiler/targets/tfjs/nesting.ts';
import { Random } from '../random/random.ts';
import { mistakes } from './type-check.ts';

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

/** What each op is to a number, in words of its own. */
const meanings: Readonly<Record<string, (x: number, y: number, z: number) => number>> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  maximum: (x, y) => Math.max(x, y),
  less: (x, y) => Number(x < y),
  less_equal: (x, y) => Number(x <= y),
  equal: (x, y) => Number(x === y),
  and: (x, y) => Number(x !== 0 && y !== 0),
  or: (x, y) => Number(x !== 0 || y !== 0),
  not: (x) => Number(x === 0),
  where: (x, y, z) => (x === 0 ? z : y),
};

/** Programs of a dozen ops that read one another freely: comparisons of comparisons, and values used twice. */
function drawn(seed: number): { readonly lines: readonly string[]; readonly root: string; readonly expected: number } {
  const random = new Random(seed);
  const b = new Builder(origin);
  const leaves = [input('a'), input('b'), input('t')];
  const constants = [0, 1, 2].map((n) => b.constant(n));
  const values = [...leaves, ...constants];
  const numbers = new Map(values.map((value, i) => [value, [2, 3, -1.5, 0, 1, 2][i] ?? 0]));
  for (let i = 0; i < 12; i++) {
    const op = random.pick(Object.keys(meanings));
    const count = op === 'where' ? 3 : op === 'not' ? 1 : 2;
    // A constant is added and compared by size; whether it equals another one, TypeScript knows, and says.
    const free = ['add', 'sub', 'mul', 'maximum', 'less', 'less_equal'].includes(op);
    const inputs = Array.from({ length: count }, (_, at) =>
      random.pick(free && at > 0 ? values : values.filter((value) => !constants.includes(value))),
    );
    const result = b.apply(op, inputs);
    const [x = 0, y = 0, z = 0] = inputs.map((each) => numbers.get(each) ?? NaN);
    numbers.set(result, meanings[op]?.(x, y, z) ?? NaN);
    values.push(result);
  }
  const root = values.at(-1);
  if (root === undefined) throw new Error('nothing drawn');
  const written = constantsOf(b.nodes);
  let names = 0;
  const nameOf = new Map<Value, string>();
  const { lines, roots } = nest({
    nodes: b.nodes,
    roots: [root],
    leaf: (value) => {
      const constant = written.get(value);
      if (constant !== undefined) return constantText(constant);
      return leaves.includes(value) ? atom(wordFor(value)) : undefined;
    },
    write: hostText,
    name: (value) => {
      const name = nameOf.get(value) ?? `v${names++}`;
      nameOf.set(value, name);
      return name;
    },
    longest: 60,
  });
  return {
    lines: lines.map(({ code }) => render(code, 0, 0)),
    root: roots.map(asNumber).join(''),
    expected: numbers.get(root) ?? NaN,
  };
}

describe('numbers of the host that are compared with what was compared', () => {
  const programs = Array.from({ length: 300 }, (_, seed) => drawn(seed));

  it('are what the ops say', () => {
    const values = programs.map(({ lines, root }): unknown => {
      const text = `${lines.join('\n').replaceAll(': number', '')}\nreturn ${root};`;
      return new Function('a', 'b', 't', text)(2, 3, -1.5);
    });
    expect(values).toEqual(programs.map(({ expected }) => expected));
  });

  it('are numbers to TypeScript, in whatever branch they stand', () => {
    const functions = programs.map(
      ({ lines, root }, i) =>
        `export function f${i}(a: number, b: number, t: number): number {\n${lines.join('\n')}\nreturn ${root} + 0 * (a + b + t);\n}`,
    );
    const path = fileURLToPath(new URL('../../specs/numbers.ts', import.meta.url));
    expect(mistakes(new Map([[path, functions.join('\n')]]))).toEqual([]);
  }, 60_000);
});

const half = (b: Builder, x: Value): Value => b.apply('div', [x, b.constant(2)]);
