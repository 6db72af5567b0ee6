/** What a definition means does not depend on the file in which it stands: specs whose definitions lie in other files. */
import { describe, expect, it } from 'vitest';
import { amount } from '../amounts.ts';
import { compile } from '../../compiler/compile.ts';
import type { Definition } from '../../grammar/ast.ts';
import { parse } from '../../grammar/parser.ts';
import { randomSpec } from '../random/spec.ts';

type Files = Readonly<Record<string, string>>;

/** Paths are those of names: nothing lies in folders here. */
function compiled(text: string, files: Files = {}) {
  const read = (path: string) => {
    const found = files[path];
    return found === undefined ? ({ missing: true } as const) : { file: path, text: found };
  };
  return compile({ file: 'model.nn', text }, { version: '0', read });
}

/** A random spec, and the same one whose functions and initialisers lie in one file, which another imports too. */
function moved(seed: number): { readonly whole: string; readonly spec: string; readonly files: Files } {
  const whole = randomSpec(seed);
  const { file } = parse(whole);
  const definitions = file.statements.filter((statement): statement is Definition => statement.type === 'def');
  const textOf = (wanted: readonly Definition[]): string =>
    wanted.map(({ span }) => `${whole.slice(span.start, span.end)}\n`).join('');
  const isSmall = ({ sort }: Definition): boolean => sort === 'fn' || sort === 'init';
  const small = definitions.filter(isSmall);
  const large = definitions.filter((definition) => !isSmall(definition));
  const inner = small.length > 0 ? 'import "inner.nn"\n' : '';
  const outer = large.length > 0 ? 'import "outer.nn"\n' : '';
  const rest = definitions
    .toReversed()
    .reduce((text, { span }) => text.slice(0, span.start) + text.slice(span.end), whole);
  return {
    whole,
    spec: `${inner}${outer}${rest}`,
    files: { 'inner.nn': textOf(small), 'outer.nn': inner + textOf(large) },
  };
}

const messages = ({ diagnostics }: ReturnType<typeof compiled>): readonly string[] =>
  diagnostics.map(({ message }) => message).toSorted();

const withoutHash = (text: string | undefined): string | undefined => text?.replace(/hash: '[0-9a-f]{64}'/, '');

describe('imports', () => {
  it.each(Array.from({ length: amount(12, 40, 200) }, (_, seed) => seed))(
    'of what the random spec %i defines change no line',
    (seed) => {
      const { whole, spec, files } = moved(seed);
      const here = compiled(whole);
      const there = compiled(spec, files);
      expect(messages(there)).toEqual(messages(here));
      expect(withoutHash(there.text)).toBe(withoutHash(here.text));
    },
  );

  const spec = 'import "a.nn"\ninput x: f32[4]; target y: f32[4]\nlayer scaled\nlayer dense 4\nloss mse\noptim sgd\n';
  const textWith = (a: string, more = '', files: Files = {}): string => {
    const { text, diagnostics } = compiled(more + spec, { 'a.nn': a, ...files });
    expect(diagnostics).toEqual([]);
    return text ?? '';
  };

  it('see the hypers of their own file, which a setting of the spec does not reach', () => {
    const a = 'hyper factor = 3\nhyper twice = 2 * factor\ndef layer scaled() { it = twice * it }\n';
    expect(textWith(a)).toContain('mul(6, ');
    expect(textWith(a, 'hyper twice = 5\n')).toContain('mul(6, ');
  });

  it('are hidden by what the spec defines, and hide the library', () => {
    const a = 'def layer scaled() { layer rmsnorm 7 }\ndef layer rmsnorm(n) { it = n * it }\n';
    expect(textWith(a)).toContain('mul(7, ');
    const own = textWith(a, 'def layer rmsnorm(n) { it = 2 * n * it }\ndef layer scaled() { layer rmsnorm 8 }\n');
    expect(own).toContain('mul(16, ');
  });

  it('mean in their file what that imports, whatever the spec calls so', () => {
    const a = 'import "b.nn"\ndef layer scaled() { it = by(it) }\n';
    const files = { 'b.nn': 'def fn by(x) = 9 * x\n' };
    expect(textWith(a, 'def fn by(x) = 5 * x\n', files)).toContain('mul(9, ');
  });

  it('are part of what tells whether a spec has changed', () => {
    const hash = (text: string): string | undefined => /hash: '([0-9a-f]{64})'/.exec(text)?.[1];
    const [first, again, other] = [2, 2, 3].map((by) => hash(textWith(`def layer scaled() { it = ${by} * it }\n`)));
    expect(first).toBe(again);
    expect(first).not.toBe(other);
  });

  it('may be checked by themselves', () => {
    expect(
      compiled('import "b.nn"\ndef layer a() { it = by(it) }\n', { 'b.nn': 'def fn by(x) = 9 * x\n' }).diagnostics,
    ).toEqual([]);
  });
});
