/** A saved model, opened for use: a trainer with its weights, and what was learned about its data. */
import type { DataFacts } from '../data/dataset.ts';
import type { ModelDefinition } from '../model.ts';
import { createTrainer } from '../train/create-trainer.ts';
import type { Trainer } from '../train/trainer.ts';
import { openModel } from './run-folder.ts';
import { runFolder } from './train.ts';
import type { ModelOptions } from './train.ts';

export interface SavedOptions extends ModelOptions {
  /** A file of weights in place of the run's own. */
  readonly weights?: string | undefined;
}

export interface OpenedModel {
  readonly trainer: Trainer;
  /** Absent where the weights came without a manifest; they are then learned from the training rows again. */
  readonly facts: DataFacts | undefined;
}

export async function openTrainer(model: ModelDefinition, options: SavedOptions): Promise<OpenedModel> {
  const { weights, manifest } = await openModel(runFolder(model, options), options.weights);
  const trainer = await createTrainer(model, {
    weights,
    ...(options.backend === undefined ? {} : { backend: options.backend }),
    ...(options.mode === undefined ? {} : { mode: options.mode }),
  });
  return { trainer, facts: manifest === undefined ? undefined : { columns: manifest.columns, prep: manifest.prep } };
}
