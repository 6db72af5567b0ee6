/** `openRun` for pages: the files of a run folder at an address, with the generated file of the page's own bundle. */
import { readManifest } from '../checkpoint/run-files.ts';
import type { ModelDefinition } from '../model.ts';
import { createPredictor } from '../predict/predictor.ts';
import type { Predictor, PredictorOptions } from '../predict/predictor.ts';
import { UserError } from '../user-error.ts';
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
    fetchText(`${folder}manifest.json`),
  ]);
  return createPredictor(
    options.model,
    { weights, manifest: readManifest(manifest, `${folder}manifest.json`) },
    options,
  );
}

async function fetchText(address: string): Promise<string> {
  const response = await fetch(address);
  if (response.ok) return response.text();
  throw new UserError('NN5006', `${address} cannot be read: ${response.status} ${response.statusText}`);
}
