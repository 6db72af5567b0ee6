/**
 * Writes the files that mirror others: the ops' registry, the scalar primitives, the texts of the standard library, the
 * validators of the schemas, the pages of the reference.
 */
import { Buffer } from 'node:buffer';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { validators } from './validators.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The registry lists every file of compiler/ops but its own two. */
function opsIndex() {
  const stems = readdirSync(join(root, 'compiler/ops'))
    .filter((name) => name.endsWith('.ts') && name !== 'define.ts' && name !== 'index.ts')
    .map((name) => name.slice(0, -'.ts'.length))
    .sort();
  return [
    '/** Every op by its name: made by `npm run generate` from the files of this folder. */',
    "import type { Op } from './define.ts';",
    ...stems.map((stem) => `import { ${stem}Op } from './${stem}.ts';`),
    '',
    `const ops: readonly Op[] = [\n${stems.map((stem) => `  ${stem}Op,\n`).join('')}];`,
    '',
    'export const registry: ReadonlyMap<string, Op> = new Map(ops.map((op) => [op.name, op]));',
    '',
  ].join('\n');
}

/** The texts below a folder as entries of a map, by what is said of their paths there. */
function textEntries(folder, ending, keyOf) {
  const entry = (path) => {
    const text = readFileSync(join(root, folder, path), 'utf8').replace(/[\\`]|\$\{/g, '\\$&');
    return `  [\n    '${keyOf(path)}',\n    \`${text}\`,\n  ],\n`;
  };
  return readdirSync(join(root, folder), { recursive: true })
    .filter((path) => path.endsWith(ending))
    .map((path) => path.split(sep).join('/'))
    .sort()
    .map(entry)
    .join('');
}

/** Every .nn file under grammar/std as a string, by its path there. */
function stdIndex() {
  const texts = textEntries('grammar/std', '.nn', (path) => path);
  return [
    '/** The texts of the standard library by path: made by `npm run generate` from the .nn files of this folder. */',
    `export const std: ReadonlyMap<string, string> = new Map([\n${texts}]);`,
    '',
  ].join('\n');
}

/** Every table of names under grammar/std/names as a string, by what `names=` calls it. */
function nameTables() {
  const texts = textEntries('grammar/std/names', '.names', (path) => path.slice(0, -'.names'.length));
  return [
    '/** The tables of names of the standard library: made by `npm run generate` from the .names files of `names`. */',
    `export const nameTables: ReadonlyMap<string, string> = new Map([\n${texts}]);`,
    '',
  ].join('\n');
}

/** The scalar primitives: every file of the folder that exports one. */
function primitiveStems() {
  const folder = join(root, 'runtime/kernels/scalar');
  return readdirSync(folder)
    .filter((name) => /^export const primitive\b/m.test(readFileSync(join(folder, name), 'utf8')))
    .map((name) => name.slice(0, -'.ts'.length))
    .sort();
}

const camelCase = (stem) => stem.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** Their table, by name. */
function primitivesIndex() {
  const stems = primitiveStems();
  return [
    '/** The scalar primitives, which the bodies of maps are made of: made by `npm run generate` from this folder. */',
    ...stems.map((stem) => `import { primitive as ${camelCase(stem)} } from './${stem}.ts';`),
    "import type { Primitive } from './primitive.ts';",
    '',
    `export const primitives = {\n${stems.map((stem) => `  ${camelCase(stem)},\n`).join('')}} satisfies Readonly<Record<string, Primitive>>;`,
    '',
    'export type PrimitiveName = keyof typeof primitives;',
    '',
  ].join('\n');
}

/** What generated code calls. */
function primitiveFunctions() {
  return [
    '/** The scalar primitives as functions over symbols and numbers: made by `npm run generate` from this folder. */',
    ...primitiveStems().map((stem) => `export { ${camelCase(stem)} } from './${stem}.ts';`),
    "export { column, literal, rowMax, rowSum } from './symbol.ts';",
    '',
  ].join('\n');
}

const targets = {
  'compiler/ops/index.ts': opsIndex,
  'grammar/std/index.ts': stdIndex,
  'grammar/std/tables.ts': nameTables,
  'runtime/kernels/scalar/index.ts': primitivesIndex,
  'runtime/kernels/scalar/functions.ts': primitiveFunctions,
  ...validators,
};

/** Where the pages of the reference lie; nothing else does. */
const reference = 'docs/reference';

/** What the compiler says of all names, from the files that have been written before, by path. */
async function referencePages() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['compiler/reference/docs.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { docs } = await import(`data:text/javascript;base64,${code}`);
  return [...docs()].map(([path, text]) => [`${reference}/${path}`, text]);
}

/** Pages of names that are no more. */
function strayPages(pages) {
  const wanted = new Set(pages.map(([path]) => path));
  if (!existsSync(join(root, reference))) return [];
  return readdirSync(join(root, reference), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(root, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .filter((path) => !wanted.has(path));
}

/** Writes what differs; answers the paths that did. */
export async function generate({ write }) {
  const indexes = replaced(
    Object.entries(targets).map(([path, make]) => [path, make()]),
    write,
  );
  const pages = await referencePages();
  const stray = strayPages(pages);
  if (write) for (const path of stray) rmSync(join(root, path));
  return [...indexes, ...replaced(pages, write), ...stray];
}

/** Of texts by path those that are not what lies there. */
function replaced(texts, write) {
  return texts.flatMap(([path, text]) => {
    const file = join(root, path);
    let old;
    try {
      old = readFileSync(file, 'utf8');
    } catch {
      old = undefined;
    }
    if (old === text) return [];
    if (write) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    return [relative(root, file)];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check');
  const stale = await generate({ write: !check });
  for (const path of stale) console.log(check ? `stale: ${path} (run npm run generate)` : `wrote ${path}`);
  if (check && stale.length > 0) process.exitCode = 1;
}
