/** Judges the ways to break the project that are written by hand, each by the suites that it names. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Copy } from './copy.ts';
import type { Ended } from './copy.ts';
import { sabotages } from './written.ts';
import type { Sabotage } from './written.ts';

interface Options {
  readonly root: string;
  /** So many of them, spread over the list. */
  readonly sample: number | undefined;
  readonly only: string | undefined;
  /** The suites are known to pass as long as nothing is broken. */
  readonly passed: boolean;
}

/** Suites that cannot even be loaded have noticed nothing: the sabotage itself is wrong then. */
const verdicts: Readonly<Record<Ended['as'], string>> = {
  passed: 'SURVIVED',
  failed: 'caught  ',
  'not loaded': 'BROKEN  ',
  endless: 'BROKEN  ',
};

function chosen({ sample, only }: Options): readonly Sabotage[] {
  if (only !== undefined) return sabotages.filter(({ name }) => name.includes(only));
  const count = Math.min(sample ?? sabotages.length, sabotages.length);
  return Array.from({ length: count }, (_, i) => sabotages[Math.floor((i * sabotages.length) / count)]).filter(
    (sabotage) => sabotage !== undefined,
  );
}

/** Prints a line for each and the score; the number of those that were not caught. */
export async function judgeWritten(options: Options): Promise<number> {
  const copy = new Copy(options.root);
  const run = async (suites: readonly string[]) =>
    (await copy.run(suites, { tooLong: (seconds) => Promise.resolve(seconds > 900) })).as;
  try {
    const all = chosen(options);
    const suites = [...new Set(all.flatMap((each) => each.suites))];
    if (!options.passed && (await run(suites)) !== 'passed')
      throw new Error(`the suites fail before anything is broken: ${suites.join(' ')}`);
    let survived = 0;
    for (const { name, file, find, replace, suites } of all) {
      const text = readFileSync(join(options.root, file), 'utf8');
      if (text.split(find).length !== 2) {
        console.log(`stale     ${name}: ${file} does not hold its text exactly once`);
        survived += 1;
        continue;
      }
      const broken = text.replace(find, () => replace);
      const outcome = await copy.broken(file, broken, () => run(suites));
      console.log(`${verdicts[outcome]}  ${name}`);
      if (outcome !== 'failed') survived += 1;
    }
    console.log(`${all.length - survived} of ${all.length} sabotages caught`);
    return survived;
  } finally {
    copy.dispose();
  }
}
