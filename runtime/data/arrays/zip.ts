/** Zip files: their directory, and what its entries hold, checked by length and CRC. */
import { Inflate, inflateSync } from 'fflate';
import { UserError } from '../../user-error.ts';
import { crc32 } from './crc32.ts';

export interface ZipEntry {
  readonly name: string;
  /** At least so many of its first bytes, or all; they are not checked. */
  readonly beginning: (bytes: number) => Uint8Array;
  readonly whole: () => Uint8Array;
}

/** What stands in a directory of an entry. */
interface Placed {
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly crc: number;
  /** Bytes as they lie in the file, and of what they stand for. */
  readonly packed: number;
  readonly size: number;
  /** Where the entry's own header is. */
  readonly offset: number;
}

const signature = { end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50, entry: 0x02014b50, local: 0x04034b50 };
const length = { end: 22, locator64: 20, entry: 46, local: 30 };
const method = { stored: 0, deflated: 8 };

/** A size or place of 32 bits that says: it is in the extra field of zip64. */
const in64 = 0xffffffff;

/** Deflate makes no more bytes of one. */
const mostInflated = 1032;

export const damagedFile = (file: string, why: string): UserError =>
  new UserError('NN4008', `${file} is damaged: ${why}`, 'write or download it again');

/** The entries in the order of the directory. Throws NN4008. */
export function zipEntries(bytes: Uint8Array, file: string): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  if (end === undefined) {
    throw new UserError(
      'NN4008',
      bytes.length > 4 && view.getUint32(0, true) === signature.local
        ? `${file} is cut short: its directory, which stands at the end, is not there`
        : `${file} is no zip file, as an npz is`,
      'write or download it again',
    );
  }
  try {
    return directory(view, end).map((entry) => opened(view, entry, file));
  } catch (error) {
    // A place outside of the file.
    if (error instanceof RangeError) throw damagedFile(file, 'its directory leads out of it');
    throw error;
  }
}

/** Where the record stands that ends the file; a comment may follow it. */
function endOf(view: DataView): number | undefined {
  const last = view.byteLength - length.end;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--)
    if (
      view.getUint32(at, true) === signature.end &&
      at + length.end + view.getUint16(at + 20, true) <= view.byteLength
    )
      return at;
  return undefined;
}

function directory(view: DataView, end: number): readonly Placed[] {
  let count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const locator = end - length.locator64;
  if (locator >= 0 && view.getUint32(locator, true) === signature.locator64) {
    const end64 = long(view, locator + 8);
    if (view.getUint32(end64, true) !== signature.end64) throw new RangeError();
    count = long(view, end64 + 32);
    at = long(view, end64 + 48);
  }
  const entries: Placed[] = [];
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== signature.entry) throw new RangeError();
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const nameEnd = at + length.entry + (nameLength ?? 0);
    const extraEnd = nameEnd + (extra ?? 0);
    entries.push({ ...placed(view, at, nameEnd, extraEnd), name: textAt(view, at + length.entry, nameEnd) });
    at = extraEnd + (comment ?? 0);
  }
  return entries;
}

function placed(view: DataView, at: number, extra: number, end: number): Omit<Placed, 'name'> {
  // Those of the three that have no room in 32 bits stand in the extra field, in this order.
  const wide = [24, 20, 42].map((field) => view.getUint32(at + field, true));
  if (wide.includes(in64)) {
    let from = extra;
    while (from < end && view.getUint16(from, true) !== 1) from += 4 + view.getUint16(from + 2, true);
    if (from >= end) throw new RangeError();
    from += 4;
    for (const [i, value] of wide.entries()) {
      if (value !== in64) continue;
      wide[i] = long(view, from);
      from += 8;
    }
  }
  const [size = 0, packed = 0, offset = 0] = wide;
  return {
    encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed,
    size,
    offset,
  };
}

const long = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

const textAt = (view: DataView, from: number, end: number): string =>
  new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + from, end - from));

function opened(view: DataView, entry: Placed, file: string): ZipEntry {
  const { name, size, offset } = entry;
  const where = `\`${name}\` in ${file}`;
  const packed = (): Uint8Array => {
    if (entry.encrypted) throw new UserError('NN4008', `${where} is encrypted`, 'write it without a password');
    if (entry.method !== method.stored && entry.method !== method.deflated)
      throw new UserError('NN4008', `${where} is packed by method ${entry.method}`, 'np.savez_compressed deflates');
    const header = offset + length.local;
    if (header > view.byteLength || view.getUint32(offset, true) !== signature.local)
      throw damagedFile(file, `\`${name}\` is not where its directory says`);
    const from = header + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
    if (from + entry.packed > view.byteLength) throw damagedFile(file, `\`${name}\` goes on behind its end`);
    if (size > mostInflated * (entry.packed + 1)) throw damagedFile(file, `\`${name}\` cannot have ${size} bytes`);
    return new Uint8Array(view.buffer, view.byteOffset + from, entry.packed);
  };
  const inflating = <T>(inflate: () => T): T => {
    try {
      return inflate();
    } catch (error) {
      throw damagedFile(
        file,
        `\`${name}\` cannot be unpacked: ${error instanceof Error ? error.message : 'no deflate'}`,
      );
    }
  };
  return {
    name,
    beginning: (bytes) => {
      const from = packed();
      return entry.method === method.stored ? from : inflating(() => firstInflated(from, bytes));
    },
    whole: () => {
      const from = packed();
      const all =
        entry.method === method.stored ? from : inflating(() => inflateSync(from, { out: new Uint8Array(size) }));
      if (all.length !== size) throw damagedFile(file, `\`${name}\` has ${all.length} bytes, and not ${size}`);
      if (crc32(all) !== entry.crc) throw damagedFile(file, `\`${name}\` is not what was written (its CRC differs)`);
      return all;
    },
  };
}

/** As much of the packed bytes is read as the first bytes need. */
function firstInflated(packed: Uint8Array, bytes: number): Uint8Array {
  const piece = 1024;
  const parts: number[] = [];
  const inflate = new Inflate((chunk) => {
    for (const byte of chunk.subarray(0, bytes - parts.length)) parts.push(byte);
  });
  for (let at = 0; at < packed.length && parts.length < bytes; at += piece)
    inflate.push(packed.subarray(at, at + piece), at + piece >= packed.length);
  return Uint8Array.from(parts);
}
