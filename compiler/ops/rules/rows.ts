/** Rows that are found by their numbers. */
import type { Type } from '../../ir/types.ts';

/** The row that a number means: itself, or the nearest that there is; a number that is none means the first. */
export function rowAt(id: number, rows: number): number {
  return Number.isNaN(id) ? 0 : Math.min(Math.max(Math.trunc(id), 0), rows - 1);
}

/** Whether these can be the numbers of rows of that: integers of a batch, or numbers that lie where the rows do. */
export const areRowNumbers = (ids: Type, rows: Type): boolean =>
  rows.dtype === 'f64' ? ids.dtype === 'f64' : ids.dtype !== 'f64';
