/** CSV files of Node. */
import { parseCsv } from '../data/csv.ts';
import type { Table } from '../data/table.ts';
import { readText, relativeToSpec } from './files.ts';

/** The table of a file; `shown` is its name in messages. */
export async function readCsv(path: string, shown: string): Promise<Table> {
  const { parse } = await import('csv-parse/sync');
  return parseCsv(parse, readText(path, 'NN4001', relativeToSpec, shown), shown);
}
