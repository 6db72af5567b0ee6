/** IDX files, as MNIST comes: an array in each, with a name such as `train-images-idx3-ubyte`. */
import { gunzipSync } from 'fflate';
import { UserError } from '../../user-error.ts';
import type { Fields } from '../fields.ts';
import { arrayFields } from './array-fields.ts';
import type { NamedArray } from './array-fields.ts';
import { crc32 } from './crc32.ts';
import { sizeOf, valuesOf } from './values.ts';
import { damagedFile } from './zip.ts';

export interface IdxFile {
  /** As shown in messages. */
  readonly file: string;
  /** What stands in its name between what names the set and its format: `images`. */
  readonly field: string;
  readonly bytes: Uint8Array;
}

/** The third byte says of which type the values are. */
const types: ReadonlyMap<number, string> = new Map([
  [0x08, 'u1'],
  [0x09, 'i1'],
  [0x0b, 'i2'],
  [0x0c, 'i4'],
  [0x0d, 'f4'],
  [0x0e, 'f8'],
]);

/** The field of a file whose name begins with that of the set; `undefined` for other files. */
export function idxField(set: string, name: string): string | undefined {
  if (!name.startsWith(set)) return undefined;
  return /^[-._]?([\w-]+)[-.]idx\d-\w+?(\.gz)?$/.exec(name.slice(set.length))?.[1];
}

/** `file` names them together in messages. The field `labels` serves an only target. Throws NN4006 and NN4008. */
export const idxFields = (file: string, files: readonly IdxFile[]): Fields =>
  arrayFields(file, files.map(arrayOf), 'labels');

/** All values lie in the file row-major, with their high bytes first. */
function arrayOf({ file, field, bytes: given }: IdxFile): NamedArray {
  const bytes = unpacked(given, file);
  if (bytes.length === 0) throw new UserError('NN4006', `${file} is empty`);
  const [zero, none, code = 0, axes = 0] = bytes;
  const type = types.get(code);
  if (zero !== 0 || none !== 0 || type === undefined || axes === 0)
    throw new UserError('NN4008', `${file} is no IDX file: it begins with ${hex(bytes)}`, 'those of MNIST do');
  const begin = 4 + 4 * axes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < begin) throw damagedFile(file, 'it ends within its header');
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const [wanted, there] = [sizeOf(shape) * Number(type.slice(1)), bytes.length - begin];
  if (wanted !== there) throw damagedFile(file, `[${shape.join(', ')}] are ${wanted} bytes, and there are ${there}`);
  const values = new DataView(bytes.buffer, bytes.byteOffset + begin, there);
  return { name: field, shape, holdsTexts: false, read: () => valuesOf(type, values, true) };
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** What gzip has packed, whatever the file's name; its end says what CRC and length that has. */
function unpacked(bytes: Uint8Array, file: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  let all: Uint8Array;
  try {
    all = gunzipSync(bytes);
  } catch (error) {
    throw damagedFile(file, `it cannot be unpacked: ${error instanceof Error ? error.message : 'no gzip'}`);
  }
  const end = new DataView(bytes.buffer, bytes.byteOffset + bytes.byteLength - 8, 8);
  if (end.getUint32(0, true) !== crc32(all) || end.getUint32(4, true) !== all.length % 2 ** 32)
    throw damagedFile(file, 'it is not what was packed (its CRC differs)');
  return all;
}
