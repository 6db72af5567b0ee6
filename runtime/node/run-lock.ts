/** The lock of a run folder: one training at a time. The lock of a process that is no more is taken over. */
import { existsSync, readFileSync } from 'node:fs';
import { link, rm, rmdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';
import { placeFor, reasonOf } from './disk.ts';
import { unwritable, writeWhole } from './files.ts';
import { clearLeftovers, isAlive } from './leftovers.ts';

/** Whose lock it is. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, where the system tells: a later process may have the same number. */
  readonly began: string | undefined;
}

const lockIn = (folder: string): string => join(folder, '.lock');

/** Gives what releases the lock, and the folder if nothing is in it. Throws NN5015 where another training has it. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = lockIn(folder);
  const mine = textOf({ pid: process.pid, host: hostname(), began: beginOf(process.pid) });
  if (!(await createWhole(path, mine))) await takeOver(folder, path, mine);
  clearLeftovers(folder, { ours: true });
  return async () => {
    if (textAt(path) === mine) await rm(path, { force: true });
    await rmdir(folder).catch(() => undefined);
  };
}

/** Writes a file that must not be there yet, all of it at once; false if it is there. */
async function createWhole(path: string, text: string): Promise<boolean> {
  let beside: string | undefined;
  try {
    ({ beside } = placeFor(path));
    await writeFile(beside, text);
    // Some systems of files have no links; there the file is whole a moment later.
    await link(beside, path).catch((error: unknown) => {
      if (isCode(error, 'EEXIST')) throw error;
      return writeFile(path, text, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw unwritable(path, reasonOf(error));
  } finally {
    if (beside !== undefined) await rm(beside, { force: true });
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Only one process may look at a lock and replace it, so that two cannot both find it stale. */
async function takeOver(folder: string, path: string, mine: string): Promise<void> {
  const guard = `${path}.taking`;
  const held = holderAt(path);
  if (held !== undefined && lives(held)) throw inUse(folder, held);
  if (!(await createWhole(guard, mine))) {
    const taking = holderAt(guard);
    if (taking !== undefined && lives(taking)) throw inUse(folder, taking);
    await rm(guard, { force: true });
    return takeOver(folder, path, mine);
  }
  try {
    const now = holderAt(path);
    if (now !== undefined && lives(now)) throw inUse(folder, now);
    await writeWhole(path, mine);
  } finally {
    await rm(guard, { force: true });
  }
}

const inUse = (folder: string, { pid, host }: Holder): UserError =>
  new UserError(
    'NN5015',
    `another training is under way in ${folder}: process ${pid}${host === hostname() ? '' : ` on ${host}`}`,
    host === hostname()
      ? 'wait for it, or give this one a folder of its own: --run NAME'
      : `give this one a folder of its own: --run NAME; if that process is gone, delete ${lockIn(folder)}`,
  );

/** Whether the process is still there. Of another machine nothing can be known. */
function lives({ pid, host, began }: Holder): boolean {
  if (host !== hostname()) return true;
  return isAlive(pid) && (began === undefined || began === beginOf(pid));
}

const textOf = (holder: Holder): string => `${JSON.stringify(holder)}\n`;

/** What cannot be read as a lock is nobody's. */
function holderAt(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(textAt(path) ?? '');
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('host' in value)) return undefined;
    const { pid, host } = value;
    if (typeof pid !== 'number' || typeof host !== 'string') return undefined;
    const began = 'began' in value && typeof value.began === 'string' ? value.began : undefined;
    return { pid, host, began };
  } catch {
    return undefined;
  }
}

const textAt = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/** Linux tells when a process began: field 22 of its line, in clock ticks since the system's start. */
function beginOf(pid: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
