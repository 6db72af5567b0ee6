/** The training loop: epochs over batches, figures, early stopping, interruption. */
import type { ModelDefinition } from '../model.ts';
import { UserError } from '../user-error.ts';
import { observe, shouldStop } from './early-stopping.ts';
import type { Best, Watch, WatchState } from './early-stopping.ts';
import type { Tensors } from './memory.ts';
import { turnTaker } from './turns.ts';
import type { Batches, BatchOf, Figures, Step, Trainer } from './trainer.ts';

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
  /** Where the run stands now, to be saved. */
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
  /** Ends the run after the update under way. */
  readonly signal?: AbortSignal | undefined;
  readonly start?: FitState | undefined;
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
    trainer.setUpdates(Math.ceil(options.batchesPerEpoch / model.accumulate) * epochs);
  }
  let state = options.start ?? fresh;
  let figures: Figures = {};
  const takeTurn = turnTaker();
  const interrupted = (): boolean => options.signal?.aborted === true;

  while (state.epoch <= epochs && !interrupted() && !shouldStop(watch, state.watch)) {
    const { epoch } = state;
    const begun = performance.now();
    const before = state.rows;
    state = await runEpoch(trainer, source, state, epochs, options, takeTurn);
    if (state.epoch === epoch) break;
    const examplesPerSecond = (1000 * (state.rows - before)) / (performance.now() - begun);
    figures = { loss: state.lossSum / state.rows, ...(await measure(trainer, options.measured)) };
    const seen = watch.monitor in figures || watch.patience !== undefined;
    const watched = seen ? observe(watch, state.watch, epoch, figures) : state.watch;
    const best = seen && watched.best?.epoch === epoch;
    const bestWeights = best && watch.patience !== undefined ? await trainer.weights() : state.bestWeights;
    state = { epoch: epoch + 1, batch: 0, lossSum: 0, rows: 0, watch: watched, bestWeights };
    if ((await options.onEpoch?.({ epoch, epochs, figures, examplesPerSecond, best, state })) === 'stop') break;
  }
  const ended = !interrupted() || state.epoch > epochs || shouldStop(watch, state.watch);
  if (ended && state.bestWeights !== undefined) trainer.setWeights(state.bestWeights);
  const restored = ended && state.bestWeights !== undefined ? state.watch.best?.epoch : undefined;
  return { interrupted: !ended, state, figures, epoch: restored ?? state.epoch - 1 };
}

/** One epoch from where the state stands. The result names the next epoch, or the same one if it was interrupted. */
async function runEpoch<M extends ModelDefinition>(
  trainer: Trainer<M>,
  source: Batches<M>,
  start: FitState,
  epochs: number,
  options: FitOptions<M>,
  takeTurn: () => Promise<boolean>,
): Promise<FitState> {
  const { epoch } = start;
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

  let skip = start.batch;
  for await (const values of typeof source === 'function' ? source(epoch) : source) {
    if (skip-- > 0) continue;
    const step = await trainer.trainStep(values);
    batch += 1;
    done += step.rows;
    pending.push({ step, batch, loss: step.loss() });
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
    if (step.updated && options.signal?.aborted === true) {
      await settle(0);
      const last = options.batchesPerEpoch !== undefined && batch >= options.batchesPerEpoch;
      if (!last) return { ...start, batch, lossSum, rows };
      break;
    }
  }
  if (batch === 0) {
    throw new UserError(
      'NN5001',
      `epoch ${epoch} brought no batch`,
      'give an iterable that starts anew for each epoch, or a function that makes one',
    );
  }
  await trainer.finishGroup();
  await settle(0);
  return { ...start, epoch: epoch + 1, batch: 0, lossSum, rows };
}

async function measure<M extends ModelDefinition>(
  trainer: Trainer<M>,
  what: Measured<M> | undefined,
): Promise<Figures> {
  if (what === undefined) return {};
  const figures = Object.entries(await trainer.evaluate(what.batches()));
  // Without a prefix they stand beside the training loss, which keeps its name.
  const named = what.prefix === '' ? figures.filter(([name]) => name !== 'loss') : figures;
  return Object.fromEntries(named.map(([name, value]) => [`${what.prefix}${name}`, value]));
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
