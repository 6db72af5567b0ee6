/** What an evaluation has counted so far: enough to go on with it to the same figures. */
import { add, array, moments } from '../host.ts';
import type { HostArray } from '../host.ts';
import type { RunResult } from './routine.ts';

export interface Tally {
  /** Batches that are counted, and their rows. */
  readonly batches: number;
  readonly rows: number;
  /** Sums over the batches, in double precision, by the names that the model's `evaluate` gives them. */
  readonly totals: ReadonlyMap<string, HostArray>;
}

export const nothingCounted: Tally = { batches: 0, rows: 0, totals: new Map() };

/** The tally with one more batch of so many rows. Of what is in `ofRows`, the batch gives the rows themselves. */
export async function count(
  tally: Tally,
  rows: number,
  results: Readonly<Record<string, RunResult>>,
  ofRows: readonly string[] = [],
): Promise<Tally> {
  const totals = new Map(tally.totals);
  for (const [name, { shape, elements }] of Object.entries(results)) {
    const given = array(shape, await elements);
    const part = ofRows.includes(name) ? moments(given) : given;
    const before = totals.get(name);
    totals.set(name, before === undefined ? part : add(before, part));
  }
  return { batches: tally.batches + 1, rows: tally.rows + rows, totals };
}
