/** `nnc train`: data, training with progress, checkpoints, and the final figures. */
import { join } from 'node:path';
import { runStateOf } from '../checkpoint/run-state.ts';
import type { DataDigest } from '../checkpoint/saved-types.ts';
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
import type { BackendName } from '../train/backend.ts';
import { createTrainer } from '../train/create-trainer.ts';
import { directionOf } from '../train/early-stopping.ts';
import { epochsFrom } from '../train/fit.ts';
import type { FitState, Measured } from '../train/fit.ts';
import { phasesOf } from '../phases.ts';
import { keeper } from '../train/keeper.ts';
import { rowsFor } from '../train/features.ts';
import type { Rows } from '../train/features.ts';
import type { Mode } from '../train/routine.ts';
import type { Figures, Snapshot, Trainer } from '../train/trainer.ts';
import { UserError } from '../user-error.ts';
import { digestOf } from './data-digest.ts';
import { opener, openSource } from './data.ts';
import { isUnwritable } from './files.ts';
import type { DataOptions } from './data.ts';
import { openKernelsInNode } from './open-kernels.ts';
import { openLoads } from './loads.ts';
import { overfit } from './overfit.ts';
import { checkEpochs, checkSameData, checkSameRun, kernelsOf } from './resume.ts';
import {
  dropOldCheckpoint,
  lookAt,
  makeWay,
  demandCheckpoint,
  openCheckpoint,
  saveCheckpoint,
  saveModel,
} from './run-folder.ts';
import { lockFolder } from './run-lock.ts';
import { demandRoom, saveSomewhere } from './saving.ts';
import { terminalOutput } from './terminal.ts';
import type { TerminalOutput } from './terminal.ts';

export interface ModelOptions extends DataOptions {
  /** Where runs are kept: `runs` in the working folder unless given. */
  readonly runs?: string | undefined;
  /** The run's folder in there: the model's name unless given. */
  readonly run?: string | undefined;
  readonly backend?: BackendName | undefined;
  readonly mode?: Mode | undefined;
  /** Where progress and notes go: standard error unless given. */
  readonly output?: TerminalOutput | undefined;
}

export interface TrainOptions extends ModelOptions {
  readonly seed?: number | undefined;
  /** Goes on from the checkpoint that is in the run's folder. */
  readonly resume?: boolean | undefined;
  /** Trains on so many batches only, and says whether the model can memorise them. Nothing is saved. */
  readonly overfit?: number | undefined;
  /** Ends the run after the update under way; a checkpoint is written. */
  readonly signal?: AbortSignal | undefined;
  /** The generated file: it is kept with the run, and tells whether a run that is to go on is of the same model. */
  readonly text?: string | undefined;
  /** Milliseconds between two checkpoints, as `FitOptions` has it. */
  readonly saveEvery?: number | undefined;
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
  join(options.runs ?? 'runs', options.run ?? model.name);

/** How often the model of a run under way is put in place of an earlier one at most, in milliseconds. */
const modelEvery = 5000;

export async function train(model: ModelDefinition, options: TrainOptions): Promise<TrainOutcome> {
  const output = options.output ?? terminalOutput(process.stderr);
  const folder = runFolder(model, options);
  const asked = { ...options, output, folder };
  if (options.overfit !== undefined) {
    if (options.resume === true) {
      throw new UserError(
        'NN5006',
        '--overfit begins anew and saves nothing, so --resume has nothing to go on with',
        'say one of them',
      );
    }
    return trainIn(model, asked);
  }
  // Before the lock, which makes the folder.
  if (options.resume === true) demandCheckpoint(folder);
  demandRoom(model, folder);
  const release = await lockFolder(folder);
  try {
    return await trainIn(model, asked);
  } finally {
    await release();
  }
}

type Asked = TrainOptions & { readonly output: TerminalOutput; readonly folder: string };

async function trainIn(model: ModelDefinition, options: Asked): Promise<TrainOutcome> {
  const { output, folder } = options;
  const checkpoint = options.resume === true ? await openCheckpoint(folder) : undefined;
  if (checkpoint !== undefined) checkSameRun(model, checkpoint, options);
  const said = checkpoint === undefined ? [] : checkEpochs(model, checkpoint, folder);
  const source = await openSource(model, options);
  const data = loadDataset(model, source, { open: opener(options.baseDir) });
  const digest = digestOf(data);
  if (checkpoint !== undefined) checkSameData(checkpoint.run.data, digest, data.raw.place);
  const kernels = checkpoint === undefined ? undefined : await kernelsOf(checkpoint.run);
  const backend = kernels === undefined ? options.backend : undefined;
  const seed = options.seed ?? checkpoint?.run.seed;
  // A run that goes on has them in its checkpoint.
  const start =
    checkpoint === undefined ? { loaded: openLoads(model, options.baseDir) } : { weights: checkpoint.snapshot.weights };
  try {
    const trainer = await createTrainer(model, {
      units: data.units,
      classWeights: data.classWeights,
      ...start,
      ...(kernels === undefined ? {} : { kernels }),
      ...(backend === undefined ? {} : { backend }),
      openKernels: openKernelsInNode,
      ...(seed === undefined ? {} : { seed }),
      ...(options.mode === undefined ? {} : { mode: options.mode }),
    });
    try {
      if (source.kind === 'table') for (const line of columnLines(source.table, data.facts.columns)) output.line(line);
      if (source.kind === 'fields')
        for (const line of columnLines(source.fields, data.facts.columns)) output.line(line);
      introduce(model, trainer, data, output);
      for (const line of said) output.line(line);
      if (options.overfit !== undefined) return await overfit(trainer, data, options.overfit, options);
      return await run(trainer, data, digest, checkpoint, options);
    } finally {
      output.end();
      trainer.dispose();
    }
  } finally {
    kernels?.dispose();
  }
}

async function run(
  trainer: Trainer,
  data: Dataset,
  digest: DataDigest,
  checkpoint: Checkpoint | undefined,
  options: Asked,
): Promise<TrainOutcome> {
  const { model } = trainer;
  const { output, folder, text, saveEvery, signal } = options;
  const { batch } = model.train;
  const { training } = data.parts;

  const saveState = (state: FitState, snapshot: Snapshot, finished = false, into = folder): Promise<void> =>
    saveCheckpoint(into, { run: runStateOf(trainer, state, snapshot, digest, finished), snapshot, fit: state, text });

  // A run under way outlives a disk that is full for a while.
  let failing = false;
  const meanwhile = async (save: Promise<void>): Promise<void> => {
    try {
      await save;
      failing = false;
    } catch (error) {
      if (!isUnwritable(error)) throw error;
      if (!failing) output.line(`warning: ${error.message}; the run goes on, and will try again`);
      failing = true;
    }
  };

  const before = checkpoint === undefined ? await makeWay(folder, model) : await lookAt(folder);
  for (const line of before.said) output.line(line);
  if (checkpoint === undefined) await meanwhile(saveState(untrained, await trainer.snapshot()));
  else {
    trainer.restore(checkpoint.snapshot);
    output.line(goingOn(model, checkpoint.fit));
  }
  const patient = phasesOf(model).filter(
    ({ patience, monitor }) => patience !== undefined && !monitor.endsWith('loss'),
  );
  for (const kept of new Set(patient.map((phase) => `${directionOf(phase)} ${phase.monitor}`)))
    output.line(`keeping the weights of the ${kept}`);
  let figures: Figures = {};
  let modelSaved = performance.now();
  let last: Snapshot | undefined;

  /** The best weights so far. A finished model gives way only to another one. */
  const saveUnfinished = async (state: FitState, epoch: number, into = folder): Promise<void> => {
    if (before.finished && into === folder) return;
    const weights = state.bestWeights ?? (await trainer.weights());
    const at = { t: trainer.progress.t, epoch: state.watch.best?.epoch ?? epoch, finished: false, figures };
    await saveModel(into, weights, manifestOf(trainer, data, at), text);
  };

  const { elements, ports } = await rowsFor(trainer, data.elements);
  const shown = progress(output, () => performance.now());
  const result = await trainer.fit(
    (epoch) => batchesOf(elements, ports, shuffled(training, trainer.seed, epoch), batch),
    {
      batchesPerEpoch: Math.ceil(training.length / batch),
      measured: measuredOf(model, data, { elements, ports }),
      signal,
      start: checkpoint?.fit,
      saveEvery,
      onSave(state, snapshot) {
        last = snapshot;
        return meanwhile(saveState(state, snapshot));
      },
      onStep: shown.step,
      onWarning: (message) => output.line(`warning: ${message}`),
      async onEpoch(report) {
        ({ figures } = report);
        shown.epoch(report);
        if (performance.now() - modelSaved < modelEvery) return;
        await meanwhile(saveUnfinished(report.state, report.epoch));
        modelSaved = performance.now();
      },
    },
  );
  const { t } = trainer.progress;
  const interrupted = async (state: FitState): Promise<TrainOutcome> => {
    await saveSomewhere(folder, async (into) => {
      if (last !== undefined && (failing || into !== folder)) await saveState(state, last, false, into);
      if (result.epoch > 0) await saveUnfinished(state, result.epoch, into);
    });
    const where = result.interrupted ? `in epoch ${state.epoch}` : 'in the last evaluation';
    output.line(`interrupted ${where}; saved to ${folder}, go on with --resume`);
    return { interrupted: true, epoch: result.epoch, t, figures: undefined, part: 'none', folder };
  };
  if (result.interrupted) return interrupted(result.state);

  const part = evaluationPart(data.parts);
  const kept = keeper(trainer, { saveEvery, onSave: (state, snapshot) => meanwhile(saveState(state, snapshot)) });
  let { state } = result;
  try {
    figures = await trainer.evaluate(batchesOf(elements, ports, part.rows, batch), {
      signal,
      start: state.tally,
      async onBatch(tally) {
        state = { ...state, tally };
        if (kept.due()) await kept.save(state, last);
      },
    });
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error;
    await kept.save(state, last);
    return interrupted(state);
  }
  await saveSomewhere(folder, async (into) => {
    const at = { t, epoch: result.epoch, finished: true, figures };
    await saveModel(into, await trainer.weights(), manifestOf(trainer, data, at), text);
    if (last !== undefined) await saveState({ ...state, tally: undefined }, last, true, into);
  });
  await dropOldCheckpoint(folder);
  if (result.epoch < result.state.epoch - 1) output.line(`kept the weights of epoch ${result.epoch}, the best`);
  output.line(`${part.name} (${countText(part.rows.length)} rows): ${figuresText(figures)}`);
  output.line(`saved to ${folder}`);
  return { interrupted: false, epoch: result.epoch, t, figures, part: part.name, folder };
}

/** Where a run stands before its first batch: whoever kills it then goes on with it, and not with an earlier one. */
const untrained: FitState = { epoch: 1, batch: 0, lossSum: 0, rows: 0, watch: { stale: 0 } };

function goingOn(model: ModelDefinition, state: FitState): string {
  const { epoch, batch, tally, phase = 0 } = state;
  const phases = phasesOf(model);
  const isLast = phase === phases.length - 1;
  if (isLast && epoch > epochsFrom(phases, state)) return 'going on with the last evaluation';
  return `going on from epoch ${epoch}, ${tally !== undefined && batch > 0 ? 'in its evaluation' : `batch ${batch + 1}`}`;
}

/** After each epoch: the validation part, or the training rows where there is none and the spec names metrics. */
function measuredOf(model: ModelDefinition, data: Dataset, { elements, ports }: Rows): Measured<ModelDefinition> {
  const { validation, training } = data.parts;
  const watched = validation.length > 0 ? validation : training;
  return {
    prefix: validation.length > 0 ? 'val_' : '',
    batches: () => batchesOf(elements, ports, watched, model.train.batch),
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
