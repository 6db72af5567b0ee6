/** CSV files of Node. */
import { parse } from 'csv-parse/sync';
import { parseCsv } from '../data/csv.ts';
import type { Table } from '../data/table.ts';
import { readText } from './files.ts';

/** The table of a file; `shown` is its name in messages. */
export async function readCsv(path: string, shown: string): Promise<Table> {
  return parseCsv(parse, await readText(path, 'NN4001', 'paths in a spec are relative to the spec'), shown);
}
