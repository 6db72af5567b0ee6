/** The corpus of mistakes: each spec with the message that its writer reads. `UPDATE=1` writes the messages anew. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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

describe('the corpus', () => {
  it('has at least 60 cases, each with its own title', () => {
    expect(all.length).toBeGreaterThanOrEqual(60);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  });
});
