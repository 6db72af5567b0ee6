/** Names and literals of emitted code: reserved words, repeats, paths that collide. */
import { describe, expect, it } from 'vitest';
import { literal, literalOf, singleLiteral } from '../../compiler/targets/tfjs/literals.ts';
import { Scope, entry, member, nestedKeys, property, quoted } from '../../compiler/targets/tfjs/names.ts';

describe('a scope', () => {
  it.each([
    [
      ['dense', 'dense', 'dense'],
      ['dense', 'dense_1', 'dense_2'],
    ],
    [
      ['dense_1', 'dense', 'dense'],
      ['dense_1', 'dense', 'dense_2'],
    ],
    [
      ['class', 'default', 'await', 'Math'],
      ['class_1', 'default_1', 'await_1', 'Math_1'],
    ],
    [
      ['dense.kernel/m', '3rd', 'a b', 'ψ'],
      ['dense_kernel_m', '_3rd', 'a_b', '_'],
    ],
    [
      ['arguments', 'eval', 'let', 'static', 'yield'],
      ['arguments_1', 'eval_1', 'let_1', 'static_1', 'yield_1'],
    ],
  ])('%j becomes %j', (words, names) => {
    const scope = new Scope();
    expect(words.map((word) => scope.take(word))).toEqual(names);
  });

  it('sees what is taken around it, and is not seen', () => {
    const outer = new Scope(['relu']);
    const inner = outer.inner(['k']);
    expect([inner.take('relu'), inner.take('k'), outer.take('k')]).toEqual(['relu_1', 'k_1', 'k']);
  });
});

describe('keys of a table', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['are the names of a path', ['dense.kernel', 'a.b.c'], ['p.dense.kernel', 'p.a.b.c']],
    ['are numbers for rounds', ['tower.0.dense.kernel', 'tower.1.w'], ['p.tower[0].dense.kernel', 'p.tower[1].w']],
    [
      'are words that mean something else',
      ['class.new', '__proto__.constructor'],
      ['p.class.new', 'p.__proto__.constructor'],
    ],
    ['are quoted where they are no identifiers', ['prep/y/scale'], ["p['prep/y/scale']"]],
    [
      'lie beside a weight by the name of their scope',
      ['a.b', 'a.b.c.d', 'a.b.c'],
      ['p.a.b', "p.a['b.c.d']", "p.a['b.c']"],
    ],
    ['whichever comes first', ['w.0.x', 'w.1.x', 'w'], ["p['w.0'].x", "p['w.1'].x", 'p.w']],
  ])('%s', (_, paths, members) => {
    const keys = nestedKeys(paths);
    expect(paths.map((path) => member('p', ...(keys.get(path) ?? [])))).toEqual(members);
    expect(paths.map((path) => keys.get(path)?.join('.'))).toEqual(paths);
  });

  it.each([
    ['image', 'image', 'image'],
    ['class', 'class_1', 'class: class_1'],
    ['__proto__', '__proto__', "['__proto__']: __proto__"],
  ])('%s under the local name %s is written %s', (key, local, text) => {
    expect(entry(key, local)).toBe(text);
  });

  it('are written as identifiers, or quoted', () => {
    expect([property('a-b'), property('a1'), property('3'), member('p', 'a'), member('p', 'a b')]).toEqual([
      "'a-b'",
      'a1',
      '3',
      'p.a',
      "p['a b']",
    ]);
  });
});

describe('a literal', () => {
  it.each([
    [0.1, '0.1'],
    [1e-7, '1e-7'],
    [1e21, '1e21'],
    [-0, '-0'],
    [1 / 3, '0.3333333333333333'],
    [Math.PI, 'Math.PI'],
    [Infinity, 'Infinity'],
    [NaN, 'NaN'],
    [2 ** -80, '2 ** -80'],
    [-(2 ** -80), '-(2 ** -80)'],
    [2 ** 70, '2 ** 70'],
    [1024, '1024'],
    [2 ** -20, '2 ** -20'],
    [Math.SQRT2, 'Math.sqrt(2)'],
    [-Math.SQRT2, '-Math.sqrt(2)'],
    [Math.sqrt(6 / 171), 'Math.sqrt(2 / 57)'],
    [Math.sqrt(0.25), '0.5'],
    [Math.log(10), 'Math.log(10)'],
    [2 / Math.sqrt(Math.PI), '2 / Math.sqrt(Math.PI)'],
    [Math.sqrt(2 / Math.PI), 'Math.sqrt(2 / Math.PI)'],
    [1.0000000000000002, '1.0000000000000002'],
  ])('%d is written %s', (value, text) => {
    expect(literal(value)).toBe(text);
  });

  it('reads back to the same double, whatever it is', () => {
    const powers = Array.from({ length: 2099 }, (_, i) => 2 ** (i - 1074));
    const roots = Array.from({ length: 60 }, (_, i) => i + 1).flatMap((n) => [Math.sqrt(n), Math.sqrt(n / 3001)]);
    const near = [...powers, ...roots].flatMap((x) => [x * (1 + Number.EPSILON), x * (1 - Number.EPSILON)]);
    const wrong = [...powers, ...roots, ...near]
      .flatMap((x) => [x, -x])
      .filter((x) => !Object.is(new Function(`return ${literal(x)}`)(), x));
    expect(wrong).toEqual([]);
  });

  it.each([
    [2 ** -80, 'power'],
    [-(2 ** -80), 'signed'],
    [Math.SQRT2, 'call'],
    [2 / Math.sqrt(Math.PI), 'product'],
    [0.5, 'word'],
  ])('%d is bracketed as a %s', (value, form) => {
    expect(literalOf(value).form).toBe(form);
  });

  it.each([
    [1 - 0.9, '0.1'],
    [Math.SQRT2, 'Math.sqrt(2)'],
    [2 ** -80, '2 ** -80'],
  ])('%d of single precision is written %s', (value, text) => {
    expect(singleLiteral(value)).toBe(text);
  });

  it.each([
    ['plain', "'plain'"],
    ["it's", '"it\'s"'],
    ['a "b"', `'a "b"'`],
    [`it's "b"`, `'it\\'s "b"'`],
    ['a\\b\n', "'a\\\\b\\n'"],
  ])('the string %j is written %s', (value, text) => {
    expect(quoted(value)).toBe(text);
  });
});
