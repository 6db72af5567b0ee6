/** Names of somebody's own: patterns are matched without backtracking, and nothing in a name reaches a terminal or a program. */
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { covers } from '../../compiler/language/selectors.ts';
import { compile } from '../../compiler/compile.ts';
import { parseCsv } from '../../runtime/data/csv.ts';
import { mapColumns } from '../../runtime/data/columns.ts';
import { columnPlaces } from '../../runtime/data/table.ts';
import { matchesPattern } from '../../runtime/data/wildcard.ts';
import { visible, visibleName } from '../../runtime/logging/visible.ts';
import { folderWith, nnc, runModel, xor } from '../cli/nnc.ts';

describe('patterns', () => {
  const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const slow = (pattern: string, text: string): boolean =>
    new RegExp(`^${pattern.split('*').map(escape).join('[^]*')}$`).test(text);

  it('match as a regular expression does', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (pattern, text) => {
        expect(matchesPattern(pattern, text)).toBe(slow(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  it('take no longer for many stars', () => {
    const names = Array.from({ length: 200 }, (_, i) => `${'a'.repeat(200)}${i}`);
    const rows = [names.map(() => '1')];
    const table = { file: 'rows.csv', header: names, places: columnPlaces(names), rows, lines: [2] };
    const pattern = `${'*a'.repeat(40)}*b`;
    const map = () =>
      mapColumns(table, {
        inputs: {},
        targets: { x: { shape: [], dtype: 'float32' } },
        written: { x: [pattern] },
        prep: [],
      });
    const begun = performance.now();
    expect(map).toThrow('has no column');
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  const selector = (text: string) => ({
    parts: text.split('.').map((part) => ({ text: part, span: { start: 0, end: 0 } })),
    span: { start: 0, end: 0 },
  });

  it.each([
    ['a.**', 'a', true],
    ['**', 'a.b', true],
    ['**.b', 'b', true],
    ['**.b', 'a.c.b', true],
    ['a.*.c', 'a.b.c', true],
    ['a.*.c', 'a.c', false],
    ['a.**.c', 'a.c', true],
    ['a.**.c.d', 'a.c.x.c.d', true],
    ['*', 'a.b', true],
    ['b', 'a.b', false],
    ['**.x.**.y', 'x.a.b', false],
  ])('of selectors: %s covers %s: %s', (pattern, path, covered) => {
    expect(covers(selector(pattern), path)).toBe(covered);
  });

  it('of selectors take no longer for many stars', () => {
    const begun = performance.now();
    expect(covers(selector(`${'**.a.'.repeat(30)}b`), Array(60).fill('a').join('.'))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe('a spec', () => {
  it.each(['...nn', '.nn', '..nn'])('called %s trains below runs/, in a folder of its own', async (name) => {
    const folder = folderWith({ [name]: xor.replace('epochs=1000', 'epochs=2') });
    expect(await runModel(folder, ['train', name])).toMatchObject({ code: 0 });
    expect(readdirSync(folder).sort()).toEqual([name, 'runs']);
    expect(readdirSync(join(folder, 'runs'))).toEqual(['model']);
    expect(existsSync(join(folder, 'runs/model/manifest.json'))).toBe(true);
  });

  const odd = [
    'a\nexport const owned = 1;.nn',
    'a\u2028owned();.nn',
    'a\u2029owned();.nn',
    'a\rowned();.nn',
    '`${owned()}`.nn',
  ];
  it.each(odd)('called %j stays within comments and strings', (file) => {
    const { text = '', diagnostics } = compile({ file, text: xor }, { version: '1' });
    expect(diagnostics).toEqual([]);
    const code = text
      .replace(/\/\*[^]*?\*\//g, '')
      .replace(/\/\/[^\n\r\u2028\u2029]*/g, '')
      .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
    expect(code).not.toContain('owned');
    expect(text).not.toMatch(/[\r\u2028\u2029]/);
    expect(text.split('\n').filter((line) => line.startsWith('//')).length).toBe(
      (compile({ file: 'a.nn', text: xor }, { version: '1' }).text ?? '')
        .split('\n')
        .filter((line) => line.startsWith('//')).length,
    );
  });

  it('of an odd name is built and trained', async () => {
    const name = 'a\n`b`.nn';
    const folder = folderWith({ [name]: xor.replace('epochs=1000', 'epochs=2') });
    const built = await nnc(folder, 'build', name);
    expect(built).toMatchObject({ code: 0, err: 'wrote a\\n`b`.nn.ts\n' });
    expect(await runModel(folder, ['train', name])).toMatchObject({ code: 0 });
    expect((await nnc(folder, 'check', 'no\u001b[2J.nn')).err).toContain('cannot read no\\x1b[2J.nn');
  });
});

describe('control characters', () => {
  it('are shown as escapes', () => {
    expect(visibleName('a\nb\t\u001b[31m\u2028\u202e\u007f')).toBe('a\\nb\\t\\x1b[31m\\u2028\\u202e\\x7f');
    expect(visible('two\nlines\u001b')).toBe('two\nlines\\x1b');
    expect(visibleName('häuser 家 🙂')).toBe('häuser 家 🙂');
  });

  const bad = '\u001b[2J';
  const rows = (header: string, ...lines: readonly string[]) => [header, ...lines, ''].join('\n');
  const spec = (data: string) =>
    `input x: f32[1]\ntarget y: class[2]\nlayer dense 2; loss xent; optim sgd\n${data}\ntrain epochs=1 batch=2\n`;

  it.each([
    ['a column', rows(`${bad},y`, '1,0', '2,1'), 'data csv "rows.csv" x=z y=y'],
    ['a column on two lines', rows('"a\nb",y', '1,0', '2,1'), 'data csv "rows.csv" x=z y=y'],
    ['a field', rows('x,y', `${bad},0`, '2,1', '3,1'), 'data csv "rows.csv"'],
    ['a label', rows('x,y', `1,${bad}`, '2,b', '3,"c\nd"'), 'data csv "rows.csv"'],
  ])('in %s never reach the terminal', async (_, csv, data) => {
    const folder = folderWith({ 'rows.csv': csv, 'm.nn': spec(data) });
    for (const command of ['check', 'train']) {
      const { err } = await runModel(folder, [command, 'm.nn']);
      expect(err).not.toContain('\u001b');
      expect(err).not.toMatch(/^(b|d)\b/m);
    }
    const { err } = await runModel(folder, ['train', 'm.nn']);
    expect(err).toMatch(/\\x1b|a\\nb/);
  });

  it('a table has its names as they are', () => {
    expect(parseCsv(parse, rows(`${bad},y`, '1,0'), 'f').header).toEqual([bad, 'y']);
  });
});
