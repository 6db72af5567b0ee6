/**
 * The language reference: its specs compile and are formatted, each statement of its tables has one, and it names every
 * keyword and all of the library.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Sort } from '../../grammar/ast.ts';
import { keywords, reserved } from '../../grammar/keywords.ts';
import { parse } from '../../grammar/parser.ts';
import { print } from '../../grammar/print.ts';
import { std } from '../../grammar/std/index.ts';
import { syntaxMessages } from '../../grammar/messages.ts';
import { render } from '../../compiler/diagnostics/render.ts';
import { diagnose } from '../errors/diagnose.ts';
import { catalog } from '../../compiler/diagnostics/catalog.ts';

const page = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');

describe('docs/language.md', () => {
  const specs = [...page.matchAll(/```nn\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

  it.each(specs.map((spec) => [spec.split('\n')[0], spec]))('%s', (_, spec) => {
    const { file, problems } = parse(spec);
    expect(problems).toEqual([]);
    expect(print(file, spec)).toBe(spec);
  });

  /** What an example imports is what another one defines. */
  const blocks = `+++ blocks.nn\n${specs.find((spec) => spec.includes('def layer gated')) ?? ''}`;

  it.each(specs.map((spec) => [spec.split('\n')[0], spec]))('%s: without a mistake', (_, spec = '') => {
    const found = diagnose('model.nn', spec + (spec.includes('import') ? blocks : ''));
    // Files of weights and data are not there.
    expect(found.filter(({ code }) => code !== 'NN4010').map((each) => render(each))).toEqual([]);
  });

  /** The code in the first column of tables of statements, as far as it begins with a keyword. */
  const inTables = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code))
    .filter((code) => keywords.has(code.split(' ')[0] ?? ''));
  /** Keywords whose next word is a thing of its own. */
  const ofKinds = new Set(['clip', 'schedule']);
  const statements = new Set(
    inTables.map((code) => {
      const [word = '', kind = ''] = code.split(' ');
      return ofKinds.has(word) ? `${word} ${kind}` : word;
    }),
  );
  const examples = specs
    .join('\n')
    .replaceAll(/#.*/g, '')
    .split(/[\n;{}]/)
    .map((line) => line.trim());

  it('has tables of statements', () => expect(statements.size).toBeGreaterThan(30));

  it.each([...statements])('has an example of %s', (statement) => {
    expect(examples.filter((line) => line === statement || line.startsWith(`${statement} `))).not.toEqual([]);
  });

  it.each([...keywords.keys(), ...reserved.keys()])('speaks of %s', (word) => {
    expect(page).toMatch(new RegExp(`(?:\`|^|[ ({\n])${word}\\b`));
  });

  const headings: Readonly<Record<Sort, string>> = {
    layer: 'layers',
    fn: 'functions',
    loss: 'losses',
    penalty: 'penalties',
    metric: 'metrics',
    optim: 'optimizers',
    schedule: 'schedules',
    init: 'initialisers',
    reparam: 'reparametrisations',
    augment: 'augmentations',
  };
  /** Functions that only other definitions of the library are made of. */
  const inner = [
    'split_heads',
    'join_heads',
    'glide',
    'rms',
    'orthogonalize',
    'chance',
    'margin',
    'window',
    'sides',
    'surroundings',
    'grown',
    'extended',
    'cubic',
    'log_gamma',
    'meant',
    'said',
  ];
  const library = [...std.values()].flatMap((text) => parse(text).file.statements);

  it.each(Object.entries(headings))('lists every %s of the library', (sort, heading) => {
    const row = page.split('\n').find((line) => line.startsWith(`| ${heading} |`)) ?? '';
    const listed = (row.split('|')[2] ?? '').match(/[a-z0-9_]+/g) ?? [];
    const names = library.flatMap((s) => (s.type === 'def' && s.sort === sort ? [s.name.text] : []));
    expect([...listed].sort()).toEqual(names.filter((name) => !inner.includes(name)).sort());
  });
});

describe('the catalogue', () => {
  it.each(Object.keys(syntaxMessages))('has %s, with an example that meets it and alone', (code) => {
    const entry = Object.entries(catalog).find(([key]) => key === code)?.[1];
    expect(entry).toBeDefined();
    if (entry?.wrong !== undefined) expect(parse(entry.wrong).problems.map((found) => found.code)).toEqual([code]);
    if (entry?.mended !== undefined) expect(parse(entry.mended).problems).toEqual([]);
  });
});
