/** The files of a run as bytes: weights with their manifest, and the checkpoint that a run goes on from. */
import { UserError } from '../user-error.ts';
import type { FitState } from '../train/fit.ts';
import type { Tensors } from '../train/memory.ts';
import type { HostTensor } from '../train/tensor.ts';
import type { Snapshot } from '../train/trainer.ts';
import { misfit } from './misfit.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import type { SavedTensor } from './safetensors.ts';
import type { Manifest, RunState } from './saved-types.ts';
import { checkManifest, checkRunState } from './validators.ts';

export interface Checkpoint {
  readonly run: RunState;
  readonly snapshot: Snapshot;
  readonly fit: FitState;
  /** The generated file that was run, where it is known. */
  readonly text?: string | undefined;
}

/** Weights by path. */
export const weightsFile = (weights: Tensors): Uint8Array<ArrayBuffer> => writeSafetensors(weights);

/**
 * Weights by path, averages under `ema/`, slots under `state/`, the best epoch's weights under `best/`, the sums of an evaluation under way
 * under `tally/`; as metadata where the run stands, and the generated file.
 */
export function checkpointFile({ run, snapshot, fit, text }: Checkpoint): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, SavedTensor>(snapshot.weights);
  for (const [path, tensor] of snapshot.averages) tensors.set(`ema/${path}`, tensor);
  for (const [path, tensor] of snapshot.slots) tensors.set(`state/${path}`, tensor);
  for (const [path, tensor] of fit.bestWeights ?? []) tensors.set(`best/${path}`, tensor);
  for (const [name, total] of fit.tally?.totals ?? []) tensors.set(`tally/${name}`, total);
  return writeSafetensors(tensors, { nnc: JSON.stringify(run), ...(text === undefined ? {} : { text }) });
}

export function readCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, file);
  const run = json(metadata['nnc'] ?? '');
  if (!checkRunState(run))
    throw new UserError('NN5005', `${file} is not a checkpoint of this version: ${misfit(checkRunState)}`);
  const wrong = contradiction(run);
  if (wrong !== undefined) throw new UserError('NN5005', `${file} contradicts itself: ${wrong}`);
  const part = (prefix: string): ReadonlyMap<string, SavedTensor> =>
    new Map(
      [...tensors].flatMap(([name, tensor]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
      ),
    );
  const weights = new Map([...tensors].filter(([name]) => !/^(ema|state|best|tally)\//.test(name)));
  const best = floats(part('best/'), file);
  const totals = [...part('tally/')].map(
    ([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }] as const,
  );
  return {
    run,
    snapshot: {
      t: run.t,
      microBatches: run.microBatches,
      ...(run.phase === undefined ? {} : { phase: run.phase.at, steps: run.steps }),
      ...(run.plateaus === undefined ? {} : { plateaus: run.plateaus }),
      weights: floats(weights, file),
      averages: floats(part('ema/'), file),
      slots: floats(part('state/'), file),
    },
    fit: {
      epoch: run.epoch,
      batch: run.batch,
      lossSum: run.lossSum,
      rows: run.rows,
      ...(run.phase === undefined ? {} : { phase: run.phase.at, before: run.phase.before, lossSums: run.lossSums }),
      watch: { best: run.best, stale: run.stale },
      bestWeights: best.size > 0 ? best : undefined,
      tally: run.tally === undefined ? undefined : { ...run.tally, totals: new Map(totals) },
    },
    text: metadata['text'],
  };
}

/** What cannot be, if anything: numbers that fit their types and not each other. */
function contradiction(run: RunState): string | undefined {
  const { epoch, epochs, batch, rows, t, microBatches, best, stale, phase, steps } = run;
  if (epoch > epochs + 1) return `it stands in epoch ${epoch} of ${epochs}`;
  if (steps === undefined && t > microBatches) return `it has done ${t} updates with ${microBatches} batches`;
  if (batch > microBatches || batch > rows)
    return `${batch} batches of its epoch are done, of ${microBatches} with ${rows} rows`;
  if (best !== undefined && best.epoch >= epoch)
    return `its best epoch is ${best.epoch}, and it stands in epoch ${epoch}`;
  if (phase !== undefined && phase.before >= epoch)
    return `its phase began after epoch ${phase.before}, and it stands in epoch ${epoch}`;
  if (stale >= epoch) return `it has been without a gain for ${stale} epochs, and stands in epoch ${epoch}`;
  return undefined;
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
    `${file} is not a manifest of this version: ${misfit(checkManifest)}`,
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
