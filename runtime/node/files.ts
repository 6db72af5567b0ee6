/** Files of Node: read with errors that name them, written beside and renamed. */
import { constants } from 'node:buffer';
import { existsSync, statfsSync } from 'node:fs';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bytesText } from '../logging/format.ts';
import { UserError } from '../user-error.ts';
import type { RuntimeErrorCode } from '../user-error.ts';
import { placeFor, readFileBytes, reasonOf, tryWriting } from './disk.ts';

/** What helps with a file that is not where a spec says. */
export const relativeToSpec = 'paths in a spec are relative to the spec';

/** What `read` gives of a file; where it throws, an error of this code, which calls the file `shown`. */
export function reading<T>(shown: string, code: RuntimeErrorCode, help: string | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UserError(code, `${shown} cannot be read: ${reasonOf(error)}`, help);
  }
}

/** The file's bytes; where it cannot be read, an error of this code. `shown` is the file's name in messages. */
export const readBytes = (path: string, code: RuntimeErrorCode, help?: string, shown = path): Uint8Array =>
  reading(shown, code, help, () => readFileBytes(path));

/** As `readBytes`, and the bytes must be UTF-8. */
export function readText(path: string, code: RuntimeErrorCode, help?: string, shown = path): string {
  const bytes = reading(shown, code, help, () => readFileBytes(path, constants.MAX_STRING_LENGTH + 1));
  if (bytes.length > constants.MAX_STRING_LENGTH) {
    const most = bytesText(constants.MAX_STRING_LENGTH);
    throw new UserError(code, `${shown} cannot be read: it is too large: a text has ${most} at most`);
  }
  const save = 'save it again with the encoding UTF-8';
  if (isUtf16(bytes)) throw new UserError(code, `${shown} is a text in UTF-16`, save);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(code, `${shown} is not a text in UTF-8`, save);
  }
}

/** By its byte order mark, or since one of two bytes is 0 where a text starts with Latin letters. */
function isUtf16(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  const marked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  return marked || (a === 0 && c === 0 && b !== 0 && d !== 0) || (b === 0 && d === 0 && a !== 0 && c !== 0);
}

export const unwritable = (path: string, why: string, help?: string): UserError =>
  new UserError('NN6008', `cannot write ${path}: ${why}`, help);

export const isUnwritable = (error: unknown): error is UserError =>
  error instanceof UserError && error.code === 'NN6008';

/** A reader sees the old file or the new one, never a part of it. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  let beside: string | undefined;
  try {
    const place = placeFor(path);
    beside = place.beside;
    await writeFile(beside, content);
    if (place.mode !== undefined) await chmod(beside, place.mode);
    await rename(beside, place.path);
  } catch (error) {
    if (beside !== undefined) await rm(beside, { force: true }).catch(() => undefined);
    throw unwritable(path, reasonOf(error));
  }
}

/** Throws what writing so many bytes to the path would end with, as far as it can be known before. */
export function demandWritable(path: string, bytes: number): void {
  try {
    tryWriting(path, bytes);
  } catch (error) {
    throw unwritable(path, reasonOf(error));
  }
  const { bavail, bsize, blocks } = statfsSync(dirname(path));
  const free = bavail * bsize;
  // Some systems of files do not say how large they are.
  if (blocks > 0 && free < bytes)
    throw unwritable(path, `it will have ${bytesText(bytes)}, and the disk has ${bytesText(free)} free`);
}

/** What lies at the path must be a file, if anything does. */
export function demandReplaceable(path: string): void {
  if (existsSync(path)) demandWritable(path, 0);
}
