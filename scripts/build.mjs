/** Builds dist/: the command bundled with its parser, the compiler's API, the runtime, and their declarations. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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
    plugins: [requireTfjs],
  });
  writeRequired();
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
