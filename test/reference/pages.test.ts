/** The reference has a page for each name, which says all that is to be said, and an example of each compiles. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { internalOps, languageFunctions } from '../../compiler/language/language-functions.ts';
import { compile } from '../../compiler/compile.ts';
import { registry } from '../../compiler/ops/index.ts';
import { docs } from '../../compiler/reference/docs.ts';
import { folders, pathOf } from '../../compiler/reference/folders.ts';
import type { Page } from '../../compiler/reference/page.ts';
import { allPages } from '../../compiler/reference/pages.ts';
import { keywords, reserved } from '../../grammar/keywords.ts';
import { parse } from '../../grammar/parser.ts';
import { print } from '../../grammar/print.ts';
import { std } from '../../grammar/std/index.ts';
import { library } from '../library.ts';

/** Parts of windows, conditions and draws, for which no framework has a name. */
const parts = ['chance', 'comparable', 'padded', 'spread'];

const files = docs();
const pages = allPages(library);
const titled = pages.map((page) => [`${page.subject} ${page.name}`, page] as const);
const textOf = (page: Page): string => files.get(pathOf(page)) ?? '';

describe('the reference', () => {
  const definitions = [...std.values()].flatMap((text) =>
    parse(text).file.statements.flatMap((each) =>
      each.type === 'def' ? [`${folders[each.sort]}/${each.name.text}`] : [],
    ),
  );
  const operations = [...registry.keys()].filter((name) => !internalOps.has(name));

  it.each([
    ['definition', definitions],
    ['function', [...operations, ...languageFunctions.keys()].map((name) => `functions/${name}`)],
    ['statement', [...keywords.keys()].map((word) => `statements/${word}`)],
    ['word', [...reserved.keys(), 'it', 'in', 'training'].map((word) => `words/${word}`)],
  ])('has a page for each %s', (_, names) => {
    expect(names.filter((name) => !files.has(`${name}.md`))).toEqual([]);
    expect(names.length).toBeGreaterThan(10);
  });

  it('has a file for each page, and lists it once', () => {
    expect(files.size).toBe(pages.length + 1);
    const index = files.get('README.md') ?? '';
    const listed = [...index.matchAll(/^- \[[^\]]+\]\(([^)]+)\): \S/gm)].map(([, path]) => path);
    expect(listed.sort()).toEqual(pages.map(pathOf).sort());
  });

  it('leads from a name to whatever else has it', () => {
    const alone = pages.filter((page) => {
      const others = pages.filter((each) => each.name === page.name && each !== page);
      return others.some((other) => !textOf(page).includes(`](../${pathOf(other)})`));
    });
    expect(alone.map(pathOf)).toEqual([]);
  });

  it('leads to files that are there', () => {
    const broken = [...files].flatMap(([path, text]) => {
      // What stands between backticks is code.
      const prose = text.replaceAll(/```[^]*?```|`[^`\n]*`(?!\])/g, '');
      const targets = [...prose.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
      const places = targets.map((target) =>
        posix.normalize(posix.join('docs/reference', posix.dirname(path), target)),
      );
      return places.filter((place) => !isThere(place)).map((place) => `${path}: ${place}`);
    });
    expect(broken).toEqual([]);
  });
});

function isThere(place: string): boolean {
  const below = /^docs\/reference\/(.*)$/.exec(place)?.[1];
  if (below !== undefined) return files.has(below);
  const inLibrary = /^grammar\/std\/(.*)$/.exec(place)?.[1];
  if (inLibrary !== undefined) return std.has(inLibrary);
  return readFileSync(new URL(`../../${place}`, import.meta.url), 'utf8').length > 0;
}

describe.each(titled)('%s', (_, page) => {
  const { subject, name, example } = page;

  it('says what it is, of each parameter what it takes, and of each weight its shape and start', () => {
    const text = textOf(page);
    expect(page.forms.length).toBeGreaterThan(0);
    if (page.forms.every(({ meaning }) => meaning === undefined)) expect(page.paragraphs.join('')).not.toBe('');
    for (const row of page.parameters)
      expect(text).toContain(`| \`${row.name}\` | ${row.takes.replaceAll('|', '\\|')} |`);
    for (const { path, start } of [...page.weights, ...page.states]) {
      expect(text).toContain(`| \`${path}\` |`);
      expect(start).not.toBe('');
    }
  });

  it('has an example that holds it, is laid out and has no mistake', () => {
    // A function that another definition of the library is made of needs none.
    if (example === undefined) return expect(subject).toBe('fn');
    expect(example).toMatch(new RegExp(`\\b${name}\\b`));
    expect(print(parse(example).file, example)).toBe(example);
    const read = () => ({ file: 'blocks.nn', text: 'def layer twice() { it = 2 * it }\n' });
    const { diagnostics, text } = compile({ file: 'example.nn', text: example }, { version: '0', library, read });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
    if (/\boptim\b/.test(example)) expect(text).toBeDefined();
  });

  it('says how other frameworks name it', () => {
    for (const each of [...page.elsewhere.flatMap(({ names }) => names), ...page.also])
      expect(each).toMatch(/^[a-z_][\w.]*(\(.+\))?$/i);
    const said = page.elsewhere.map(({ framework }) => framework);
    if (subject === 'statement' || subject === 'word' || languageFunctions.has(name)) return;
    if (example === undefined || parts.includes(name)) return;
    const isFunction = subject === 'fn' || subject === 'operation';
    expect(said).toEqual(isFunction ? ['Keras', 'PyTorch', 'NumPy'] : ['Keras', 'PyTorch']);
  });
});
