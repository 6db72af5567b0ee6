/**
 * Breaks the project for real, one way at a time, in a copy, and asks the suites whether they notice.
 *
 *   npm run sabotage                       every way that is written by hand
 *   npm run sabotage -- --sample 3         three of them, spread over the list
 *   npm run sabotage -- --all              400 mutations that are generated from the sources
 *   npm run sabotage -- --count 10         the first ten of them, which are of all kinds
 *   npm run sabotage -- --all --seed 7     400 others
 *   npm run sabotage -- --all --skip 250   without the first 250, which another run has judged
 *   npm run sabotage -- --all --workers 1  one at a time, not two
 *   npm run sabotage [-- --all] --passed   of either, where all suites have just passed: they are not asked again
 *   npm run sabotage [-- --all] --only X   of either, those whose name holds X
 *
 * A mutation is worth a test if it survives. Where it changes nothing that anyone could notice, `equivalent.ts` says why.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { judgeWritten } from './by-hand.ts';
import { judgeGenerated } from './generated.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

const { values: options } = parseArgs({
  options: {
    sample: { type: 'string' },
    all: { type: 'boolean' },
    count: { type: 'string' },
    seed: { type: 'string' },
    skip: { type: 'string' },
    workers: { type: 'string' },
    only: { type: 'string' },
    passed: { type: 'boolean', default: false },
  },
});
const { all, count, seed, skip, workers, sample, only, passed } = options;

process.once('SIGINT', () => process.exit(130));
const survived =
  all === true || count !== undefined || seed !== undefined
    ? await judgeGenerated({
        root,
        seed: seed ?? '1',
        count: Number(count ?? 400),
        skip: Number(skip ?? 0),
        only,
        passed,
        workers: Number(workers ?? 2),
      })
    : await judgeWritten({ root, sample: sample === undefined ? undefined : Number(sample), only, passed });
if (survived > 0) process.exitCode = 1;
