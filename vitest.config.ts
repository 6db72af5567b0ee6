/** How the tests run: the package's own names lead to the sources, on two workers. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** They fill the memory of wasm or ask how much of it others have left, take backends away, or ask which there are. */
const alone = [
  'test/kernels/{room,arena}.test.ts',
  'test/runtime/{backend,page-backend}.test.ts',
  'test/specs/accuracy.test.ts',
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
    globalSetup: ['test/setup/build.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Files share what they import: loading the compiler anew takes longer than most of them.
    projects: [
      { extends: true, test: { name: 'together', include: ['test/**/*.test.ts'], exclude: alone, isolate: false } },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
