/** `runs/<name>/` on disk: the model of a finished run, and the checkpoint that a run goes on from. */
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
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
import type { ModelDefinition } from '../model.ts';
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
  /** The checkpoint of a run that a new one took the place of. */
  old: 'checkpoint.old.safetensors',
  text: 'model.nn.ts',
} as const;

/** The manifest is written last: whoever finds one finds the weights that belong to it. */
export async function saveModel(folder: string, weights: Tensors, manifest: Manifest, text?: string): Promise<void> {
  if (text !== undefined) await writeWhole(join(folder, runFiles.text), text);
  await writeWhole(join(folder, runFiles.weights), weightsFile(weights));
  await writeWhole(join(folder, runFiles.manifest), manifestFile(manifest));
}

export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  await writeWhole(join(folder, runFiles.checkpoint), checkpointFile(checkpoint));
}

export async function dropOldCheckpoint(folder: string): Promise<void> {
  await rm(join(folder, runFiles.old), { force: true });
}

/** The weights of a run folder, unless a file is named. */
export const weightsPath = (folder: string, file: string | undefined): string => file ?? join(folder, runFiles.weights);

/** The model of a run folder, or of a file of weights (with the manifest beside it, if there is one). */
export async function openModel(folder: string, file: string | undefined): Promise<SavedModel> {
  const path = weightsPath(folder, file);
  if (!existsSync(path)) {
    const underWay = file === undefined && existsSync(join(folder, runFiles.checkpoint));
    throw new UserError(
      'NN5006',
      `there are no saved weights at ${path}`,
      underWay
        ? 'the run there has not come to the end of an epoch: go on with it, `nnc train --resume`'
        : 'run `nnc train` first, or say --weights',
    );
  }
  const { tensors } = readSafetensors(readBytes(path, 'NN5005'), path);
  const manifest = await manifestIn(file === undefined ? folder : dirname(file));
  const weights = floats(tensors, path);
  demandFinite(weights, path);
  return { weights, manifest };
}

export function demandCheckpoint(folder: string): void {
  if (!existsSync(join(folder, runFiles.checkpoint))) {
    throw new UserError('NN5006', `there is no run to go on with in ${folder}`, 'start a new one without --resume');
  }
}

export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const path = join(folder, runFiles.checkpoint);
  demandCheckpoint(folder);
  return readCheckpoint(readBytes(path, 'NN5005'), path);
}

/** What lies in a folder before a run begins there. */
export interface Found {
  /** In words, for the one whose run it was. */
  readonly said: readonly string[];
  /** Whether there is a model that a run came to its end with; it stays until there is another one. */
  readonly finished: boolean;
}

/** What is in the folder of a run that goes on. */
export async function lookAt(folder: string): Promise<Found> {
  return { said: [], finished: isFinished(await orDamaged(manifestIn(folder))) };
}

/** Makes way for a new run: the checkpoint that is there is set aside, so that nobody goes on with it by mistake. */
export async function makeWay(folder: string, model: ModelDefinition): Promise<Found> {
  const said: string[] = [];
  const manifest = await orDamaged(manifestIn(folder));
  if (manifest === damaged) said.push(`${folder} holds a model that cannot be read, which this run replaces`);
  else if (manifest?.finished === true) {
    const which = `${folder} holds a finished run of ${epochsText(manifest.epoch)}${origin(manifest.source, model)}`;
    said.push(`${which}; its model stays until this run has ended, and --run NAME keeps both`);
  }
  const found = { said, finished: isFinished(manifest) };
  const path = join(folder, runFiles.checkpoint);
  if (!existsSync(path)) return found;
  const checkpoint = await orDamaged(openCheckpoint(folder));
  await rename(path, join(folder, runFiles.old));
  if (checkpoint === damaged) said.push(`${folder} held a checkpoint that cannot be read; it is now ${runFiles.old}`);
  else if (!checkpoint.run.finished) {
    const which = `${folder} held a run${origin(checkpoint.run, model)} that was interrupted in epoch ${checkpoint.fit.epoch}`;
    said.push(`${which}; its checkpoint is now ${runFiles.old}, until this run has ended`);
  }
  return found;
}

/** Stands for a file that cannot be read as what it should be. */
const damaged: unique symbol = Symbol('damaged');

const isFinished = (manifest: Manifest | typeof damaged | undefined): boolean =>
  manifest !== damaged && manifest?.finished === true;

async function orDamaged<T>(reading: Promise<T>): Promise<T | typeof damaged> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof UserError) return damaged;
    throw error;
  }
}

async function manifestIn(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, runFiles.manifest);
  return existsSync(path) ? readManifest(readText(path, 'NN5005'), path) : undefined;
}

const epochsText = (epochs: number): string => `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`;

/** Where a saved run came from, if it is not the model that runs now. */
function origin(saved: { readonly hash: string; readonly file: string }, { source }: ModelDefinition): string {
  if (saved.hash === source.hash) return '';
  return saved.file === source.file ? ` of another text of ${saved.file}` : ` of another spec, ${saved.file},`;
}
