/** `openRun`: a run folder as a predictor, by the very file that was trained, which lies in it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isModelDefinition } from '../model.ts';
import type { ModelDefinition } from '../model.ts';
import { createPredictor } from '../predict/predictor.ts';
import type { Predictor, PredictorOptions } from '../predict/predictor.ts';
import { UserError } from '../user-error.ts';
import { readText } from './files.ts';
import { exportsOf } from './generated-file.ts';
import { openModel } from './run-folder.ts';
import { withoutTypes } from './types-off.ts';

export interface OpenRunOptions<M extends ModelDefinition = ModelDefinition> extends PredictorOptions {
  /** `model` of the generated file: types the answers, and stands in for the `model.nn.ts` of the folder. */
  readonly model?: M;
}

/** The model of a folder such as `runs/penguins`, with its weights and what `prep` learned. */
export function openRun<M extends ModelDefinition>(
  folder: string,
  options: OpenRunOptions<M> & { readonly model: M },
): Promise<Predictor<M>>;
export function openRun(folder: string, options?: OpenRunOptions): Promise<Predictor>;
export async function openRun(folder: string, options: OpenRunOptions = {}): Promise<Predictor> {
  const { weights, manifest } = await openModel(folder, undefined);
  if (manifest === undefined)
    throw new UserError('NN5006', `there is no manifest.json in ${folder}`, 'train the model again');
  const model = options.model ?? (await generatedIn(folder));
  return createPredictor(model, { weights, manifest }, options);
}

async function generatedIn(folder: string): Promise<ModelDefinition> {
  const path = join(folder, 'model.nn.ts');
  if (!existsSync(path)) {
    const help =
      "give the model of the generated file: import { model } from './model.nn.ts'; openRun(folder, { model })";
    throw new UserError('NN5006', `there is no model.nn.ts in ${folder}`, help);
  }
  const { model } = exportsOf(await withoutTypes(await readText(path, 'NN5005'), path), path);
  if (!isModelDefinition(model)) throw new UserError('NN5005', `${path} exports no model`, 'train the model again');
  return model;
}
