/** Seeds are numbers of 32 bits: a larger one would be taken for another (conventions 5). */
import { UserError } from '../user-error.ts';

export const largestSeed = 2 ** 32 - 1;

/** The seed itself; throws NN6009 where it is none. */
export function checkedSeed(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed <= largestSeed) return seed;
  throw new UserError('NN6009', `a seed is a whole number from 0 to ${largestSeed}, not ${seed}`);
}
