/** Before all tests: dist/ is made anew if a source is younger, since some tests run the command as its users do. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../../scripts/build.mjs';

const root = join(import.meta.dirname, '../..');

/** Whether a source is younger than this file of dist/. */
export function isStale(file: string): boolean {
  const age = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['grammar', 'compiler', 'runtime', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
  );
  return Math.max(...sources.map(age)) > age(join(root, 'dist', file));
}

export async function setup(): Promise<void> {
  if (isStale('nnc.js')) await bundle();
}
