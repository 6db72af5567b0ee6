/** `nnc step`: one exact step from safetensors files to a safetensors file. */
import { readSafetensors, writeSafetensors } from '../checkpoint/safetensors.ts';
import type { ModelDefinition } from '../model.ts';
import type { BackendName } from '../train/backend.ts';
import { exactStep } from '../train/exact-step.ts';
import { demandWritable, readBytes, writeWhole } from './files.ts';

export interface StepOptions {
  readonly weights?: string | undefined;
  /** One file for each micro-batch. */
  readonly batches: readonly string[];
  readonly out: string;
  readonly seed?: number | undefined;
  readonly updates?: number | undefined;
  readonly backend?: BackendName | undefined;
}

/** Writes the file, and gives what it holds. */
export async function step(model: ModelDefinition, options: StepOptions) {
  const open = (path: string) => readSafetensors(readBytes(path, 'NN5005'), path).tensors;
  const { seed, updates, backend } = options;
  demandWritable(options.out, 0);
  const result = await exactStep(model, {
    weights: options.weights === undefined ? undefined : open(options.weights),
    batches: options.batches.map(open),
    seed,
    updates,
    backend,
  });
  await writeWhole(options.out, writeSafetensors(result));
  return result;
}
