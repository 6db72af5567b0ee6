/** `nnc train --overfit N`: whether the model can memorise a few batches, the first question when it does not learn. */
import { batchesOf, gatherRows } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import * as host from '../host.ts';
import { figuresText, figureText } from '../logging/format.ts';
import { progress } from '../logging/progress.ts';
import type { Figures, Trainer } from '../train/trainer.ts';
import { phasesOf, updatesIn } from '../phases.ts';
import { UserError } from '../user-error.ts';
import type { TerminalOutput } from './terminal.ts';
import type { TrainOptions, TrainOutcome } from './train.ts';

/** Updates after which a model that has not memorised its batches is not expected to. */
const mostUpdates = 1000;

/** Epochs between two looks at the classes. */
const asking = 10;

/** The share of the first loss below which the batches count as memorised. */
const memorised = 0.05;

type Options = TrainOptions & { readonly output: TerminalOutput; readonly folder: string };

export async function overfit(
  trainer: Trainer,
  data: Dataset,
  batches: number,
  options: Options,
): Promise<TrainOutcome> {
  const { output, folder, signal } = options;
  try {
    return await memorise(trainer, data, batches, options);
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error;
    output.line('interrupted; nothing was saved');
    return { interrupted: true, epoch: 0, t: trainer.progress.t, figures: undefined, part: 'none', folder };
  }
}

/** Rejected with the signal's reason where it is interrupted. */
async function memorise(trainer: Trainer, data: Dataset, batches: number, options: Options): Promise<TrainOutcome> {
  const { model } = trainer;
  const { output, folder, signal } = options;
  if (!Number.isInteger(batches) || batches < 1)
    throw new UserError('NN4006', '--overfit takes a number of batches, at least 1');
  const ports = { ...model.inputs, ...model.targets };
  const rows = data.parts.training.subarray(0, batches * model.train.batch);
  const few = () => batchesOf(data.elements, ports, rows, model.train.batch);
  const perEpoch = Math.ceil(rows.length / model.train.batch);
  // What the last phase trains is what the model is to be.
  const phases = phasesOf(model);
  const phase = phases.length - 1;
  const fewest = Math.min(...(phases[phase]?.steps ?? []).map((step) => updatesIn(step, perEpoch, 1)));
  const epochs = Math.ceil(mostUpdates / fewest);
  const first = (await trainer.evaluate(few(), { signal }))['loss'] ?? NaN;
  const shown = progress(output, () => performance.now());
  const reached = (loss: number | undefined): boolean => loss !== undefined && loss <= memorised * first;
  // A loss with smoothed labels or penalties has a floor of its own; classes can be known all the same.
  const knowsAll = async (): Promise<boolean> => (await shareOfRightClasses(trainer, data, rows)) === 1;
  const result = await trainer.fit(few, {
    epochs,
    start: { epoch: 1, batch: 0, lossSum: 0, rows: 0, watch: { stale: 0 }, phase },
    batchesPerEpoch: perEpoch,
    ignorePlateaus: true,
    signal,
    onStep: shown.step,
    async onEpoch(report) {
      shown.epoch(report);
      const asked = report.epoch % asking === 0;
      return reached(trainingLoss(report.figures)) || (asked && (await knowsAll())) ? 'stop' : undefined;
    },
  });
  signal?.throwIfAborted();
  const figures = await trainer.evaluate(few(), { signal });
  const loss = figures['loss'];
  output.line(
    reached(loss) || (await knowsAll())
      ? `the model can memorise ${rows.length} rows: after ${result.epoch} epochs ${figuresText(figures)}`
      : `the model has not memorised ${rows.length} rows after ${result.epoch} epochs: the loss went from ` +
          `${figureText(first)} to ${figureText(loss ?? NaN)}; it may be too small, frozen, held back by penalties ` +
          'or dropout, or its learning rate is wrong',
  );
  const { t } = trainer.progress;
  return { interrupted: false, epoch: result.epoch, t, figures, part: 'overfit', folder };
}

/** The loss of all steps together. */
const trainingLoss = (figures: Figures): number =>
  Object.entries(figures).reduce((sum, [name, value]) => (/^loss(\/|$)/.test(name) ? sum + value : sum), 0);

/** Of the rows whose class is the greatest of the only prediction; `undefined` where the model is no classifier. */
async function shareOfRightClasses(trainer: Trainer, data: Dataset, rows: Int32Array): Promise<number | undefined> {
  const { model } = trainer;
  const [target, ...more] = Object.entries(model.targets);
  const classes = target?.[1].classes;
  if (target === undefined || more.length > 0 || classes === undefined) return undefined;
  const inputs = Object.fromEntries(
    Object.entries(data.elements).filter(([name]) => model.predictInputs.includes(name)),
  );
  const { predict } = await trainer.predict(gatherRows(inputs, model.inputs, rows), { rows: rows.length });
  if (predict?.shape.length !== 2 || predict.shape[1] !== classes) return undefined;
  const best = host.argmax(host.array(predict.shape, predict.data), -1);
  const labels = gatherRows(data.elements, { ...model.inputs, ...model.targets }, rows)[target[0]];
  return best.data.filter((k, row) => k === labels?.[row]).length / rows.length;
}
