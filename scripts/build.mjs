/** Builds dist/: the command bundled with its parser, the compiler's API, the runtime, and their declarations. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { generate } from './generate.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version, imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  define: { NNC_VERSION: JSON.stringify(version) },
  legalComments: 'none',
  logLevel: 'warning',
};

/**
 * tfjs is CommonJS in Node, and to find its names for an `import` takes Node longer than to run it. So Node requires it,
 * and who bundles the runtime finds tfjs's own modules: `imports` in package.json says so.
 */
const requireTfjs = {
  name: 'require-tfjs',
  setup({ onResolve }) {
    onResolve({ filter: /^@tensorflow\// }, ({ path }) => ({
      path: path.replace('@tensorflow/', '#'),
      external: true,
    }));
  },
};

/** What `#tfjs-core` and its like are in Node. */
function writeRequired() {
  const require = createRequire(import.meta.url);
  mkdirSync(join(root, 'dist/runtime/required'), { recursive: true });
  for (const name of Object.keys(imports).map((key) => key.slice(1))) {
    const module = `@tensorflow/${name}`;
    const text = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
export const { ${Object.keys(require(module)).join(', ')} } = require('${module}');
`;
    writeFileSync(join(root, 'dist/runtime/required', `${name}.js`), text);
  }
}

/** What stays outside of what is bundled: it has files of its own, or a process. */
const outside = ['esbuild', 'jiti', '@tensorflow/*'];

/** Functions of modules that take their time to load (tables of emoji 40 ms) and are seldom called. */
const seldomCalled = { 'string-width': ['default'], tinyglobby: ['globSync', 'isDynamicPattern'] };

/** Loads each of those modules when one of its functions is called. */
const loadWhenCalled = {
  name: 'load-when-called',
  setup({ onResolve, onLoad }) {
    const exported = (name) => (name === 'default' ? 'default' : `const ${name} =`);
    onResolve({ filter: new RegExp(`^(${Object.keys(seldomCalled).join('|')})$`) }, ({ kind, path }) =>
      kind === 'import-statement' ? { path, namespace: 'when-called' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'when-called' }, ({ path }) => ({
      contents: seldomCalled[path]
        .map((name) => `export ${exported(name)} (...given) => require('${path}').${name}(...given);`)
        .join('\n'),
      resolveDir: root,
    }));
  },
};

/**
 * The program of the command, with a runtime of its own, is CommonJS and requires what it imports late: Node would not let
 * a script that starts from kept code import.
 */
async function command() {
  const { outputFiles } = await build({
    ...shared,
    write: false,
    format: 'cjs',
    entryPoints: ['compiler/cli/main.ts'],
    external: outside,
    plugins: [loadWhenCalled],
    supported: { 'dynamic-import': false },
    define: { ...shared.define, 'import.meta.url': '__url' },
    banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
  });
  const [{ contents }] = outputFiles;
  for (const name of readdirSync(join(root, 'dist')).filter((each) => each.endsWith('.code')))
    rmSync(join(root, 'dist', name));
  writeFileSync(join(root, 'dist/program.cjs'), contents);
  const id = createHash('sha256').update(contents).digest('hex').slice(0, 16);
  await build({
    ...shared,
    entryPoints: { nnc: 'compiler/cli/start.ts' },
    outdir: 'dist',
    define: { NNC_PROGRAM: JSON.stringify(id) },
  });
  chmodSync(join(root, 'dist/nnc.js'), 0o755);
}

/** Modules of Node that tfjs asks for where it finds itself in Node. */
const nodeAlone = [
  'fs',
  'path',
  'os',
  'crypto',
  'worker_threads',
  'perf_hooks',
  'util',
  'string_decoder',
  'node-fetch',
];

/** The JavaScript of dist/: the command, the compiler's API and the runtime. */
export async function bundle() {
  // chevrotain takes 300 ms to import from its many files and 15 when bundled.
  await build({
    ...shared,
    entryPoints: { compiler: 'compiler/index.ts' },
    outdir: 'dist',
    external: outside,
    // Some dependencies are CommonJS and call require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  await command();

  // The runtime keeps its dependencies outside, so that a page has one copy of tfjs. Its three entries share chunks.
  await build({
    ...shared,
    platform: 'neutral',
    entryPoints: { index: 'runtime/index.ts', node: 'runtime/node.ts', browser: 'runtime/browser.ts' },
    outdir: 'dist/runtime',
    splitting: true,
    packages: 'external',
    plugins: [requireTfjs],
  });
  writeRequired();

  // What the command opens in a browser for a backend that Node lacks: one file, with what the two of them need.
  await build({
    ...shared,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    entryPoints: { 'remote-page': 'runtime/remote-page.ts' },
    outdir: 'dist/runtime',
    mainFields: ['module', 'main'],
    external: ['@tensorflow/tfjs-backend-wasm', ...nodeAlone],
  });
}

/** The declarations below dist/types. */
export function declare() {
  const require = createRequire(import.meta.url);
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '--project', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}

/** Trains once, so that the code of the program is kept for whoever runs it next: `compiler/cli/start.ts`. */
function keepCode() {
  const folder = mkdtempSync(join(tmpdir(), 'nnc-build-'));
  copyFileSync(join(root, 'specs/xor.nn'), join(folder, 'xor.nn'));
  // Where it cannot, the command starts as well, only later.
  spawnSync(process.execPath, [join(root, 'dist/nnc.js'), 'train', 'xor.nn'], { cwd: folder });
  rmSync(folder, { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await generate({ write: true });
  await bundle();
  declare();
  keepCode();
}
