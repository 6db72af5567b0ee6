/** The language reference: its specs parse and are formatted, and it names every keyword and all of the library. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Sort } from '../../grammar/ast.ts';
import { keywords, reserved } from '../../grammar/keywords.ts';
import { parse } from '../../grammar/parser.ts';
import { print } from '../../grammar/print.ts';
import { std } from '../../grammar/std/index.ts';
import { syntaxMessages } from '../../grammar/messages.ts';
import { catalog } from '../../compiler/diagnostics/catalog.ts';

const page = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');

describe('docs/language.md', () => {
  const specs = [...page.matchAll(/```nn\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

  it.each(specs.map((spec) => [spec.split('\n')[0], spec]))('%s', (_, spec) => {
    const { file, problems } = parse(spec);
    expect(problems).toEqual([]);
    expect(print(file, spec)).toBe(spec);
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
    'log_gamma',
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
