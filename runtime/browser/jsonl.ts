/** JSON lines of a page: a file chosen by its reader, or what lies at an address. */
import type { Fields } from '../data/fields.ts';
import { parseJsonl } from '../data/jsonl.ts';
import { fetched } from './fetched.ts';

/** The fields of a file: `loadDataset(model, { kind: 'fields', fields })`. */
export async function readJsonl(from: File | string | URL): Promise<Fields> {
  if (from instanceof File) return parseJsonl(await from.text(), from.name);
  const address = String(from);
  const response = await fetched(from, 'NN4001');
  return parseJsonl(await response.text(), address.slice(address.lastIndexOf('/') + 1));
}
