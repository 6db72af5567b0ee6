/** A saved model, opened for use: its rows as they were prepared in training, and a trainer with its weights. */
import { dirname } from 'node:path';
import { loadDataset, unitsOf } from '../data/dataset.ts';
import type { Dataset, Source } from '../data/dataset.ts';
import type { FittedPrep } from '../data/prep.ts';
import type { ModelDefinition } from '../model.ts';
import { createTrainer } from '../train/create-trainer.ts';
import { demandFit } from '../train/memory.ts';
import { mergeHint } from '../pairs.ts';
import { specsOf } from '../tables.ts';
import type { Trainer } from '../train/trainer.ts';
import type { Units } from '../train/units.ts';
import { UserError } from '../user-error.ts';
import { openKernelsInNode } from './open-kernels.ts';
import { opener, openSource } from './data.ts';
import { changeSince } from './changed-spec.ts';
import { openModel } from './run-folder.ts';
import type { SavedModel } from './run-folder.ts';
import { terminalOutput } from './terminal.ts';
import { runFolder } from './train.ts';
import type { ModelOptions } from './train.ts';

export interface SavedOptions extends ModelOptions {
  /** A file of weights in place of the run's own. */
  readonly weights?: string | undefined;
  /** Of random numbers, in place of the run's own. */
  readonly seed?: number | undefined;
}

export interface OpenedModel {
  readonly trainer: Trainer;
  readonly data: Dataset;
  readonly source: Source;
}

/** `purpose: 'predict'` reads no target, unless `prep` has to be fitted again for want of a manifest. */
export async function openTrainer(
  model: ModelDefinition,
  options: SavedOptions,
  purpose: 'evaluate' | 'predict',
): Promise<OpenedModel> {
  const saved = await openOwn(model, options);
  const { manifest } = saved;
  const whole = options.data !== undefined;
  const source = await openSource(model, options);
  const data = loadDataset(model, source, {
    facts: manifest === undefined ? undefined : { columns: manifest.columns, prep: manifest.prep },
    inputsOnly: purpose === 'predict' && (manifest !== undefined || whole),
    whole,
    open: opener(options.baseDir),
  });
  if (data.warnings.length > 0) {
    const output = options.output ?? terminalOutput(process.stderr);
    for (const warning of data.warnings) output.line(`warning: ${warning}`);
  }
  return { trainer: await trainerOf(model, saved, options, data.units), data, source };
}

/** For predictions that read no data: they are of noise alone. */
export async function openGenerator(
  model: ModelDefinition,
  options: SavedOptions,
): Promise<{ readonly trainer: Trainer; readonly prep: readonly FittedPrep[] }> {
  const saved = await openOwn(model, options);
  const prep = saved.manifest?.prep ?? [];
  return { trainer: await trainerOf(model, saved, options, unitsOf(model, prep)), prep };
}

/** The saved weights, which are the model's. Says what has changed in the spec since. */
export async function openOwn(model: ModelDefinition, options: SavedOptions): Promise<SavedModel> {
  const saved = await openModel(runFolder(model, options), options.weights);
  const change = await demandOwnWeights(model, saved, options);
  if (change !== undefined) (options.output ?? terminalOutput(process.stderr)).line(`warning[NN5014]: ${change}`);
  return saved;
}

function trainerOf(
  model: ModelDefinition,
  { weights, manifest }: SavedModel,
  { backend, mode, seed = manifest?.seed }: SavedOptions,
  units: Units,
): Promise<Trainer> {
  return createTrainer(model, {
    weights,
    units,
    openKernels: openKernelsInNode,
    ...(backend === undefined ? {} : { backend }),
    ...(mode === undefined ? {} : { mode }),
    ...(seed === undefined ? {} : { seed }),
  });
}

/** Throws NN5004 where the weights are not the model's; gives what has changed in the spec since, if anything has. */
async function demandOwnWeights(
  model: ModelDefinition,
  { weights, manifest }: SavedModel,
  options: SavedOptions,
): Promise<string | undefined> {
  const folder = options.weights === undefined ? runFolder(model, options) : dirname(options.weights);
  const change = await changeSince(manifest?.source, model.source, folder);
  try {
    demandFit(model, weights);
  } catch (error) {
    if (change === undefined || !(error instanceof UserError)) throw error;
    const hint = mergeHint(weights.keys(), specsOf(model.parameters));
    throw new UserError(
      error.code,
      `${error.message}\n${change}`,
      hint ?? 'train the model again, or take the spec back',
    );
  }
  return change;
}
