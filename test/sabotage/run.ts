/**
 * Breaks the project for real, one way at a time, in a copy, and asks the suites whether they notice.
 *
 *   npm run sabotage                 every way
 *   npm run sabotage -- --sample 3   three of them, spread over the list
 *   npm run sabotage -- --only NAME
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sabotages, type Sabotage } from './sabotages.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

const { values: options } = parseArgs({ options: { sample: { type: 'string' }, only: { type: 'string' } } });

function chosen(): readonly Sabotage[] {
  if (options.only !== undefined) return sabotages.filter(({ name }) => name === options.only);
  if (options.sample === undefined) return sabotages;
  const count = Math.min(Number(options.sample), sabotages.length);
  return Array.from({ length: count }, (_, i) => sabotages[Math.floor((i * sabotages.length) / count)]).filter(
    (sabotage) => sabotage !== undefined,
  );
}

/** A copy of the sources that shares the installed packages. */
function copyOfProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'nnc-sabotage-'));
  for (const part of [
    'grammar',
    'compiler',
    'runtime',
    'scripts',
    'specs',
    'test',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
  ])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

type Outcome = 'passed' | 'failed' | 'not run';

const verdicts: Readonly<Record<Outcome, string>> = {
  passed: 'SURVIVED',
  failed: 'caught  ',
  'not run': 'BROKEN  ',
};

/** Suites that cannot even be loaded have noticed nothing: the sabotage itself is wrong then. */
function outcomeOf(copy: string, suites: readonly string[]): Outcome {
  // A definition of the library is read from what is made of its file.
  spawnSync(process.execPath, ['scripts/generate.mjs'], { cwd: copy });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const run = spawnSync(process.execPath, [vitest, 'run', '--bail', '1', ...suites], {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, NNC_VERIFY: '', NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  if (run.status === 0) return 'passed';
  return /^\s*Tests\s+\d+ failed/m.test(run.stdout) ? 'failed' : 'not run';
}

const copy = copyOfProject();
let survived = 0;
try {
  const all = chosen();
  const suites = [...new Set(all.flatMap(({ suites }) => suites))];
  if (outcomeOf(copy, suites) !== 'passed') {
    console.log(`the suites fail before anything is broken: ${suites.join(' ')}`);
    process.exitCode = 1;
  } else {
    for (const { name, file, find, replace, suites } of all) {
      const path = join(copy, file);
      const text = readFileSync(path, 'utf8');
      if (text.split(find).length !== 2) {
        console.log(`stale     ${name}: ${file} does not hold its text exactly once`);
        survived += 1;
        continue;
      }
      writeFileSync(
        path,
        text.replace(find, () => replace),
      );
      const outcome = outcomeOf(copy, suites);
      writeFileSync(path, text);
      console.log(`${verdicts[outcome]}  ${name}`);
      if (outcome !== 'failed') survived += 1;
    }
    console.log(`${all.length - survived} of ${all.length} sabotages caught`);
    if (survived > 0) process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
