/** The training loop: interruption and resumption to the same bits, early stopping, and what it warns of. */
import { describe, expect, test, vi } from 'vitest';
import { batchesOf, createTrainer, shuffled } from '../../runtime/index.ts';
import type { EpochReport, FitOptions, FitState, ModelDefinition, Snapshot, Trainer } from '../../runtime/index.ts';
import { directionOf, observe, shouldStop } from '../../runtime/train/early-stopping.ts';
import { fit } from '../../runtime/train/fit.ts';
import { keeper } from '../../runtime/train/keeper.ts';
import type { Tally } from '../../runtime/train/tally.ts';
import { classifier } from './models.ts';
import { phasesOf } from '../../runtime/phases.ts';

const rows = 90;
const elements = {
  x: Float32Array.from({ length: rows * 4 }, (_, i) => Math.sin(i * 1.7)),
  label: Int32Array.from({ length: rows }, (_, i) =>
    Math.sin(i * 4 * 1.7) > 0.3 ? 1 : Math.sin((i * 4 + 1) * 1.7) > 0 ? 2 : 0,
  ),
};
const all = Int32Array.from({ length: rows }, (_, row) => row);
const [training, validation] = [all.subarray(0, 70), all.subarray(70)];

const source = (model: ModelDefinition) => (epoch: number) =>
  batchesOf(elements, { ...model.inputs, ...model.targets }, shuffled(training, 3, epoch), 16);
const measured = (model: ModelDefinition) => ({
  prefix: 'val_',
  batches: () => batchesOf(elements, { ...model.inputs, ...model.targets }, validation, 16),
});

interface Run {
  readonly reports: EpochReport[];
  readonly weights: ReadonlyMap<string, { readonly data: ArrayLike<number> }>;
  readonly state: FitState;
  readonly interrupted: boolean;
  readonly epoch: number;
}

async function run(model: ModelDefinition, options: FitOptions, trainer?: Trainer): Promise<Run> {
  const own = trainer ?? (await createTrainer(model));
  const reports: EpochReport[] = [];
  try {
    const result = await own.fit(source(model), {
      epochs: 6,
      batchesPerEpoch: 5,
      measured: measured(model),
      ...options,
      async onEpoch(report) {
        reports.push(report);
        return options.onEpoch?.(report);
      },
    });
    return { reports, weights: await own.weights(), ...result };
  } finally {
    if (trainer === undefined) own.dispose();
  }
}

describe('interrupted after any update, a run goes on to the same numbers', () => {
  const models: readonly [string, ModelDefinition][] = [
    ['with dropout and a schedule', classifier({ inputs: 4, hidden: 6, classes: 3, dropout: 0.2, linear: true })],
    ['with groups of two batches', classifier({ inputs: 4, hidden: 6, classes: 3, dropout: 0.2, accumulate: 2 })],
  ];
  test.each(models)('%s', async (_, model) => {
    const options: FitOptions = { patience: 2 };
    const whole = await run(model, options);
    for (const stopAfter of [1, 2, 4, 5, 9, 10]) {
      const controller = new AbortController();
      const first = await createTrainer(model);
      const trainStep = first.trainStep.bind(first);
      let steps = 0;
      const counting: Trainer = Object.assign(Object.create(first), {
        async trainStep(batch: Parameters<Trainer['trainStep']>[0]) {
          steps += 1;
          if (steps === stopAfter) controller.abort();
          return trainStep(batch);
        },
      });
      const reports: EpochReport[] = [];
      const stopped = await fit(counting, source(model), {
        ...options,
        epochs: 6,
        batchesPerEpoch: 5,
        measured: measured(model),
        signal: controller.signal,
        onEpoch: (report) => void reports.push(report),
      });
      expect(stopped.interrupted).toBe(true);
      const snapshot = await first.snapshot();
      first.dispose();

      const second = await createTrainer(model);
      second.restore(snapshot);
      const rest = await run(model, { ...options, start: stopped.state }, second);
      second.dispose();
      const figures = (list: readonly EpochReport[]) => list.map((report) => report.figures);
      expect(figures([...reports, ...rest.reports])).toEqual(figures(whole.reports));
      expect(rest.weights).toEqual(whole.weights);
      expect(rest.epoch).toBe(whole.epoch);
    }
  });
});

describe('a run that is killed goes on from what was saved last to the same numbers', () => {
  const models: readonly [string, ModelDefinition][] = [
    ['with dropout and a schedule', classifier({ inputs: 4, hidden: 6, classes: 3, dropout: 0.2, linear: true })],
    ['with groups of two batches', classifier({ inputs: 4, hidden: 6, classes: 3, dropout: 0.2, accumulate: 2 })],
  ];
  test.each(models)('%s', async (_, model) => {
    const saved: { readonly state: FitState; readonly snapshot: Snapshot }[] = [];
    const onSave = (state: FitState, snapshot: Snapshot): void => void saved.push({ state, snapshot });
    const whole = await run(model, { epochs: 3, patience: 2, onSave, saveEvery: 0 });
    const places = saved.map(({ state: { epoch, batch, tally } }) => [epoch, batch, tally?.batches ?? 0].join(' '));
    // After each update, after each batch of the evaluation, and at the end.
    const alone = phasesOf(model)[0]?.steps[0]?.accumulate === 1;
    const updates = alone ? ['1 1 0', '1 2 0', '1 3 0', '1 4 0', '1 5 0'] : ['1 2 0', '1 4 0'];
    expect(places.slice(0, updates.length + 3)).toEqual([...updates, '1 5 1', '1 5 2', places[updates.length + 2]]);
    expect(places[updates.length + 2]).toMatch(/^2 /);
    expect(saved.at(-1)?.state.epoch).toBe(whole.state.epoch);

    for (const { state, snapshot } of saved) {
      const trainer = await createTrainer(model);
      trainer.restore(snapshot);
      const rest = await run(model, { epochs: 3, patience: 2, start: state }, trainer);
      trainer.dispose();
      const left = whole.reports.filter(({ epoch }) => epoch >= state.epoch).map(({ figures }) => figures);
      expect(rest.reports.map(({ figures }) => figures)).toEqual(left);
      expect(rest.weights).toEqual(whole.weights);
      expect(rest.epoch).toBe(whole.epoch);
    }
  });

  test('what an evaluation after the last epoch has counted is not taken for that of a further epoch', async () => {
    const model = classifier({ inputs: 4, hidden: 6, classes: 3 });
    const whole = await run(model, { epochs: 2 });
    const trainer = await createTrainer(model);
    const first = await run(model, { epochs: 1 }, trainer);
    const totals = new Map([['loss', { shape: [1], data: Float64Array.of(1e6) }]]);
    const start = { ...first.state, tally: { batches: 1, rows: 16, totals } };
    const rest = await run(model, { epochs: 2, start }, trainer);
    trainer.dispose();
    expect(rest.reports[0]?.figures).toEqual(whole.reports[1]?.figures);
  });

  test('is saved at its end, however far apart saves are', async () => {
    let saves = 0;
    const model = classifier({ inputs: 4, hidden: 6, classes: 3 });
    await run(model, { saveEvery: 1e6, onSave: () => void (saves += 1) });
    expect(saves).toBe(1);
  });

  test.each([
    ['as far apart as is said', 1000, 10, 1000],
    ['further where they take long', 1000, 400, 1600],
    ['at every chance', 0, 400, 1],
  ])('saves are %s', async (_, saveEvery, takes, apart) => {
    let clock = 0;
    const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
    const trainer = await createTrainer(classifier({ inputs: 4, hidden: 6, classes: 3 }));
    const begun: number[] = [];
    const kept = keeper(trainer, {
      saveEvery,
      onSave() {
        begun.push(clock);
        clock += takes;
      },
    });
    const state = { epoch: 1, batch: 0, lossSum: 0, rows: 0, watch: { stale: 0 } };
    while (begun.length < 4) {
      clock += 1;
      if (kept.due()) await kept.save(state);
    }
    now.mockRestore();
    trainer.dispose();
    expect(begun.slice(1).map((at, i) => at - takes - (begun[i] ?? 0))).toEqual([apart, apart, apart]);
  });
});

describe('an evaluation', () => {
  const model = classifier({ inputs: 4, hidden: 6, classes: 3 });

  test('stops where the signal says so, and goes on from there to the same figures', async () => {
    const trainer = await createTrainer(model);
    const figures = await trainer.evaluate(measured(model).batches());
    const controller = new AbortController();
    const tallies: Tally[] = [];
    const stopped = trainer.evaluate(measured(model).batches(), {
      signal: controller.signal,
      onBatch(tally) {
        tallies.push(tally);
        controller.abort();
      },
    });
    await expect(stopped).rejects.toThrow('aborted');
    expect(tallies.map(({ batches, rows: counted }) => [batches, counted])).toEqual([[1, 16]]);
    expect(await trainer.evaluate(measured(model).batches(), { start: tallies[0] })).toEqual(figures);
    trainer.dispose();
  });

  test('is stopped with its run, which goes on in its midst', async () => {
    const whole = await run(model, { patience: 2 });
    const controller = new AbortController();
    let [asked, taken] = [0, 0];
    const trainer = await createTrainer(model);
    const stopped = await run(
      model,
      {
        patience: 2,
        signal: controller.signal,
        measured: {
          prefix: 'val_',
          *batches() {
            asked += 1;
            for (const batch of measured(model).batches()) {
              yield batch;
              taken += 1;
              if (asked === 2) controller.abort();
            }
          },
        },
      },
      trainer,
    );
    expect(taken).toBe(3);
    expect(stopped).toMatchObject({ interrupted: true, state: { epoch: 2, batch: 5, tally: { batches: 1 } } });
    const rest = await run(model, { patience: 2, start: stopped.state }, trainer);
    trainer.dispose();
    expect(rest.weights).toEqual(whole.weights);
    expect([...stopped.reports, ...rest.reports].map(({ figures }) => figures)).toEqual(
      whole.reports.map(({ figures }) => figures),
    );
  });
});

describe('early stopping', () => {
  const watch = { monitor: 'val_loss', patience: 2 };
  test('ends after `patience` epochs without a gain; equals are none, NaN is none', () => {
    let state = observe(watch, { stale: 0 }, 1, { val_loss: 1 });
    state = observe(watch, state, 2, { val_loss: 1 });
    expect(shouldStop(watch, state)).toBe(false);
    state = observe(watch, state, 3, { val_loss: NaN });
    expect(state).toEqual({ best: { epoch: 1, value: 1 }, stale: 2 });
    expect(shouldStop(watch, state)).toBe(true);
    expect(observe(watch, state, 4, { val_loss: 0.9 })).toEqual({ best: { epoch: 4, value: 0.9 }, stale: 0 });
  });
  test.each(['lowest', 'highest'] as const)(
    'figures that are no finite numbers are no gain, where the %s is best',
    (best) => {
      for (const value of [NaN, Infinity, -Infinity]) {
        const of = { monitor: 'val_f', best };
        const state = observe(of, { stale: 0 }, 1, { val_f: value });
        expect(state).toEqual({ best: undefined, stale: 1 });
        expect(observe(of, state, 2, { val_f: 3 })).toEqual({ best: { epoch: 2, value: 3 }, stale: 0 });
      }
    },
  );
  test('losses are best at their lowest, other figures at their highest, unless said', () => {
    expect(['loss', 'val_loss', 'val_accuracy'].map((monitor) => directionOf({ monitor }))).toEqual([
      'lowest',
      'lowest',
      'highest',
    ]);
    expect(directionOf({ monitor: 'val_mae', best: 'lowest' })).toBe('lowest');
  });
  test('the best weights come back', async () => {
    // A rate so large that the model gets worse in the end.
    const model = classifier({ inputs: 4, hidden: 6, classes: 3, lr: 0.3 });
    const kept: ReadonlyMap<string, unknown>[] = [];
    const trainer = await createTrainer(model);
    const result = await run(
      model,
      { epochs: 30, patience: 3, onEpoch: async () => void kept.push(await trainer.weights()) },
      trainer,
    );
    trainer.dispose();
    const values = result.reports.map((report) => report.figures['val_loss'] ?? NaN);
    const best = values.indexOf(Math.min(...values));
    expect(result.epoch).toBe(best + 1);
    expect(result.reports.length).toBe(best + 1 + 3);
    expect(result.weights).toEqual(kept[best]);
    expect(result.reports.map((report) => report.best).lastIndexOf(true)).toBe(best);
  });
  test.each([
    [{ patience: 2, monitor: 'val_accurracy' }, 'there is no figure `val_accurracy` to monitor'],
    [{ patience: 2, measured: undefined }, '`patience` watches val_loss, but there is no validation part'],
  ])('%j', async (options, message) => {
    await expect(run(classifier({ inputs: 4, hidden: 6, classes: 3 }), options)).rejects.toMatchObject({
      code: 'NN5010',
      message,
    });
  });
});

test('a signal that is there already lets nothing run', async () => {
  const result = await run(classifier({ inputs: 4, hidden: 6, classes: 3 }), { signal: AbortSignal.abort() });
  expect(result).toMatchObject({ interrupted: true, reports: [] });
});

test('a loss that is not a number is an error that says where', async () => {
  const model = classifier({ inputs: 4, hidden: 6, classes: 3, lr: 1e38 });
  await expect(run(model, {})).rejects.toMatchObject({
    code: 'NN5003',
    message: expect.stringContaining('in epoch 1, batch'),
  });
});

test('the first loss is compared with that of a model that knows nothing', async () => {
  const warnings: string[] = [];
  const onWarning = (message: string): void => void warnings.push(message);
  const model = classifier({ inputs: 4, hidden: 6, classes: 3 });
  await run(model, { epochs: 1, onWarning });
  expect(warnings).toEqual([]);
  await run({ ...model, expectedLoss: 0.01 }, { epochs: 1, onWarning });
  expect(warnings).toEqual([expect.stringContaining('a model that knows nothing yet has 0.0100')]);
});

test.each([
  ['val_loss', true, ['nothing is measured, so that `patience` cannot watch val_loss: all epochs are run']],
  ['loss', false, []],
])('the patience of the spec watches %s where nothing is measured', async (monitor, whole, said) => {
  const warnings: string[] = [];
  const model = classifier({ inputs: 4, hidden: 6, classes: 3, lr: 0, train: { patience: 2, monitor } });
  const onWarning = (message: string): void => void warnings.push(message);
  const { reports } = await run(model, { epochs: 20, measured: undefined, onWarning });
  expect([reports.length === 20, warnings]).toEqual([whole, said]);
});

test('a generator that has run dry is an error, not an endless run', async () => {
  const model = classifier({ inputs: 4, hidden: 6, classes: 3 });
  const trainer = await createTrainer(model);
  const once = source(model)(1);
  await expect(trainer.fit(once, { epochs: 2 })).rejects.toMatchObject({
    code: 'NN5001',
    message: 'epoch 2 brought no batch',
  });
  trainer.dispose();
});

test('async sources and sources without a length are gone through', async () => {
  const model = classifier({ inputs: 4, hidden: 6, classes: 3 });
  const trainer = await createTrainer(model);
  const result = await trainer.fit(
    async function* (epoch) {
      for (const batch of source(model)(epoch)) yield batch;
    },
    { epochs: 2 },
  );
  expect(result).toMatchObject({ interrupted: false, epoch: 2 });
  expect(trainer.progress).toEqual({ t: 10, microBatches: 10 });
  trainer.dispose();
});
