/** CSV files of Node. */
import { parse } from 'csv-parse/sync';
import { parseCsv } from '../data/csv.ts';
import type { Table } from '../data/table.ts';
import { readText, relativeToSpec } from './files.ts';

/** The table of a file; `shown` is its name in messages. */
export function readCsv(path: string, shown: string): Promise<Table> {
  const read = (): Table => parseCsv(parse, readText(path, 'NN4001', relativeToSpec, shown), shown);
  return new Promise((resolve) => resolve(read()));
}
