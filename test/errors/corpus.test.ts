/** The corpus of mistakes: each spec with the message that its writer reads. `UPDATE=1` writes the messages anew. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../compiler/diagnostics/catalog.ts';
import type { Entry } from '../../compiler/diagnostics/catalog.ts';
import { inOrder, render } from '../../compiler/diagnostics/render.ts';
import { diagnose } from './diagnose.ts';

const folder = join(import.meta.dirname, 'corpus');

interface Case {
  readonly title: string;
  readonly spec: string;
  readonly message: string;
}

/** `=== title`, the spec, `---`, the message. */
function read(text: string): readonly Case[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const [, title = '', spec = '', message = ''] = /^(.*)\n([\s\S]*?)^---\n?([\s\S]*)$/m.exec(part) ?? [];
      return { title, spec, message: message.trimEnd() };
    });
}

const write = (cases: readonly Case[]): string =>
  cases.map(({ title, spec, message }) => `=== ${title}\n${spec}---\n${message}\n`).join('\n');

function messagesFor(spec: string): string {
  return inOrder(diagnose('model.nn', spec))
    .map((diagnostic) => render(diagnostic))
    .join('\n');
}

const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
const all = files.flatMap((name) => read(readFileSync(join(folder, name), 'utf8')));

describe.each(files)('%s', (name) => {
  const cases = read(readFileSync(join(folder, name), 'utf8'));
  if (process.env['UPDATE'] === '1') {
    const renewed = cases.map(({ title, spec }) => ({ title, spec, message: messagesFor(spec) }));
    writeFileSync(join(folder, name), write(renewed));
  }
  it.each(cases)('$title', ({ spec, message }) => {
    const expected = process.env['UPDATE'] === '1' ? messagesFor(spec) : message;
    expect(messagesFor(spec)).toBe(expected);
    expect(expected).not.toBe('');
  });
});

/** Each calls the one before it twice. */
const doubling = Array.from({ length: 20 }, (_, i) => `def fn f${i + 1}(x) = f${i}(x) + f${i}(x)`).join('\n');

/** What is too long for a file of texts, or no text at all, and a hyper that is set from outside. */
const others: readonly {
  readonly variant: string;
  readonly text: string;
  readonly settings?: Record<string, string>;
}[] = [
  { variant: 'NN1002.control', text: 'input x: f32[4]\u0001' },
  { variant: 'NN1003.utf16', text: 'i\u0000n\u0000p\u0000u\u0000t\u0000' },
  { variant: 'NN1003.broken', text: 'input x: f32[4] # \uFFFD' },
  { variant: 'NN1004.length', text: `input x: f32[4] #${'.'.repeat(4_000_000)}` },
  { variant: 'NN1005.brackets', text: `input x: f32[4]\nit = ${'('.repeat(2000)}x${')'.repeat(2000)}` },
  {
    variant: 'NN1005.chain',
    text: `input x: f32[4]\n${'if 1 == 2 { layer dense 4 } else '.repeat(2000)}{ layer dense 4 }`,
  },
  { variant: 'NN1006.operators', text: `input x: f32[4]\nit = x${' + x'.repeat(20_000)}` },
  { variant: 'NN2007.setHyper', text: 'hyper n = 3\ninput x: f32[4]\nlayer dense n', settings: { n: 'many' } },
  { variant: 'NN3015.values', text: `input x: f32[4]\n${'layer dense 4\n'.repeat(6000)}` },
  { variant: 'NN3015.steps', text: `def fn f0(x) = x + 1\n${doubling}\ninput x: f32[4]\nit = x + f20(1)` },
  { variant: 'NN3015.items', text: `input x: f32[4]\na = [${'1, '.repeat(1000)}1]\nb = [${'*a, '.repeat(110)}1]` },
];

const variants = (text: string, settings = {}): readonly string[] =>
  diagnose('model.nn', text, settings).map(({ code, variant }) => `${code}.${variant}`);

/** No spec alone meets them: what the runtime finds, and in other files, is in its tests, and NN6 in `test/cli`. */
const elsewhere = /^NN(?:4(?!011)|5|6)/;

describe('the catalogue', () => {
  it.each(others)('$variant is met by what no file of the corpus holds', ({ variant, text, settings }) => {
    expect(variants(text, settings)).toContain(variant);
  });

  it('says nothing that no case meets', () => {
    const met = new Set([...all.flatMap(({ spec }) => variants(spec)), ...others.map(({ variant }) => variant)]);
    const said = Object.entries<Entry>(catalog).flatMap(([code, { messages }]) =>
      Object.keys(messages).map((variant) => `${code}.${variant}`),
    );
    expect(said.filter((variant) => !elsewhere.test(variant) && !met.has(variant))).toEqual([]);
  });
});

describe('the corpus', () => {
  it('has at least 60 cases, each with its own title', () => {
    expect(all.length).toBeGreaterThanOrEqual(60);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  });
});
