/** Arrays of NumPy from Node's files. */
import { parseNpz } from '../data/arrays/npz.ts';
import type { Fields } from '../data/fields.ts';
import { readBytes, relativeToSpec } from './files.ts';

/** The fields of a file; `shown` is its name in messages. */
export const openNpz = (path: string, shown: string): Fields =>
  parseNpz(readBytes(path, 'NN4001', relativeToSpec, shown), shown);

export function readNpz(path: string, shown: string): Promise<Fields> {
  return new Promise((resolve) => resolve(openNpz(path, shown)));
}
