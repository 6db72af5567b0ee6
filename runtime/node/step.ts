/** `nnc step`: one exact step from safetensors files to a safetensors file. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readSafetensors, writeSafetensors } from '../checkpoint/safetensors.ts';
import { heededBy, rowsOf } from '../data/dataset.ts';
import { splitRows } from '../data/split.ts';
import type { ModelDefinition } from '../model.ts';
import type { BackendName } from '../train/backend.ts';
import { exactStep } from '../train/exact-step.ts';
import type { Place } from '../train/exact-state.ts';
import { updatesIn } from '../phases.ts';
import { openKernelsInNode } from './open-kernels.ts';
import { openSource } from './data.ts';
import { openLoads } from './loads.ts';
import { demandWritable, readBytes, writeWhole } from './files.ts';

export interface StepOptions {
  readonly weights?: string | undefined;
  /** One file for each micro-batch. */
  readonly batches: readonly string[];
  readonly out: string;
  /** The names of both, where the spec has several. */
  readonly phase?: string | undefined;
  readonly step?: string | undefined;
  readonly seed?: number | undefined;
  /** All updates of the run, in place of what the spec's data and `train` say. */
  readonly updates?: number | undefined;
  /** The spec's folder, to which its data is relative. */
  readonly baseDir?: string | undefined;
  readonly backend?: BackendName | undefined;
}

/** Writes the file, and gives what it holds. */
export async function step(model: ModelDefinition, options: StepOptions) {
  const open = (path: string) => readSafetensors(readBytes(path, 'NN5005'), path).tensors;
  const { phase, step: name, seed, updates, backend } = options;
  demandWritable(options.out, 0);
  const result = await exactStep(model, {
    weights: options.weights === undefined ? undefined : open(options.weights),
    loaded: options.weights === undefined ? openLoads(model, options.baseDir ?? '.') : undefined,
    batches: options.batches.map(open),
    phase,
    step: name,
    seed,
    updates: updates ?? ((place) => countUpdates(model, place, options.baseDir ?? '.')),
    backend,
    openKernels: openKernelsInNode,
  });
  await writeWhole(options.out, writeSafetensors(result));
  return result;
}

/** All updates of a step that the spec describes; undefined where its data is not there to be counted. */
async function countUpdates(
  model: ModelDefinition,
  { phase, step: own }: Place,
  baseDir: string,
): Promise<number | undefined> {
  const { data, train } = model;
  if (data === undefined) return undefined;
  if (data.format !== 'inline' && !existsSync(resolve(baseDir, data.file ?? ''))) return undefined;
  const source = await openSource(model, { baseDir });
  const rows = rowsOf(source);
  // What a split heeds of classes or of the order leaves its counts as they are.
  const heeding = data.by === undefined ? undefined : heededBy(model, source);
  const { training } = splitRows(rows, data.split, data.seed, heeding);
  return updatesIn(own, Math.ceil(training.length / train.batch), phase.epochs);
}
