/** JSON lines of Node. */
import type { Fields } from '../data/fields.ts';
import { parseJsonl } from '../data/jsonl.ts';
import { readText, relativeToSpec } from './files.ts';

/** The fields of a file; `shown` is its name in messages. */
export function readJsonl(path: string, shown: string): Promise<Fields> {
  const read = (): Fields => parseJsonl(readText(path, 'NN4001', relativeToSpec, shown), shown);
  return new Promise((resolve) => resolve(read()));
}
