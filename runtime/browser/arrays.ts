/** Arrays of a page: files chosen by its reader, or what lies at addresses. */
import { idxField, idxFields } from '../data/arrays/idx.ts';
import type { IdxFile } from '../data/arrays/idx.ts';
import { parseNpz } from '../data/arrays/npz.ts';
import type { Fields } from '../data/fields.ts';
import { UserError } from '../user-error.ts';
import { fetchedBytes } from './fetched.ts';

/** The fields of an npz file: `loadDataset(model, { kind: 'fields', fields })`. */
export async function readNpz(from: File | string | URL): Promise<Fields> {
  const { name, bytes } = await fetchedBytes(from);
  return parseNpz(bytes, name);
}

/** The fields of IDX files, called as MNIST's are: `readIdx(['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'])`. */
export async function readIdx(from: readonly (File | string | URL)[]): Promise<Fields> {
  const files = await Promise.all(from.map(fetchedBytes));
  const shown = files.map(({ name }) => name).join(', ');
  return idxFields(
    shown,
    files.map(({ name, bytes }): IdxFile => {
      const field = idxField('', name);
      const help = 'names are like train-images-idx3-ubyte';
      if (field === undefined) throw new UserError('NN4001', `${name} does not say which field it has`, help);
      return { file: name, field: field.replace(/^.*[-._]/, ''), bytes };
    }),
  );
}
