/** The training loop: epochs over batches, figures, early stopping, interruption. */
import type { ModelDefinition, TrainingStep } from '../model.ts';
import { figureOf, isStaged, phasesOf, updatesIn } from '../phases.ts';
import type { Phase } from '../phases.ts';
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
  /** Where there are several steps: the sum of each, by its figure's name. */
  readonly lossSums?: Readonly<Record<string, number>> | undefined;
  /** The phase under way, from 0, and the epochs that were done before it: none and 0 unless given. */
  readonly phase?: number | undefined;
  readonly before?: number | undefined;
  readonly watch: WatchState;
  /** Parameters and states after the best epoch, where `patience` asks for them. */
  readonly bestWeights?: Tensors | undefined;
  /** Where all batches of the epoch are done: how far its evaluation is. */
  readonly tally?: Tally | undefined;
}

export interface StepReport {
  readonly epoch: number;
  /** All epochs of the run, as far as it is known by now. */
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
  /** `loss`, or that of each step (`loss/d`), then what evaluation gave: `val_loss`, `val_accuracy`, … */
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
  /** Of each phase: the spec's own unless given. */
  readonly epochs?: number;
  readonly measured?: Measured<M> | undefined;
  /** The spec's own, unless it watches a figure of a validation part and nothing is measured: that is a warning. */
  readonly patience?: number | undefined;
  readonly monitor?: string;
  readonly best?: Best | undefined;
  /** Leaves the rate of `schedule plateau` as it is, where there is no figure to go by. */
  readonly ignorePlateaus?: boolean;
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
  /** On the console unless given. */
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
  const phases = phasesOf(trainer.model).map((phase) => ({ ...phase, epochs: options.epochs ?? phase.epochs }));
  const state = options.start ?? fresh;
  phases.forEach((phase, at) => {
    const { patience, monitor } = watchOf(trainer.model, phases, at, options);
    if (patience !== undefined) demandWatched('`patience`', monitor, options);
    else if (phase.patience !== undefined)
      warn(options, `nothing is measured, so that \`patience\` cannot watch ${monitor}: all epochs are run`);
    if (options.ignorePlateaus === true) return;
    for (const { plateau } of phase.steps)
      if (plateau !== undefined) demandWatched('`schedule plateau`', plateau.monitor, options);
  });
  const run: Run<M> = {
    trainer,
    source,
    phases,
    options,
    takeTurn: turnTaker(),
    keeper: keeper(trainer, options),
    interrupted: () => options.signal?.aborted === true,
  };
  let trained = await runPhase(run, state, {});
  for (let next = nextPhase(run, trained); next !== undefined; next = nextPhase(run, trained)) {
    // The best weights of a phase are those that the next one begins with.
    if (trained.state.bestWeights !== undefined) trainer.setWeights(trained.state.bestWeights);
    trained = await runPhase(run, next, trained.figures);
  }
  const { state: last, figures, ended } = trained;
  if (run.keeper.wanted) await run.keeper.save(last);
  if (ended && last.bestWeights !== undefined) trainer.setWeights(last.bestWeights);
  const restored = ended && last.bestWeights !== undefined ? last.watch.best?.epoch : undefined;
  return { interrupted: !ended, state: last, figures, epoch: restored ?? last.epoch - 1 };
}

/** Where the next phase begins, if this one came to its own end and there is one. */
function nextPhase<M extends ModelDefinition>(
  { phases, interrupted }: Run<M>,
  { state, complete }: PhaseResult,
): FitState | undefined {
  const phase = (state.phase ?? 0) + 1;
  if (!complete || interrupted() || phase >= phases.length) return undefined;
  return { ...fresh, epoch: state.epoch, phase, before: state.epoch - 1 };
}

function watchOf<M extends ModelDefinition>(
  { train }: M,
  phases: readonly Phase[],
  at: number,
  options: FitOptions<M>,
): Watch {
  const { monitor = train.monitor, best, patience } = phases[at] ?? {};
  const watched = options.monitor ?? monitor;
  const isSeen = options.measured !== undefined || !watched.startsWith('val_');
  return {
    monitor: watched,
    best: options.best ?? best,
    patience: options.patience ?? (isSeen ? patience : undefined),
  };
}

function demandWatched<M extends ModelDefinition>(who: string, monitor: string, { measured }: FitOptions<M>): void {
  if (!monitor.startsWith('val_') || measured?.prefix === 'val_') return;
  throw new UserError(
    'NN5010',
    `${who} watches ${monitor}, but there is no validation part`,
    'give `data` a split with a validation part, or monitor=loss',
  );
}

/** All epochs of a run that stands there, if no phase ends before its time. */
export function epochsFrom(phases: readonly Pick<Phase, 'epochs'>[], { phase = 0, before = 0 }: FitState): number {
  return phases.slice(phase).reduce((sum, { epochs }) => sum + epochs, before);
}

interface PhaseResult {
  readonly state: FitState;
  readonly figures: Figures;
  /** Whether all that the phase was to do is done; and whether the run is over with that, or was told to stop. */
  readonly complete: boolean;
  readonly ended: boolean;
}

/** The epochs of one phase, from where the state stands. */
async function runPhase<M extends ModelDefinition>(run: Run<M>, from: FitState, before: Figures): Promise<PhaseResult> {
  const { trainer, options, phases, interrupted } = run;
  const at = from.phase ?? 0;
  const phase = phaseOf(phases, at);
  if (trainer.phase !== at) await trainer.enterPhase(at);
  const { batchesPerEpoch } = options;
  if (batchesPerEpoch !== undefined)
    trainer.setUpdates(phase.steps.map((step) => updatesIn(step, batchesPerEpoch, phase.epochs)));
  const watch = watchOf(trainer.model, phases, at, options);
  const last = (from.before ?? 0) + phase.epochs;
  let state = from;
  let figures = before;
  let stopped = false;
  const isDone = (): boolean => state.epoch > last || shouldStop(watch, state.watch);

  while (!isDone() && !interrupted() && !stopped) {
    const { epoch } = state;
    const begun = performance.now();
    const seenRows = state.rows;
    const trained = await runEpoch(run, state);
    state = trained.state;
    if (!trained.whole) break;
    const examplesPerSecond = (1000 * (state.rows - seenRows)) / (performance.now() - begun);
    const measured = await measure(run, state);
    state = measured.state;
    if (measured.figures === undefined) break;
    figures = { ...lossFigures(state), ...measured.figures };
    // `loss` is that of all steps together, as `val_loss` is.
    const watchable: Figures = { loss: state.lossSum / state.rows, ...figures };
    const seen = watch.monitor in watchable || watch.patience !== undefined;
    const watched = seen ? observe(watch, state.watch, epoch, watchable) : state.watch;
    if (options.ignorePlateaus !== true) await trainer.observe(watchable);
    const best = seen && watched.best?.epoch === epoch;
    const bestWeights = best && watch.patience !== undefined ? await trainer.weights() : state.bestWeights;
    const { phase: own, before: earlier } = state;
    const place = own === undefined ? {} : { phase: own, before: earlier };
    state = { epoch: epoch + 1, batch: 0, lossSum: 0, rows: 0, watch: watched, bestWeights, ...place };
    const epochs = epochsFrom(phases, state);
    const answer = await options.onEpoch?.({ epoch, epochs, figures, examplesPerSecond, best, state });
    stopped = answer === 'stop';
  }
  const complete = isDone() && !stopped;
  const ended = !interrupted() || (isDone() && at === phases.length - 1);
  return { state, figures, complete, ended };
}

function phaseOf(phases: readonly Phase[], at: number): Phase {
  const phase = phases[at];
  if (phase === undefined) throw new RangeError(`there is no phase ${at}`);
  return phase;
}

/** The training losses of an epoch, each the mean over its rows. */
function lossFigures({ lossSum, lossSums = { loss: lossSum }, rows }: FitState): Figures {
  return Object.fromEntries(Object.entries(lossSums).map(([name, sum]) => [name, sum / rows]));
}

/** What does not change while a fit goes on. */
interface Run<M extends ModelDefinition> {
  readonly trainer: Trainer<M>;
  readonly source: Batches<M>;
  readonly phases: readonly Phase[];
  readonly options: FitOptions<M>;
  readonly takeTurn: () => Promise<boolean>;
  readonly keeper: Keeper;
  readonly interrupted: () => boolean;
}

/** The batches of an epoch from where the state stands, and whether they are all done. */
async function runEpoch<M extends ModelDefinition>(
  { trainer, source, phases, options, takeTurn, keeper: kept }: Run<M>,
  from: FitState,
): Promise<{ readonly state: FitState; readonly whole: boolean }> {
  const { epoch } = from;
  const epochs = epochsFrom(phases, from);
  const { steps } = phaseOf(phases, from.phase ?? 0);
  // A tally before the first batch is that of an evaluation after the last epoch of a shorter run.
  const start = from.batch === 0 ? { ...from, tally: undefined } : from;
  const pending: { readonly step: Step; readonly batch: number }[] = [];
  let { batch, lossSum, rows } = start;
  // One step has one sum.
  const several = isStaged(trainer.model);
  const sums = new Map(steps.map((step) => [figureOf(step), start.lossSums?.[figureOf(step)] ?? 0]));
  const begun = performance.now();
  let done = 0;

  const settle = async (left: number): Promise<void> => {
    while (pending.length > left) {
      const next = pending.shift();
      if (next === undefined) return;
      for (const step of steps) {
        const figure = figureOf(step);
        const loss = (await next.step.losses[figure]) ?? NaN;
        if (!Number.isFinite(loss)) throw notANumber(figure, loss, epoch, next.batch);
        if (epoch === 1 && next.batch === 1) warnOfFirstLoss(step, loss, options);
        sums.set(figure, (sums.get(figure) ?? 0) + loss * next.step.rows);
        lossSum += loss * next.step.rows;
      }
      rows += next.step.rows;
    }
  };

  /** Where the run stands, once every loss so far is known. */
  const stateNow = async (): Promise<FitState> => {
    await settle(0);
    return { ...start, batch, lossSum, rows, ...(several ? { lossSums: Object.fromEntries(sums) } : {}) };
  };

  let skip = start.batch;
  for await (const values of typeof source === 'function' ? source(epoch) : source) {
    if (skip-- > 0) continue;
    const step = await trainer.trainStep(values);
    batch += 1;
    done += step.rows;
    pending.push({ step, batch });
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
      phase: start.phase ?? 0,
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

function notANumber(figure: string, loss: number, epoch: number, batch: number): UserError {
  return new UserError(
    'NN5003',
    `the ${figure === 'loss' ? 'loss' : `figure ${figure}`} became ${loss} in epoch ${epoch}, batch ${batch}`,
    'lower the learning rate, add `clip norm 1.0`, or scale the inputs with `prep`',
  );
}

function warn<M extends ModelDefinition>({ onWarning }: FitOptions<M>, message: string): void {
  if (onWarning === undefined) globalThis.console.warn(message);
  else onWarning(message);
}

/** A model that knows nothing should say so at first: its loss is then near ln K. */
function warnOfFirstLoss<M extends ModelDefinition>(step: TrainingStep, loss: number, options: FitOptions<M>): void {
  const expected = step.expectedLoss;
  if (expected === undefined || (loss <= 2 * expected + 0.5 && loss >= 0.4 * expected)) return;
  warn(
    options,
    `the first loss is ${loss.toPrecision(3)}, but a model that knows nothing yet has ${expected.toPrecision(3)}: ` +
      (loss > expected ? 'the inputs may want `prep … standardize` or `scale`' : 'the answer may be among the inputs'),
  );
}
