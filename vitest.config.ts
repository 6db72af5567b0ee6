/** How the tests run: the package's own names lead to the sources, on two workers. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * What kills, takes backends away, wants a heap that nobody has used, or compares what it runs with other processes, which
 * may find another variant of wasm than a process that has opened one: each has a process of its own.
 */
const apart = [
  'test/{kills,resume}/**/*.test.ts',
  'test/cli/{files,newcomer,stages}.test.ts',
  'test/kernels/{browser,room}.test.ts',
  'test/runtime/{backend,eager-runner,page-backend,purity}.test.ts',
  'test/readme.test.ts',
];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^nnc\/runtime$/, replacement: at('runtime/index.ts') },
      { find: /^nnc\/runtime\/(node|browser)$/, replacement: at('runtime') + '/$1.ts' },
      { find: /^nnc$/, replacement: at('compiler/index.ts') },
    ],
  },
  test: {
    // What is built runs as it is.
    server: { deps: { external: [/[\\/]dist[\\/]/] } },
    globalSetup: ['test/setup/build.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The others share what they import: to load the compiler anew takes longer than most of them.
    projects: [
      { extends: true, test: { name: 'apart', include: apart } },
      { extends: true, test: { name: 'together', include: ['test/**/*.test.ts'], exclude: apart, isolate: false } },
    ],
  },
});
