/**
 * Reads and checks corpus files: cases of an input and what is expected of it, in plain text.
 *
 *     ==== name of the case
 *     input
 *     ----
 *     expected
 *
 * `NNC_UPDATE=1` writes what was found instead of comparing; the difference is then for a person to read.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Case {
  readonly name: string;
  readonly input: string;
  readonly expected: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));

const readCases = (text: string): readonly Case[] =>
  text
    .split(/^==== /m)
    .slice(1)
    .map((section) => {
      const [name = '', ...rest] = section.split('\n');
      const body = rest.join('\n');
      const divider = /^----\n/m.exec(body);
      const input = divider === null ? body : body.slice(0, divider.index);
      const expected = divider === null ? '' : body.slice(divider.index + divider[0].length);
      return { name, input: input.trimEnd() + '\n', expected: expected.trimEnd() };
    });

/** Escapes that make characters visible: `␍` carriage return, `␉` tab, `␇` a control character, `﹖` U+FFFD, `﹒` BOM. */
const written = (input: string): string =>
  input
    .replaceAll('␍', '\r')
    .replaceAll('␉', '\t')
    .replaceAll('␇', '\u0007')
    .replaceAll('﹖', '\uFFFD')
    .replaceAll('﹒', '\uFEFF');

export const files = (folder: string): readonly string[] =>
  readdirSync(join(here, folder))
    .sort()
    .map((name) => join(folder, name));

export const read = (path: string): string => readFileSync(join(here, path), 'utf8');

/** One test for each case of each file in a folder; `render` answers what becomes of an input. */
export const checkCorpus = (folder: string, render: (input: string) => string): void => {
  for (const file of files(folder)) {
    const cases = readCases(read(file));
    if (process.env['NNC_UPDATE'] === '1') {
      const text = cases.map(({ name, input }) => `==== ${name}\n${input}----\n${render(written(input)).trimEnd()}\n`);
      writeFileSync(join(here, file), text.join('\n'));
    }
    describe(file, () => {
      it('has cases with names of their own', () => {
        expect(cases.length).toBeGreaterThan(0);
        expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
      });
      it.each(cases)('$name', ({ input, expected }) => {
        if (process.env['NNC_UPDATE'] !== '1') expect(render(written(input)).trimEnd()).toBe(expected);
      });
    });
  }
};
