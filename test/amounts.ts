/**
 * How many of their cases the suites run: all with NNC_VERIFY=all (`npm run verify`), many with NNC_VERIFY=many (what broken
 * sources are judged by), and otherwise few enough for a run of a few minutes.
 */
const asked = process.env['NNC_VERIFY'];

/** Whether there is time for everything. */
export const everything = asked === 'all';
const many = everything || asked === 'many';

/** One of so many cases, from that one on; each of them where many are run. */
export const sampled = <Case>(cases: readonly Case[], oneOf: number, from = 0): readonly Case[] =>
  many ? cases : cases.filter((_, i) => i % oneOf === from);

/** A number of cases that are generated. */
export const amount = (few: number, more: number, most: number): number => (everything ? most : many ? more : few);
