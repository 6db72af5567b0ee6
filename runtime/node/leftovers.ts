/** What processes that are no more left behind: files that they were writing. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const leftByProcess = /^\.(\d+)\..*\.part$/;

/** A minute: a process of another machine may be writing in a folder that is shared. */
const fresh = 60_000;

const cleared = new Set<string>();

/** Deletes leftovers in the folder, once for each folder. Nobody else writes in one that is `ours`. */
export function clearLeftovers(folder: string, { ours }: { readonly ours: boolean }): void {
  if (cleared.has(folder) && !ours) return;
  cleared.add(folder);
  for (const name of namesIn(folder)) {
    const pid = leftByProcess.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(folder, name);
    try {
      if (ours || Date.now() - statSync(path).mtimeMs > fresh) rmSync(path, { force: true });
    } catch {
      // It is gone, or another user's.
    }
  }
}

/** Whether there is a process of this number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
