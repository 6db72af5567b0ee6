/** The training loop: epochs over batches, figures, early stopping, interruption. */
import type { ModelDefinition } from '../model.ts';
import { updatesOfRun } from './updates.ts';
import { UserError } from '../user-error.ts';
import { observe, shouldStop } from './early-stopping.ts';
import type { Best, Watch, WatchState } from './early-stopping.ts';
import type { Tensors } from './memory.ts';
import { keeper } from './keeper.ts';
import type { Keeper } from './keeper.ts';
import type { Tally } from './tally.ts';
import { turnTaker } from './turns.ts';
import type { Batches, BatchOf, Figures, Snapshot, Step, Trainer } from './trainer.ts';

/** Where a fit stands: enough to go on to the same numbers. */
export interface FitState {
  /** The epoch that comes next or is under way, from 1. */
  readonly epoch: number;
  /** Batches of it that are done. */
  readonly batch: number;
  /** Of those: the sum of loss · rows, and the rows. */
  readonly lossSum: number;
  readonly rows: number;
  readonly watch: WatchState;
  /** Parameters and states after the best epoch, where `patience` asks for them. */
  readonly bestWeights?: Tensors | undefined;
  /** Where all batches of the epoch are done: how far its evaluation is. */
  readonly tally?: Tally | undefined;
}

export interface StepReport {
  readonly epoch: number;
  readonly epochs: number;
  /** Batches of this epoch that are done, and all of them if that is known. */
  readonly batch: number;
  readonly batches: number | undefined;
  /** The mean over the epoch's rows so far, as far as losses have been read. */
  readonly loss: number;
  readonly examplesPerSecond: number;
}

export interface EpochReport {
  readonly epoch: number;
  readonly epochs: number;
  /** `loss`, then what evaluation gave: `val_loss`, `val_accuracy`, … */
  readonly figures: Figures;
  readonly examplesPerSecond: number;
  /** Whether the monitored figure was never better. */
  readonly best: boolean;
  readonly state: FitState;
}

/** What is evaluated after each epoch, and what is put before its figures' names. */
export interface Measured<M extends ModelDefinition> {
  readonly prefix: string;
  readonly batches: () => AsyncIterable<BatchOf<M>> | Iterable<BatchOf<M>>;
}

export interface FitOptions<M extends ModelDefinition = ModelDefinition> {
  readonly epochs?: number;
  readonly measured?: Measured<M> | undefined;
  /** The spec's own where something is measured. */
  readonly patience?: number | undefined;
  readonly monitor?: string;
  readonly best?: Best | undefined;
  /** Batches of an epoch; a schedule needs it, unless the trainer was told all `updates`. */
  readonly batchesPerEpoch?: number;
  /** Ends the run after the update under way, or after the batch of an evaluation. */
  readonly signal?: AbortSignal | undefined;
  readonly start?: FitState | undefined;
  /**
   * Given all that is needed to go on from here: after an update, between batches of an evaluation, and once more at
   * the run's end, before the best weights come back. Awaited; the run stands still meanwhile.
   */
  readonly onSave?: (state: FitState, snapshot: Snapshot) => void | Promise<void>;
  /** Milliseconds between two calls of `onSave`: 5000 unless given, and more where it takes long; 0: at every chance. */
  readonly saveEvery?: number | undefined;
  readonly onStep?: (report: StepReport) => void;
  /** Awaited. Answers `stop` to end the run. */
  readonly onEpoch?: (report: EpochReport) => void | 'stop' | Promise<void | 'stop'>;
  readonly onWarning?: (message: string) => void;
}

export interface FitResult {
  readonly interrupted: boolean;
  readonly state: FitState;
  /** Of the last epoch that was finished. */
  readonly figures: Figures;
  /** The epoch whose weights the trainer has now. */
  readonly epoch: number;
}

/** Losses that may be on their way while steps go on. */
const readAhead = 16;

const fresh: FitState = { epoch: 1, batch: 0, lossSum: 0, rows: 0, watch: { stale: 0 } };

export async function fit<M extends ModelDefinition>(
  trainer: Trainer<M>,
  source: Batches<M>,
  options: FitOptions<M>,
): Promise<FitResult> {
  const { model } = trainer;
  const epochs = options.epochs ?? model.train.epochs;
  const watch: Watch = {
    monitor: options.monitor ?? model.train.monitor,
    best: options.best ?? model.train.best,
    patience: options.patience ?? (options.measured === undefined ? undefined : model.train.patience),
  };
  if (watch.patience !== undefined && watch.monitor.startsWith('val_') && options.measured?.prefix !== 'val_') {
    throw new UserError(
      'NN5010',
      `\`patience\` watches ${watch.monitor}, but there is no validation part`,
      'give `data` a split with a validation part, or monitor=loss',
    );
  }
  if (options.batchesPerEpoch !== undefined) {
    trainer.setUpdates(updatesOfRun(model, options.batchesPerEpoch, epochs));
  }
  let state = options.start ?? fresh;
  let figures: Figures = {};
  const run: Run<M> = { trainer, source, epochs, options, takeTurn: turnTaker(), keeper: keeper(trainer, options) };
  const interrupted = (): boolean => options.signal?.aborted === true;

  while (state.epoch <= epochs && !interrupted() && !shouldStop(watch, state.watch)) {
    const { epoch } = state;
    const begun = performance.now();
    const before = state.rows;
    const trained = await runEpoch(run, state);
    state = trained.state;
    if (!trained.whole) break;
    const examplesPerSecond = (1000 * (state.rows - before)) / (performance.now() - begun);
    const measured = await measure(run, state);
    state = measured.state;
    if (measured.figures === undefined) break;
    figures = { loss: state.lossSum / state.rows, ...measured.figures };
    const seen = watch.monitor in figures || watch.patience !== undefined;
    const watched = seen ? observe(watch, state.watch, epoch, figures) : state.watch;
    const best = seen && watched.best?.epoch === epoch;
    const bestWeights = best && watch.patience !== undefined ? await trainer.weights() : state.bestWeights;
    state = { epoch: epoch + 1, batch: 0, lossSum: 0, rows: 0, watch: watched, bestWeights };
    if ((await options.onEpoch?.({ epoch, epochs, figures, examplesPerSecond, best, state })) === 'stop') break;
  }
  if (run.keeper.wanted) await run.keeper.save(state);
  const ended = !interrupted() || state.epoch > epochs || shouldStop(watch, state.watch);
  if (ended && state.bestWeights !== undefined) trainer.setWeights(state.bestWeights);
  const restored = ended && state.bestWeights !== undefined ? state.watch.best?.epoch : undefined;
  return { interrupted: !ended, state, figures, epoch: restored ?? state.epoch - 1 };
}

/** What does not change while a fit goes on. */
interface Run<M extends ModelDefinition> {
  readonly trainer: Trainer<M>;
  readonly source: Batches<M>;
  readonly epochs: number;
  readonly options: FitOptions<M>;
  readonly takeTurn: () => Promise<boolean>;
  readonly keeper: Keeper;
}

/** The batches of an epoch from where the state stands, and whether they are all done. */
async function runEpoch<M extends ModelDefinition>(
  { trainer, source, epochs, options, takeTurn, keeper: kept }: Run<M>,
  from: FitState,
): Promise<{ readonly state: FitState; readonly whole: boolean }> {
  const { epoch } = from;
  // A tally before the first batch is that of an evaluation after the last epoch of a shorter run.
  const start = from.batch === 0 ? { ...from, tally: undefined } : from;
  const pending: { readonly step: Step; readonly batch: number; readonly loss: Promise<number> }[] = [];
  let { batch, lossSum, rows } = start;
  const begun = performance.now();
  let done = 0;

  const settle = async (left: number): Promise<void> => {
    while (pending.length > left) {
      const next = pending.shift();
      if (next === undefined) return;
      const loss = await next.loss;
      if (!Number.isFinite(loss)) throw notANumber(loss, epoch, next.batch);
      if (epoch === 1 && next.batch === 1) warnOfFirstLoss(trainer.model, loss, options);
      lossSum += loss * next.step.rows;
      rows += next.step.rows;
    }
  };

  /** Where the run stands, once every loss so far is known. */
  const stateNow = async (): Promise<FitState> => {
    await settle(0);
    return { ...start, batch, lossSum, rows };
  };

  let skip = start.batch;
  for await (const values of typeof source === 'function' ? source(epoch) : source) {
    if (skip-- > 0) continue;
    const step = await trainer.trainStep(values);
    batch += 1;
    done += step.rows;
    pending.push({ step, batch, loss: step.loss });
    await settle(readAhead);
    if (await takeTurn()) {
      options.onStep?.({
        epoch,
        epochs,
        batch,
        batches: options.batchesPerEpoch,
        loss: lossSum / rows,
        examplesPerSecond: (1000 * done) / (performance.now() - begun),
      });
    }
    if (!step.updated) continue;
    if (options.signal?.aborted === true) return { state: await stateNow(), whole: false };
    if (kept.due()) await kept.save(await stateNow());
  }
  if (batch === 0) {
    throw new UserError(
      'NN5001',
      `epoch ${epoch} brought no batch`,
      'give an iterable that starts anew for each epoch, or a function that makes one',
    );
  }
  await trainer.finishGroup();
  return { state: await stateNow(), whole: true };
}

/** The figures of an epoch whose batches are done; none where the run was interrupted, and then how far they are. */
async function measure<M extends ModelDefinition>(
  { trainer, options, keeper: kept }: Run<M>,
  start: FitState,
): Promise<{ readonly state: FitState; readonly figures?: Figures }> {
  const { measured, signal } = options;
  if (measured === undefined) return { state: start, figures: {} };
  // An evaluation changes nothing that is saved, and the trainer is not to be called in its midst.
  const snapshot = kept.wanted ? await trainer.snapshot() : undefined;
  let state = start;
  try {
    const figures = await trainer.evaluate(measured.batches(), {
      signal,
      start: start.tally,
      async onBatch(tally) {
        state = { ...start, tally };
        if (kept.due()) await kept.save(state, snapshot);
      },
    });
    return { state, figures: named(figures, measured.prefix) };
  } catch (error) {
    if (signal?.aborted === true && error === signal.reason) return { state };
    throw error;
  }
}

/** Without a prefix they stand beside the training loss, which keeps its name. */
function named(figures: Figures, prefix: string): Figures {
  const kept = Object.entries(figures).filter(([name]) => prefix !== '' || name !== 'loss');
  return Object.fromEntries(kept.map(([name, value]) => [`${prefix}${name}`, value]));
}

function notANumber(loss: number, epoch: number, batch: number): UserError {
  return new UserError(
    'NN5003',
    `the loss became ${loss} in epoch ${epoch}, batch ${batch}`,
    'lower the learning rate, add `clip norm 1.0`, or scale the inputs with `prep`',
  );
}

/** A model that knows nothing should say so at first: its loss is then near ln K. */
function warnOfFirstLoss<M extends ModelDefinition>(model: M, loss: number, options: FitOptions<M>): void {
  const expected = model.expectedLoss;
  if (expected === undefined || (loss <= 2 * expected + 0.5 && loss >= 0.4 * expected)) return;
  options.onWarning?.(
    `the first loss is ${loss.toPrecision(3)}, but a model that knows nothing yet has ${expected.toPrecision(3)}: ` +
      (loss > expected ? 'the inputs may want `prep … standardize` or `scale`' : 'the answer may be among the inputs'),
  );
}
