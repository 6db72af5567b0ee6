/** A folder on a small disk of its own, which fills up and may be made read-only: for tests that run as root on Linux. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Mount {
  readonly folder: string;
  readOnly(): void;
  release(): void;
}

const quietly = (command: string, ...args: readonly string[]): void => {
  execFileSync(command, args, { stdio: 'ignore' });
};

/** A disk of so many bytes in memory; throws where none can be mounted. */
export function smallDisk(bytes: number): Mount {
  const folder = mkdtempSync(join(tmpdir(), 'nnc-disk-'));
  try {
    quietly('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder);
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  return {
    folder,
    readOnly: () => quietly('mount', '-o', 'remount,ro', folder),
    release() {
      quietly('umount', folder);
      rmdirSync(folder);
    },
  };
}

/** Why tests with a disk of their own cannot run here, or undefined. */
export function noMount(): string | undefined {
  try {
    smallDisk(65_536).release();
    return undefined;
  } catch {
    return 'no disk can be mounted here: that takes root on Linux';
  }
}
