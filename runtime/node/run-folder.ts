/** `runs/<model>/` on disk: weights, manifest, and the checkpoint of a run under way. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { demandFinite } from '../checkpoint/finite.ts';
import {
  checkpointFile,
  floats,
  manifestFile,
  readCheckpoint,
  readManifest,
  weightsFile,
} from '../checkpoint/run-files.ts';
import type { Checkpoint } from '../checkpoint/run-files.ts';
import { readSafetensors } from '../checkpoint/safetensors.ts';
import type { Manifest } from '../checkpoint/saved-types.ts';
import type { Tensors } from '../train/memory.ts';
import { UserError } from '../user-error.ts';
import { readBytes, readText, writeWhole } from './files.ts';

export interface SavedModel {
  readonly weights: Tensors;
  /** Absent where weights came from elsewhere. */
  readonly manifest: Manifest | undefined;
}

/** The names of its files. */
export const runFiles = {
  weights: 'weights.safetensors',
  manifest: 'manifest.json',
  checkpoint: 'checkpoint.safetensors',
} as const;

/** The manifest is written last: whoever finds one finds the weights that belong to it. */
export async function saveModel(folder: string, weights: Tensors, manifest: Manifest): Promise<void> {
  await writeWhole(join(folder, runFiles.weights), weightsFile(weights));
  await writeWhole(join(folder, runFiles.manifest), manifestFile(manifest));
}

export async function saveCheckpoint(folder: string, { run, snapshot, fit }: Checkpoint): Promise<void> {
  await writeWhole(join(folder, runFiles.checkpoint), checkpointFile(run, snapshot, fit));
}

export async function dropCheckpoint(folder: string): Promise<void> {
  await rm(join(folder, runFiles.checkpoint), { force: true });
}

/** The model of a run folder, or of a file of weights (with the manifest beside it, if there is one). */
export async function openModel(folder: string, file: string | undefined): Promise<SavedModel> {
  const path = file ?? join(folder, runFiles.weights);
  if (!existsSync(path))
    throw new UserError('NN5006', `there are no saved weights at ${path}`, 'run `nnc train` first, or say --weights');
  const { tensors } = readSafetensors(readBytes(path, 'NN5005'), path);
  const manifestPath = join(file === undefined ? folder : dirname(file), runFiles.manifest);
  const manifest = existsSync(manifestPath) ? readManifest(readText(manifestPath, 'NN5005'), manifestPath) : undefined;
  const weights = floats(tensors, path);
  demandFinite(weights, path);
  return { weights, manifest };
}

export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const path = join(folder, runFiles.checkpoint);
  if (!existsSync(path)) {
    const finished = existsSync(join(folder, runFiles.manifest));
    throw new UserError(
      'NN5006',
      finished
        ? `the run in ${folder} came to its end: there is nothing to go on with`
        : `there is no run to go on with in ${folder}`,
      'start a new one without --resume',
    );
  }
  return readCheckpoint(readBytes(path, 'NN5005'), path);
}
