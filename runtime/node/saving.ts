/** Saving a run on a disk that may fail: what can be known is told before the training; a result is never given up. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf } from '../kernels/room.ts';
import type { ModelDefinition } from '../model.ts';
import { specsOf } from '../tables.ts';
import { UserError } from '../user-error.ts';
import { demandReplaceable, demandWritable, isUnwritable } from './files.ts';
import { runFiles } from './run-folder.ts';

/** Bytes of the weights in single precision. */
const weightBytes = ({ parameters }: ModelDefinition): number =>
  [...specsOf(parameters).values()].reduce((sum, { shape }) => sum + bytesOf(shape), 0);

/** Throws NN6008 where the run could not be saved in the end. */
export function demandRoom(model: ModelDefinition, folder: string): void {
  const { weights, manifest, checkpoint } = runFiles;
  demandWritable(join(folder, weights), weightBytes(model));
  for (const file of [manifest, checkpoint]) demandReplaceable(join(folder, file));
}

/** Writes into the run's folder, and where that fails, into one of the system's for temporary files: NN6008 names it. */
export async function saveSomewhere(folder: string, write: (folder: string) => Promise<void>): Promise<void> {
  try {
    await write(folder);
  } catch (error) {
    if (!isUnwritable(error)) throw error;
    const kept = await elsewhere(write);
    throw new UserError(
      'NN6008',
      kept === undefined ? error.message : `${error.message}; the run is kept in ${kept}`,
      kept === undefined ? error.help : `make room, and move what is in there to ${folder}`,
    );
  }
}

async function elsewhere(write: (folder: string) => Promise<void>): Promise<string | undefined> {
  try {
    const folder = await mkdtemp(join(tmpdir(), 'nnc-kept-'));
    await write(folder);
    return folder;
  } catch {
    return undefined;
  }
}
