/** What pages import holds nothing of Node, and what generated files import holds no file reader. */
import { build } from 'esbuild';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

test.each([
  ['index.ts', [/^(node:|fs$|path$|process$)/, /csv-parse/, /log-update/, /^ajv/]],
  ['browser.ts', [/^(node:|fs$|path$|process$)/, /csv-parse\/sync/, /log-update/, /^ajv/]],
] as const)('runtime/%s', async (entry, forbidden) => {
  const { metafile } = await build({
    entryPoints: [join(root, 'runtime', entry)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    packages: 'external',
    outdir: 'out',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  const files = Object.keys(metafile.inputs);
  for (const pattern of forbidden) expect(imports.filter((path) => pattern.test(path))).toEqual([]);
  expect(files.filter((path) => /(^|\/)(compiler|grammar)\//.test(path))).toEqual([]);
  expect(files.some((path) => path.includes('runtime/'))).toBe(true);
});

test.each([
  ['browser', 'browser.js'],
  ['node', 'node.js'],
] as const)('who bundles the runtime for %s gets the modules of tfjs itself', async (platform, entry) => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`dist/runtime/${entry}`],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform,
    // What tfjs asks for where there is no browser.
    external: platform === 'browser' ? ['fs', 'path', 'os', 'crypto', 'worker_threads', 'perf_hooks'] : [],
    logLevel: 'silent',
    outdir: 'out',
  });
  const files = Object.keys(metafile.inputs);
  expect(files.filter((path) => path.startsWith('dist/runtime/required/'))).toEqual([]);
  expect(
    files.filter((path) => /tfjs-core\/dist\/.*index\.js$|tfjs-core\/dist\/tf-core\.node\.js$/.test(path)),
  ).not.toEqual([]);
});

test('nothing is compiled from text at run time', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'runtime/index.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    packages: 'external',
  });
  const text = outputFiles[0]?.text ?? 'eval(';
  expect(text).not.toMatch(/\beval\(|new Function\(/);
});
