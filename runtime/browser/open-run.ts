/** `openRun` for pages: the files of a run folder at an address, with the generated file of the page's own bundle. */
import { readManifest } from '../checkpoint/run-files.ts';
import type { ModelDefinition } from '../model.ts';
import { createPredictor } from '../predict/predictor.ts';
import type { Predictor, PredictorOptions } from '../predict/predictor.ts';
import { fetched } from './fetched.ts';
import { fetchWeights } from './transfer.ts';

export interface OpenRunOptions<M extends ModelDefinition> extends PredictorOptions {
  /** `model` of the generated file. */
  readonly model: M;
}

/** The model whose `weights.safetensors` and `manifest.json` lie at the address, such as `/runs/penguins`. */
export async function openRun<M extends ModelDefinition>(
  address: string | URL,
  options: OpenRunOptions<M>,
): Promise<Predictor<M>> {
  const folder = String(address).replace(/\/*$/, '/');
  const [weights, manifest] = await Promise.all([
    fetchWeights(`${folder}weights.safetensors`),
    fetched(`${folder}manifest.json`, 'NN5006').then((response) => response.text()),
  ]);
  return createPredictor(
    options.model,
    { weights, manifest: readManifest(manifest, `${folder}manifest.json`) },
    options,
  );
}
