/** How mutations are judged: one worker, which reads the modules once for all suites, in the order that is given. */
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** The suites as they are to run, those first that notice most. */
const order = (process.env['SABOTAGE_SUITES'] ?? '').split(' ');
const rank = ({ moduleId }: TestSpecification): number => order.findIndex((suite) => moduleId.includes(suite));

class Given extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b)));
  }
}

const { projects: _projects, ...rest } = base.test ?? {};

export default defineConfig({
  ...base,
  root: new URL('../..', import.meta.url).pathname,
  test: {
    ...rest,
    include: ['test/**/*.test.ts'],
    globalSetup: [],
    isolate: false,
    maxWorkers: 1,
    // What does not end is ended from outside: a test that waits for a busy machine has not failed.
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    sequence: { sequencer: Given },
    experimental: { fsModuleCache: true, fsModuleCachePath: '.modules' },
  },
});
