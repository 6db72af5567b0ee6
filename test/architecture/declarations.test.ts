/** What users' compilers read: the declarations of the package's entries stand without those of tfjs, which are broken. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const entries = ['compiler/index', 'runtime/index', 'runtime/node', 'runtime/browser'];

/** The declarations as the build writes them, by path. */
function declarations(): ReadonlyMap<string, string> {
  const config = ts.readConfigFile(`${root}tsconfig.build.json`, (path) => ts.sys.readFile(path));
  const { options, fileNames } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const written = new Map<string, string>();
  const program = ts.createProgram(fileNames, { ...options, outDir: root });
  program.emit(undefined, (path, text) => written.set(resolve(path), text), undefined, true);
  return written;
}

it('need no types but their own and those of the platform', () => {
  const written = declarations();
  const seen = new Set(entries.map((entry) => resolve(root, `${entry}.d.ts`)));
  const outside = new Set<string>();
  for (const path of seen) {
    const text = written.get(path) ?? '';
    expect(text, path).not.toBe('');
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (fileName.startsWith('.')) seen.add(resolve(dirname(path), fileName.replace(/\.ts$/, '.d.ts')));
      else outside.add(fileName);
    }
  }
  expect([...outside].filter((name) => !name.startsWith('node:'))).toEqual([]);
}, 120_000);
