/** The files of a run as bytes: weights with their manifest, and the checkpoint that a run goes on from. */
import { UserError } from '../user-error.ts';
import type { FitState } from '../train/fit.ts';
import type { Tensors } from '../train/memory.ts';
import type { HostTensor } from '../train/tensor.ts';
import type { Snapshot } from '../train/trainer.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import type { SavedTensor } from './safetensors.ts';
import type { Manifest, RunState } from './saved-types.ts';
import { checkManifest, checkRunState } from './validators.ts';

export interface Checkpoint {
  readonly run: RunState;
  readonly snapshot: Snapshot;
  readonly fit: FitState;
}

/** Weights by path. */
export const weightsFile = (weights: Tensors): Uint8Array<ArrayBuffer> => writeSafetensors(weights);

/** Weights by path, slots under `state/`, the best epoch's weights under `best/`, and where the run stands as metadata. */
export function checkpointFile(run: RunState, snapshot: Snapshot, fit: FitState): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, SavedTensor>(snapshot.weights);
  for (const [path, tensor] of snapshot.slots) tensors.set(`state/${path}`, tensor);
  for (const [path, tensor] of fit.bestWeights ?? []) tensors.set(`best/${path}`, tensor);
  return writeSafetensors(tensors, { nnc: JSON.stringify(run) });
}

export function readCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, file);
  const run = json(metadata['nnc'] ?? '');
  if (!checkRunState(run))
    throw new UserError('NN5005', `${file} is not a checkpoint of this version${reason(checkRunState.errors)}`);
  const under = (prefix: string): Map<string, HostTensor> =>
    new Map(
      [...floats(tensors, file)].flatMap(([name, tensor]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
      ),
    );
  const weights = new Map([...floats(tensors, file)].filter(([name]) => !/^(state|best)\//.test(name)));
  const best = under('best/');
  return {
    run,
    snapshot: { t: run.t, microBatches: run.microBatches, weights, slots: under('state/') },
    fit: {
      epoch: run.epoch,
      batch: run.batch,
      lossSum: run.lossSum,
      rows: run.rows,
      watch: { best: run.best, stale: run.stale },
      bestWeights: best.size > 0 ? best : undefined,
    },
  };
}

/** The tensors in single precision, which parameters and slots have. */
export function floats(tensors: ReadonlyMap<string, SavedTensor>, file: string): Map<string, HostTensor> {
  return new Map(
    [...tensors].map(([name, { shape, data }]) => {
      if (data instanceof Int32Array)
        throw new UserError('NN5004', `\`${name}\` in ${file} holds integers, not numbers of type F32`);
      return [name, { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) }] as const;
    }),
  );
}

export const manifestFile = (manifest: Manifest): string => `${JSON.stringify(manifest, undefined, 2)}\n`;

export function readManifest(text: string, file: string): Manifest {
  const manifest = json(text);
  if (checkManifest(manifest)) return manifest;
  throw new UserError(
    'NN5005',
    `${file} is not a manifest of this version${reason(checkManifest.errors)}`,
    'train the model again',
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reason(
  errors: readonly { readonly instancePath: string; readonly message?: string }[] | null | undefined,
): string {
  const [error] = errors ?? [];
  return error === undefined ? '' : `: ${error.instancePath === '' ? 'it' : error.instancePath} ${error.message ?? ''}`;
}
