/** Judges generated mutations: each must be noticed by one of the stages of suites that are named for its file. */
import { Copy } from './copy.ts';
import type { Ended } from './copy.ts';
import { stale } from './equivalent.ts';
import { mutated, nameOf } from './mutation.ts';
import { population } from './population.ts';
import { drawn } from './sample.ts';
import type { Drawn } from './sample.ts';
import { stagesFor } from './suites.ts';
import { Unbroken } from './unbroken.ts';

interface Options {
  readonly root: string;
  readonly seed: string;
  readonly count: number;
  /** So many of them are not judged again. */
  readonly skip: number;
  /** Only those whose name holds it, and then all of them. */
  readonly only: string | undefined;
  /** The suites are known to pass as long as nothing is broken. */
  readonly passed: boolean;
  /** How many are judged at a time. */
  readonly workers: number;
}

const verdicts: Readonly<Record<Ended['as'], string>> = {
  passed: 'SURVIVED    ',
  failed: 'caught      ',
  'not loaded': 'caught      ',
  endless: 'caught      ',
};
const remarks: Readonly<Partial<Record<Ended['as'], string>>> = {
  'not loaded': ' (no suite can be loaded)',
  endless: ' (it does not end)',
};

/** Prints a line for each and the score; the number of those that survived. */
export async function judgeGenerated({ root, seed, count, skip, only, passed, workers }: Options): Promise<number> {
  const all = population(root);
  let [met, judged, survived, equivalent] = [0, 0, 0, 0];
  const wanted = (name: string) => only === undefined || name.includes(only);
  const stream = drawn(all, root, seed, wanted);
  const next = (): Drawn | undefined => {
    while (met < count || only !== undefined) {
      const { value } = stream.next();
      if (value === undefined) return undefined;
      if (value.equivalent === undefined) {
        met += 1;
        if (met <= skip) continue;
        judged += 1;
        return value;
      }
      equivalent += 1;
      console.log(`equivalent  ${nameOf(value.mutation, value.text)}: ${value.equivalent.why}`);
    }
    return undefined;
  };

  const past = stale(all);
  for (const { file, line } of past) console.log(`stale       ${file}: what is named cannot be done to ${line}`);
  const unbroken = new Unbroken(root, passed);
  const copies = Array.from({ length: workers }, () => new Copy(root));
  try {
    await Promise.all(
      copies.map(async (copy) => {
        for (let one = next(); one !== undefined; one = next()) {
          const { mutation, text } = one;
          const begin = performance.now();
          const outcome = await copy.broken(mutation.file, mutated(text, mutation), () =>
            judge(copy, stagesFor(mutation.file), unbroken),
          );
          if (outcome === 'passed') survived += 1;
          const seconds = ((performance.now() - begin) / 1000).toFixed(0);
          console.log(`${verdicts[outcome]}${nameOf(mutation, text)}${remarks[outcome] ?? ''}, ${seconds} s`);
        }
      }),
    );
  } catch (error) {
    // Before the copies go, in which others may still be at work.
    console.log(error);
    process.exit(1);
  } finally {
    for (const copy of [...copies, unbroken]) copy.dispose();
  }
  const besides = equivalent === 0 ? '' : `; ${equivalent} equivalent ones were passed over`;
  console.log(`${judged - survived} of ${judged} mutations caught${besides}`);
  return survived + past.length;
}

/** Stage after stage, until one notices. */
async function judge(copy: Copy, stages: readonly (readonly string[])[], unbroken: Unbroken): Promise<Ended['as']> {
  for (const suites of stages) {
    const ended = await copy.run(suites, { inOrder: true, tooLong: (seconds) => unbroken.isTooLong(suites, seconds) });
    if (ended.as === 'failed') await unbroken.mustPass(ended.test);
    if (ended.as === 'not loaded') await unbroken.mustPass({ file: suites[0] ?? '', name: undefined });
    if (ended.as !== 'passed') return ended.as;
  }
  return 'passed';
}
