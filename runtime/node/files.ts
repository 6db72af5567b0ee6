/** Files of Node: read with errors that name them, written beside and renamed. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../user-error.ts';
import type { RuntimeErrorCode } from '../user-error.ts';

/** The file's bytes; where it cannot be read, an error of this code. */
export async function readBytes(path: string, code: RuntimeErrorCode, help?: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UserError(code, `${path} cannot be read: ${reasonOf(error)}`, help);
  }
}

/** As `readBytes`, and the bytes must be UTF-8. */
export async function readText(path: string, code: RuntimeErrorCode, help?: string): Promise<string> {
  const bytes = await readBytes(path, code, help);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(code, `${path} is not a text in UTF-8`, help);
  }
}

/** A reader sees the old file or the new one, never a part of it. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = join(dirname(path), `.${process.pid}.${path.slice(dirname(path).length + 1)}.part`);
  try {
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'access is denied';
  return error instanceof Error ? error.message : String(error);
}
