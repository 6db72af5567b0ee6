/**
 * A file whose every part is its own: none of them is the library's, each is documented and has an example that is right,
 * and it learns. That its gradients are those of differences, and its numbers those of the interpreter on every backend, is
 * tested with those of all specs.
 */
import { describe, expect, it, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { filePages } from '../../compiler/reference/file.ts';
import { terminalText } from '../../compiler/reference/terminal.ts';
import { parse } from '../../grammar/parser.ts';
import { library } from '../library.ts';
import { generate } from '../generated.ts';
import { specFile } from './spec-files.ts';
import { trained } from './trained.ts';

const { text } = specFile('own-parts');
const read = () => ({ file: 'own-parts.nn', text });
const pages = filePages({ file: 'own-parts.nn', text }, { std: library, parse, read });

describe('each definition of the file', () => {
  it('is of another sort, all but functions, penalties and augmentations', () => {
    const found = pages.map(({ subject }) => subject).sort();
    expect(found).toEqual(['init', 'layer', 'loss', 'metric', 'optim', 'reparam', 'schedule']);
  });

  it.each(pages.map((page) => [page.name, page] as const))(
    '%s is no one of the library, and documented',
    (name, page) => {
      const known = library.entries().map((entry) => entry.name);
      expect(known).not.toContain(name);
      expect(page.paragraphs.length).toBeGreaterThan(0);
      expect(page.formula.length).toBeGreaterThan(0);
      const shown = terminalText(page);
      for (const part of [...page.parameters.map((each) => each.name), ...page.weights.map(({ path }) => path)])
        expect(shown).toContain(part);
      const example = `import "./own-parts.nn"\n${page.example ?? ''}`;
      const { diagnostics } = compile({ file: 'example.nn', text: example }, { version: '0', library, read });
      expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([]);
      expect(page.example).toMatch(new RegExp(`\\b${name}\\b`));
    },
  );

  it('is used', () => {
    const [, spec = ''] = text.split(/^input inflow/m);
    // The initialiser starts a weight of the layer.
    for (const { name, subject } of pages) if (subject !== 'init') expect(spec).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

test('it learns what lies behind the faults', async () => {
  const figures = [];
  for (const seed of ['1', '2', '3']) {
    const generated = await generate('own-parts', text, { split_seed: seed });
    figures.push((await trained(generated)).figures['within'] ?? NaN);
  }
  // One reading in 25 cannot be met.
  expect(figures.reduce((sum, each) => sum + each, 0) / figures.length).toBeGreaterThan(0.85);
});
