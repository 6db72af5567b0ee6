/** `nnc train`: data, training with progress, checkpoints, and the final figures. */
import { join } from 'node:path';
import type { RunState } from '../checkpoint/saved-types.ts';
import type { Checkpoint } from '../checkpoint/run-files.ts';
import { batchesOf, shuffled } from '../data/batches.ts';
import { columnLines } from '../data/column-lines.ts';
import { loadDataset } from '../data/dataset.ts';
import type { Dataset } from '../data/dataset.ts';
import { evaluationPart } from '../data/split.ts';
import { baselineLine, countText, figuresText } from '../logging/format.ts';
import { progress } from '../logging/progress.ts';
import { baselines } from '../metrics/baseline.ts';
import type { ModelDefinition } from '../model.ts';
import { isBackend } from '../kernels/backends.ts';
import type { BackendName } from '../train/backend.ts';
import { createTrainer } from '../train/create-trainer.ts';
import { directionOf } from '../train/early-stopping.ts';
import type { FitState, Measured } from '../train/fit.ts';
import type { Mode } from '../train/routine.ts';
import type { Figures, Trainer } from '../train/trainer.ts';
import { UserError } from '../user-error.ts';
import { openSource } from './data.ts';
import type { DataOptions } from './data.ts';
import { overfit } from './overfit.ts';
import { isUnwritable } from './files.ts';
import { dropCheckpoint, openCheckpoint, saveCheckpoint, saveModel } from './run-folder.ts';
import { demandRoom, saveSomewhere } from './saving.ts';
import { terminalOutput } from './terminal.ts';
import type { TerminalOutput } from './terminal.ts';

export interface ModelOptions extends DataOptions {
  /** Where runs are kept: `runs` in the working folder unless given. */
  readonly runs?: string | undefined;
  readonly backend?: BackendName | undefined;
  readonly mode?: Mode | undefined;
  /** Where progress and notes go: standard error unless given. */
  readonly output?: TerminalOutput | undefined;
}

export interface TrainOptions extends ModelOptions {
  readonly seed?: number | undefined;
  /** Goes on from the checkpoint of an interrupted run. */
  readonly resume?: boolean | undefined;
  /** Trains on so many batches only, and says whether the model can memorise them. Nothing is saved. */
  readonly overfit?: number | undefined;
  /** Ends the run after the update under way; a checkpoint is written. */
  readonly signal?: AbortSignal | undefined;
}

export interface TrainOutcome {
  readonly interrupted: boolean;
  /** The epoch whose weights were kept, and the updates done. */
  readonly epoch: number;
  readonly t: number;
  /** On the rows that `eval` uses, unless the run was interrupted. */
  readonly figures: Figures | undefined;
  readonly part: string;
  readonly folder: string;
}

export const runFolder = (model: ModelDefinition, options: ModelOptions): string =>
  join(options.runs ?? 'runs', model.name);

/** How often a run under way is saved at most, in milliseconds. */
const saveEvery = 5000;

export async function train(model: ModelDefinition, options: TrainOptions): Promise<TrainOutcome> {
  const output = options.output ?? terminalOutput(process.stderr);
  const folder = runFolder(model, options);
  const source = await openSource(model, options);
  const data = loadDataset(model, source);
  const checkpoint = options.resume === true ? await openCheckpoint(folder) : undefined;
  if (checkpoint !== undefined) checkSameRun(model, checkpoint.run, options);
  if (options.overfit === undefined) demandRoom(model, folder);
  const backend = options.backend ?? backendOf(checkpoint?.run.backend);
  const seed = options.seed ?? checkpoint?.run.seed;
  const trainer = await createTrainer(model, {
    units: data.units,
    ...(backend === undefined ? {} : { backend }),
    ...(seed === undefined ? {} : { seed }),
    ...(options.mode === undefined ? {} : { mode: options.mode }),
  });
  try {
    if (source.kind === 'table') for (const line of columnLines(source.table, data.facts.columns)) output.line(line);
    introduce(model, trainer, data, output);
    if (options.overfit !== undefined)
      return await overfit(trainer, data, options.overfit, { ...options, output, folder });
    return await run(trainer, data, checkpoint, { ...options, output, folder });
  } finally {
    output.end();
    trainer.dispose();
  }
}

async function run(
  trainer: Trainer,
  data: Dataset,
  checkpoint: Checkpoint | undefined,
  options: TrainOptions & { readonly output: TerminalOutput; readonly folder: string },
): Promise<TrainOutcome> {
  const { model } = trainer;
  const { output, folder } = options;
  const { batch, epochs, patience } = model.train;
  const ports = { ...model.inputs, ...model.targets };
  const { training } = data.parts;
  if (checkpoint !== undefined) {
    trainer.restore(checkpoint.snapshot);
    output.line(`going on from epoch ${checkpoint.fit.epoch}, batch ${checkpoint.fit.batch + 1}`);
  }
  const { monitor, best } = model.train;
  if (patience !== undefined && !monitor.endsWith('loss')) {
    output.line(`keeping the weights of the ${directionOf({ monitor, best })} ${monitor}`);
  }
  let saved = performance.now();
  let warned = false;
  let figures: Figures = {};

  const save = async (state: FitState, finished: boolean, epoch: number, into = folder): Promise<void> => {
    const snapshot = await trainer.snapshot();
    const weights = state.bestWeights ?? snapshot.weights;
    await saveModel(into, weights, manifestOf(trainer, data, { t: snapshot.t, epoch, finished, figures }));
    if (finished) await dropCheckpoint(into);
    else await saveCheckpoint(into, { run: runStateOf(trainer, state), snapshot, fit: state });
  };
  // A run under way outlives a disk that is full for a while.
  const saveMeanwhile = async (state: FitState, epoch: number): Promise<void> => {
    try {
      await save(state, false, epoch);
      warned = false;
    } catch (error) {
      if (!isUnwritable(error)) throw error;
      if (!warned) output.line(`warning: ${error.message}; the run goes on, and will try again`);
      warned = true;
    }
    saved = performance.now();
  };

  const shown = progress(output, () => performance.now());
  const result = await trainer.fit(
    (epoch) => batchesOf(data.elements, ports, shuffled(training, trainer.seed, epoch), batch),
    {
      epochs,
      patience,
      batchesPerEpoch: Math.ceil(training.length / batch),
      measured: measuredOf(model, data),
      signal: options.signal,
      start: checkpoint?.fit,
      onStep: shown.step,
      onWarning: (message) => output.line(`warning: ${message}`),
      async onEpoch(report) {
        ({ figures } = report);
        shown.epoch(report);
        if (performance.now() - saved > saveEvery)
          await saveMeanwhile(report.state, report.state.watch.best?.epoch ?? report.epoch);
      },
    },
  );
  const t = trainer.progress.t;
  if (result.interrupted) {
    const epoch = result.state.watch.best?.epoch ?? result.epoch;
    await saveSomewhere(folder, (into) => save(result.state, false, epoch, into));
    output.line(`interrupted in epoch ${result.state.epoch}; saved to ${folder}, go on with --resume`);
    return { interrupted: true, epoch: result.epoch, t, figures: undefined, part: 'none', folder };
  }
  const part = evaluationPart(data.parts);
  figures = await trainer.evaluate(batchesOf(data.elements, ports, part.rows, batch));
  await saveSomewhere(folder, (into) => save(result.state, true, result.epoch, into));
  if (result.epoch < result.state.epoch - 1) output.line(`kept the weights of epoch ${result.epoch}, the best`);
  output.line(`${part.name} (${countText(part.rows.length)} rows): ${figuresText(figures)}`);
  output.line(`saved to ${folder}`);
  return { interrupted: false, epoch: result.epoch, t, figures, part: part.name, folder };
}

/** After each epoch: the validation part, or the training rows where there is none and the spec names metrics. */
function measuredOf(model: ModelDefinition, data: Dataset): Measured<ModelDefinition> {
  const { validation, training } = data.parts;
  const watched = validation.length > 0 ? validation : training;
  const ports = { ...model.inputs, ...model.targets };
  return {
    prefix: validation.length > 0 ? 'val_' : '',
    batches: () => batchesOf(data.elements, ports, watched, model.train.batch),
  };
}

function introduce(model: ModelDefinition, trainer: Trainer, data: Dataset, output: TerminalOutput): void {
  const { training, validation, test } = data.parts;
  const part = evaluationPart(data.parts);
  for (const baseline of baselines(model, data, part.rows)) {
    output.line(baselineLine(baseline, part.name === 'all' ? 'training' : part.name));
  }
  const parts = [
    `${countText(training.length)} rows to train on`,
    ...(validation.length > 0 ? [`${countText(validation.length)} to validate`] : []),
    ...(test.length > 0 ? [`${countText(test.length)} to test`] : []),
  ];
  output.line(`${model.name}: ${parts.join(', ')}; ${trainer.backend} (${trainer.kernelSet}), seed ${trainer.seed}`);
  for (const warning of data.warnings) output.line(`warning: ${warning}`);
}

function manifestOf(
  trainer: Trainer,
  data: Dataset,
  at: { readonly t: number; readonly epoch: number; readonly finished: boolean; readonly figures: Figures },
) {
  const { name, source } = trainer.model;
  const figures = Object.fromEntries(
    Object.entries(at.figures).map(([figure, value]) => [figure, Number.isFinite(value) ? value : null]),
  );
  const { backend, kernelSet, seed } = trainer;
  return { format: 1 as const, model: name, source, backend, kernelSet, seed, ...at, figures, ...data.facts };
}

function runStateOf(trainer: Trainer, fit: FitState): RunState {
  const { model, backend, kernelSet, seed, progress: at } = trainer;
  const { epoch, batch, lossSum, rows, watch } = fit;
  return {
    format: 1,
    hash: model.source.hash,
    settings: model.source.settings,
    backend,
    kernelSet,
    seed,
    epochs: model.train.epochs,
    ...at,
    epoch,
    batch,
    lossSum,
    rows,
    stale: watch.stale,
    ...(watch.best === undefined ? {} : { best: watch.best }),
  };
}

/** Only the same text, settings, seed and backend give the numbers of an uninterrupted run. */
function checkSameRun(model: ModelDefinition, run: RunState, options: TrainOptions): void {
  const settings = (record: Readonly<Record<string, number>>): string => JSON.stringify(Object.entries(record).sort());
  const different = [
    ...(run.hash === model.source.hash ? [] : ['the spec was changed']),
    ...(settings(run.settings) === settings(model.source.settings) ? [] : ['--set is different']),
    ...(options.seed === undefined || options.seed === run.seed ? [] : [`its seed is ${run.seed}`]),
    ...(options.backend === undefined || options.backend === 'auto' || options.backend === run.backend
      ? []
      : [`its backend is ${run.backend}`]),
  ];
  if (different.length === 0) return;
  throw new UserError(
    'NN5008',
    `the saved run is not this one: ${different.join(', ')}`,
    'start a new one without --resume',
  );
}

function backendOf(name: string | undefined): BackendName | undefined {
  return name !== undefined && isBackend(name) ? name : undefined;
}
