/** Builds dist/: the command bundled with its parser, the compiler's API, the runtime, and their declarations. */
import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { generate } from './generate.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

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

/** Puts the trees of the standard library in the place of what reads it. */
const readLibrary = {
  name: 'read-library',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]grammar[\\/]std[\\/]parsed\.ts$/ }, async () => ({ contents: await treesOfLibrary() }));
  },
};

/** A module that finds them by path, from a text that is read when the first is asked for. */
async function treesOfLibrary() {
  const entry = `import { parse } from './grammar/parser.ts'; import { std } from './grammar/std/index.ts';
    export const trees = [...std].map(([path, text]) => [path, parse(text)]);`;
  const { outputFiles } = await build({
    ...shared,
    stdin: { contents: entry, resolveDir: root },
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { trees } = await import(`data:text/javascript;base64,${code}`);
  return `let trees;
    export const parsedStd = (_text, path) => (trees ??= new Map(JSON.parse(${JSON.stringify(JSON.stringify(trees))}))).get(path);`;
}

/** The JavaScript of dist/: the command, the compiler's API and the runtime. */
export async function bundle() {
  // chevrotain takes 300 ms to import from its many files and 15 when bundled. What is loaded lazily (esbuild, the
  // runtime with tfjs) stays outside.
  await build({
    ...shared,
    entryPoints: { nnc: 'compiler/cli/main.ts', program: 'compiler/cli/program.ts', compiler: 'compiler/index.ts' },
    outdir: 'dist',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [readLibrary],
    external: ['esbuild', 'jiti', '@tensorflow/*', 'nnc/runtime', 'nnc/runtime/node'],
    // Some dependencies are CommonJS and call require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });

  // The runtime keeps its dependencies outside, so that a page has one copy of tfjs. Its three entries share chunks.
  await build({
    ...shared,
    platform: 'neutral',
    entryPoints: { index: 'runtime/index.ts', node: 'runtime/node.ts', browser: 'runtime/browser.ts' },
    outdir: 'dist/runtime',
    splitting: true,
    packages: 'external',
  });
  chmodSync(join(root, 'dist/nnc.js'), 0o755);
}

/** The declarations below dist/types. */
export function declare() {
  const require = createRequire(import.meta.url);
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '--project', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await generate({ write: true });
  await bundle();
  declare();
}
