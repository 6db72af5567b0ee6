/** Texts of a page as streams: a file chosen by its reader, or what lies at an address. */
import type { Fields } from '../data/fields.ts';
import { streamFields } from '../data/texts/stream.ts';
import { fetchedBytes } from './fetched.ts';

/** Windows of so many characters, and those that follow: `loadDataset(model, { kind: 'fields', fields })`. */
export async function readStream(from: File | string | URL, length: number): Promise<Fields> {
  const { name, bytes } = await fetchedBytes(from);
  return streamFields(new TextDecoder().decode(bytes), name, length, true);
}
