/** Arrays as NumPy writes them: a header that says what they are, and their values. */
import { UserError } from '../../user-error.ts';
import type { NumberArray } from '../raw.ts';
import { fill, sizeOf, valuesOf, typeNames } from './values.ts';
import { damagedFile } from './zip.ts';

export interface NpyHeader {
  readonly shape: readonly number[];
  /** The first axis runs fastest. */
  readonly isFortran: boolean;
  readonly isBig: boolean;
  /** `f4`, `u1`, `U7`. */
  readonly type: string;
  readonly holdsTexts: boolean;
  /** Where the values begin. */
  readonly begin: number;
}

/** More than the fixed part of any header, and as much as most have. */
export const headerBytes = 256;

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * What the array is; `undefined` where more bytes are needed to know. `where` is its name in messages, `file` that of its
 * file. Throws NN4008.
 */
export function npyHeader(bytes: Uint8Array, where: string, file: string): NpyHeader | undefined {
  if (bytes.length < 12) return undefined;
  if (magic.some((byte, i) => bytes[i] !== byte))
    throw new UserError('NN4008', `${where} is no array of NumPy`, 'np.savez writes such files');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [major, begin] = [bytes[6] ?? 0, (bytes[6] ?? 0) === 1 ? 10 : 12];
  const end = begin + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < end) return undefined;
  // { 'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
  const text = new TextDecoder().decode(bytes.subarray(begin, end));
  const descr = /'descr': *('[^']*'|\[)/.exec(text)?.[1];
  const order = /'fortran_order': *(True|False)/.exec(text)?.[1];
  const sizes = /'shape': *\(([\d, ]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || sizes === undefined)
    throw damagedFile(file, `the header of ${where} says no type and shape`);
  const [, byteOrder, type = ''] = /^'([<>=|]?)(.*)'$/.exec(descr) ?? [];
  const holdsTexts = /^[US]\d+$/.test(type);
  if (!holdsTexts && !typeNames.has(type)) throw unreadable(type, where);
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  return { shape, isFortran: order === 'True', isBig: byteOrder === '>', type, holdsTexts, begin: end };
}

function unreadable(type: string, where: string): UserError {
  const what = type.startsWith('O')
    ? 'Python objects'
    : type.startsWith('c')
      ? 'complex numbers'
      : /^[mM]/.test(type)
        ? 'dates or times'
        : type === ''
          ? 'records'
          : `numbers of the type ${type}`;
  return new UserError('NN4008', `${where} holds ${what}`, 'numbers or texts are read: array.astype("float32")');
}

/** The values, row-major. Throws NN4008 where there are not as many as the header says. */
export function npyValues(bytes: Uint8Array, header: NpyHeader, file: string): NumberArray | readonly string[] {
  const { shape, type, isBig, begin, isFortran } = header;
  const count = sizeOf(shape);
  const each = Number(type.slice(1)) * (type.startsWith('U') ? 4 : 1);
  if (bytes.length !== begin + count * each) {
    const there = Math.max(0, bytes.length - begin);
    throw damagedFile(file, `[${shape.join(', ')}] of ${type} are ${count * each} bytes, and there are ${there}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + begin, count * each);
  if (header.holdsTexts) {
    const texts = Array.from({ length: count }, (_, i) => textAt(view, i * each, each, type.startsWith('U'), isBig));
    return isFortran ? Array.from(texts, (_, i) => texts[columnMajor(shape, i)] ?? '') : texts;
  }
  const values = valuesOf(type, view, isBig);
  if (!isFortran) return values;
  const stored = values.slice();
  return fill(values, (i) => stored[columnMajor(shape, i)] ?? NaN);
}

/** Code points of four bytes, or bytes; zeros fill what is left. */
function textAt(view: DataView, from: number, bytes: number, isWide: boolean, isBig: boolean): string {
  const points = isWide
    ? Array.from({ length: bytes / 4 }, (_, i) => view.getUint32(from + 4 * i, !isBig))
    : Array.from({ length: bytes }, (_, i) => view.getUint8(from + i));
  const end = points.findLastIndex((point) => point !== 0) + 1;
  return points
    .slice(0, end)
    .map((point) => String.fromCodePoint(Math.min(point, 0x10ffff)))
    .join('');
}

/** Where the element that is the i-th row-major stands where the first axis runs fastest. */
function columnMajor(shape: readonly number[], i: number): number {
  let [rest, place, stride] = [i, 0, sizeOf(shape)];
  for (const size of shape.toReversed()) {
    stride /= size;
    place += (rest % size) * stride;
    rest = Math.floor(rest / size);
  }
  return place;
}
