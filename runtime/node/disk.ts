/** What the system of files allows: what may be read, where a write ends up, and what it says, in words. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
  writeFileSync,
  rmSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { clearLeftovers } from './leftovers.ts';

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'access is denied'],
  ['EPERM', 'access is denied'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of the path is not a folder'],
  ['EEXIST', 'a part of the path is not a folder'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ELOOP', 'the path goes over links that lead in a circle'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the quota of the disk is used up'],
  ['EROFS', 'the disk is read-only'],
  ['EMFILE', 'too many files are open'],
  ['EFBIG', 'the file would be too large for the disk'],
  ['EIO', 'the disk does not answer as it should'],
]);

/** What the system says, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons.get(code) ?? (error instanceof Error ? error.message : String(error));
}

/** Why the path is no file, if it is none: devices and pipes have no end, or wait for somebody. */
function notAFile(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return 'it is a folder';
  if (stats.isFIFO()) return 'it is a pipe, not a file';
  return stats.isSocket() ? 'it is a socket, not a file' : 'it is a device, not a file';
}

function demandFile(stats: Stats): void {
  const why = notAFile(stats);
  if (why !== undefined) throw new Error(why);
}

/** Bytes that one call of the system reads. */
const piece = 2 ** 30;

/** A file's bytes, at most so many. They are as many as the file says it has: files of the kernel say none. */
export function readFileBytes(path: string, most = Infinity): Uint8Array<ArrayBuffer> {
  const stats = statSync(path);
  demandFile(stats);
  const bytes = new Uint8Array(Math.min(stats.size, most));
  const file = openSync(path, 'r');
  try {
    let at = 0;
    for (let read = -1; read !== 0 && at < bytes.length; at += read)
      read = readSync(file, bytes, at, Math.min(piece, bytes.length - at), null);
    return bytes.subarray(0, at);
  } finally {
    closeSync(file);
  }
}

/** How many bytes a file has. */
export function sizeOfFile(path: string): number {
  const stats = statSync(path);
  demandFile(stats);
  return stats.size;
}

/** The bytes from `begin` on, before `end`; throws where the file has become shorter. */
export function readFilePart(path: string, begin: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(end - begin);
  const file = openSync(path, 'r');
  try {
    for (let at = 0; at < bytes.length;) {
      const read = readSync(file, bytes, at, Math.min(piece, bytes.length - at), begin + at);
      if (read === 0) throw new Error('it ends too early');
      at += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** Where a write to a path ends up: behind links, and with the mode of the file that it replaces. */
export interface Place {
  readonly path: string;
  /** The file in the same folder that is written and then renamed. */
  readonly beside: string;
  readonly mode: number | undefined;
}

/** Makes the folder; throws where a file cannot be written there, or where something else than a file lies. */
export function placeFor(path: string): Place {
  makeFolder(dirname(path));
  clearLeftovers(dirname(path), { ours: false });
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { path, beside: besideOf(path), mode: undefined };
  demandFile(stats);
  accessSync(path, constants.W_OK);
  const real = realpathSync(path);
  return { path: real, beside: besideOf(real), mode: stats.mode & 0o7777 };
}

/** Whether both paths lead to one file that is there: what is written to one is then read from the other. */
export const areOneFile = (a: string, b: string): boolean =>
  existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);

/** Names may have 255 bytes; a cut one keeps its end. */
const besideOf = (path: string): string => join(dirname(path), `.${process.pid}.${basename(path).slice(-40)}.part`);

/** One folder after another: `mkdir -p` of Node never ends where the system makes none, as in /proc. */
function makeFolder(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return;
  if (stats !== undefined) throw new Error('a part of the path is not a folder');
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw new Error('no file can be made there', { cause: error });
    // Somebody else may have made it in between.
    if (!isCode(error, 'EEXIST') || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** So much of what is to be written is tried out; of the rest, the disk is asked. */
const trial = 65_536;

/** Throws what writing so many bytes there would throw, as far as that can be known before. */
export function tryWriting(path: string, bytes: number): void {
  const { beside } = placeFor(path);
  try {
    writeFileSync(beside, new Uint8Array(Math.min(bytes, trial)));
  } finally {
    rmSync(beside, { force: true });
  }
}
