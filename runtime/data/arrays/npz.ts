/** Files of `np.savez` and `np.savez_compressed`: a zip file of arrays, each of which is a field. */
import { UserError } from '../../user-error.ts';
import type { Fields } from '../fields.ts';
import { arrayFields } from './array-fields.ts';
import type { NamedArray } from './array-fields.ts';
import { headerBytes, npyHeader, npyValues } from './npy.ts';
import type { NpyHeader } from './npy.ts';
import { damagedFile, zipEntries } from './zip.ts';
import type { ZipEntry } from './zip.ts';

/** Headers are read at once, values when they are wanted. Throws NN4006 and NN4008. */
export function parseNpz(bytes: Uint8Array, file: string): Fields {
  if (bytes.length === 0) throw new UserError('NN4006', `${file} is empty`);
  if (bytes[0] === 0x93 && bytes[1] === 0x4e)
    throw new UserError(
      'NN4008',
      `${file} is a single array without a name, not an npz`,
      'np.savez("x.npz", x=x, y=y)',
    );
  return arrayFields(
    file,
    zipEntries(bytes, file).flatMap((entry) => (entry.name.endsWith('/') ? [] : [arrayOf(entry, file)])),
  );
}

function arrayOf(entry: ZipEntry, file: string): NamedArray {
  const name = entry.name.replace(/\.npy$/, '');
  const header = headerOf(entry, file);
  const { shape, holdsTexts } = header;
  return { name, shape, holdsTexts, read: () => npyValues(entry.whole(), header, file) };
}

/** As many bytes as it takes, twice as many each time. */
function headerOf(entry: ZipEntry, file: string): NpyHeader {
  for (let bytes = headerBytes; ; bytes *= 2) {
    const beginning = entry.beginning(bytes);
    const header = npyHeader(beginning, `\`${entry.name}\` in ${file}`, file);
    if (header !== undefined) return header;
    if (beginning.length < bytes) throw damagedFile(file, `\`${entry.name}\` ends within its header`);
  }
}
