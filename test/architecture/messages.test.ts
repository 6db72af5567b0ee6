/** What users read of a mistake stands in the catalogue: elsewhere the code gives facts, which the types hold to. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Where the prose is, and files that speak of other things than mistakes. */
const catalogue = /^(?:compiler\/diagnostics\/catalog\/|grammar\/messages\.ts$)/;

/** Generated: the validator's own words are the facts of a case. */
const apart = /^compiler\/cli\/config\/validators\.ts$/;

const parts: ReadonlySet<string> = new Set(['message', 'label', 'help']);

/** Parts of a message that a text makes out of words, with the line of each. */
function prose(path: string, text: string): readonly string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && parts.has(node.name.text)) {
      if (hasWords(node.initializer)) found.push(`${path}: ${node.getText(file)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function hasWords(node: ts.Node): boolean {
  const written = ts.isStringLiteral(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
  if (written || ts.isNoSubstitutionTemplateLiteral(node)) return /\p{L}{2}/u.test(node.text);
  return ts.forEachChild(node, hasWords) ?? false;
}

it('knows prose where it sees it', () => {
  expect(prose('a.ts', "report({ message: 'too large', help: undefined })")).toHaveLength(1);
  expect(prose('a.ts', 'report({ message: bad ? `${name} is missing` : other, label })')).toHaveLength(1);
  expect(prose('a.ts', 'report({ message: `${told.message}: ${told.help}` })')).toEqual([]);
  expect(prose('a.ts', "report(say.NN2009.name({ name: 'h' }), { help, message: told.message })")).toEqual([]);
});

it('stands in the catalogue alone', () => {
  const files = ['compiler', 'grammar'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name.split(sep).join('/')}`),
  );
  const found = files.map((path): [string, readonly string[]] => [
    path,
    prose(path, readFileSync(join(root, path), 'utf8')),
  ]);
  expect(found.filter(([path]) => catalogue.test(path)).flatMap(([, all]) => all).length).toBeGreaterThan(400);
  expect(found.filter(([path]) => !catalogue.test(path) && !apart.test(path)).flatMap(([, all]) => all)).toEqual([]);
});
