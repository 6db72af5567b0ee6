/** What users' compilers read: the declarations of the package's entries stand without those of tfjs, which are broken. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, expect, it } from 'vitest';
import { declare } from '../../scripts/build.mjs';
import { isStale } from '../setup/build.ts';

const types = fileURLToPath(new URL('../../dist/types', import.meta.url));
const entries = ['compiler/index', 'runtime/index', 'runtime/node', 'runtime/browser'];

beforeAll(() => {
  if (isStale('types/compiler/index.d.ts')) declare();
}, 120_000);

it('need no types but their own and those of the platform', () => {
  const seen = new Set(entries.map((entry) => resolve(types, `${entry}.d.ts`)));
  const outside = new Set<string>();
  for (const path of seen) {
    expect(existsSync(path), path).toBe(true);
    for (const { fileName } of ts.preProcessFile(readFileSync(path, 'utf8')).importedFiles) {
      if (fileName.startsWith('.')) seen.add(resolve(dirname(path), fileName.replace(/\.ts$/, '.d.ts')));
      else outside.add(fileName);
    }
  }
  expect([...outside].filter((name) => !name.startsWith('node:'))).toEqual([]);
});
