/** CSV files of a page: chosen by its reader, dropped on it, or fetched. */
import { parse } from 'csv-parse/browser/esm/sync';
import { parseCsv } from '../data/csv.ts';
import type { Table } from '../data/table.ts';
import { fetched } from './fetched.ts';

/** The table of a file, or of what lies at an address. */
export async function readCsv(from: File | string | URL): Promise<Table> {
  if (from instanceof File) return parseCsv(parse, await from.text(), from.name);
  const address = String(from);
  const response = await fetched(from, 'NN4001');
  return parseCsv(parse, await response.text(), address.slice(address.lastIndexOf('/') + 1));
}
