/** Where a run stands, as the metadata of its checkpoint say it beside the tensors. */
import type { FitState } from '../train/fit.ts';
import type { Snapshot, Trainer } from '../train/trainer.ts';
import type { DataDigest, RunState } from './saved-types.ts';

export function runStateOf(
  trainer: Trainer,
  fit: FitState,
  { t, microBatches, phase: at, steps, plateaus }: Snapshot,
  data: DataDigest,
  finished: boolean,
): RunState {
  const { model, backend, kernelSet, seed } = trainer;
  const { epoch, batch, lossSum, rows, watch, tally, before, lossSums } = fit;
  return {
    format: 2,
    file: model.source.file,
    hash: model.source.hash,
    settings: model.source.settings,
    backend,
    kernelSet,
    seed,
    epochs: model.train.epochs,
    t,
    microBatches,
    epoch,
    batch,
    lossSum,
    rows,
    stale: watch.stale,
    ...(watch.best === undefined ? {} : { best: watch.best }),
    ...(at === undefined || steps === undefined
      ? {}
      : { phase: { at, before: before ?? 0 }, steps, lossSums: lossSums ?? {} }),
    ...(plateaus === undefined ? {} : { plateaus }),
    ...(tally === undefined ? {} : { tally: { batches: tally.batches, rows: tally.rows } }),
    data,
    finished,
  };
}
