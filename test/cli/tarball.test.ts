/** What is published: every file that the README links to, what the package's names lead to, and nothing of the tests. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

it('the tarball holds what the README links to', () => {
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const packed: readonly Packed[] = JSON.parse(text);
  const paths = packed.flatMap(({ files }) => files.map(({ path }) => path));
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, path = '']) => path);
  expect(links).toContain('docs/language.md');
  expect(links.filter((link) => !paths.some((path) => path === link || path.startsWith(`${link}/`)))).toEqual([]);
  expect(paths).toEqual(
    expect.arrayContaining(['package.json', 'LICENSE', 'dist/nnc.js', 'dist/program.cjs', 'dist/runtime/node.js']),
  );
  // What V8 made of the program here is nothing to another Node.
  expect(paths.filter((path) => path.endsWith('.code'))).toEqual([]);
  expect(paths.filter((path) => /^(test|scripts|runtime|compiler|bench\/.*\.ts)\b/.test(path))).toEqual([]);
});
