/** How the tests run: the package's own names lead to the sources, on two workers. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^nnc\/runtime$/, replacement: at('runtime/index.ts') },
      { find: /^nnc\/runtime\/(node|browser)$/, replacement: at('runtime') + '/$1.ts' },
      { find: /^nnc$/, replacement: at('compiler/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/build.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
