/** Makes a trainer: puts a model's memory on a backend, and runs its functions there. */
import { openKernels } from './backend.ts';
import type { Kernels } from '../kernels/device.ts';
import { readsUpdates } from '../model.ts';
import type { Clock, ModelDefinition } from '../model.ts';
import { checkedSeed } from '../random/seed.ts';
import { UserError } from '../user-error.ts';
import { chunks, gatherBatch, joinRows } from './batch.ts';
import type { Ports } from './batch.ts';
import { CallQueue } from './call-queue.ts';
import { fit } from './fit.ts';
import { allocateMemory, byPath } from './memory.ts';
import { eagerRunner, recordedRunner } from './routine.ts';
import type { RunResult, RunSettings } from './routine.ts';
import { routinesOf } from './routines.ts';
import { count, nothingCounted } from './tally.ts';
import type { HostTensor, TensorLike } from './tensor.ts';
import { turnTaker } from './turns.ts';
import { inUnits } from './units.ts';
import type { PredictionsOf, Trainer, TrainerOptions } from './trainer.ts';
import { put } from '../own.ts';

/** Makes a trainer, or keeps nothing of it. */
export async function createTrainer<M extends ModelDefinition>(
  model: M,
  options: TrainerOptions = {},
): Promise<Trainer<M>> {
  if (options.kernels !== undefined) return trainerOn(options.kernels, model, options, () => undefined);
  const kernels = await openKernels(options.backend ?? 'auto');
  try {
    return trainerOn(kernels, model, options, () => kernels.dispose());
  } catch (error) {
    kernels.dispose();
    throw error;
  }
}

function trainerOn<M extends ModelDefinition>(
  kernels: Kernels,
  model: M,
  options: TrainerOptions,
  atEnd: () => void,
): Trainer<M> {
  const seed = checkedSeed(options.seed ?? model.train.seed);
  const memory = allocateMemory(model, kernels, seed, {
    weights: options.weights === undefined ? undefined : byPath(options.weights),
    loaded: options.loaded,
    units: options.units,
  });
  const runner = options.mode === 'eager' ? eagerRunner(kernels) : recordedRunner(kernels);
  const programs = routinesOf(model, memory);
  const ports: Ports = { ...model.inputs, ...model.targets };
  const needsUpdates = readsUpdates(model);
  const queue = new CallQueue();
  let updates = options.updates;
  let t = 0;
  let microBatches = 0;
  /** Batches in the accumulators. */
  let group = 0;

  function settings(B: number, micro = 1): RunSettings {
    const clock: Clock = { t: t + 1, T: updates ?? NaN, B, micro };
    return { scalars: model.numbers(clock), seed, counter: microBatches };
  }

  /** Also where the end of the run does not matter yet, as in a warm-up: a run must not fail in its midst. */
  function checkUpdates(): void {
    if (updates !== undefined || !needsUpdates) return;
    throw new UserError(
      'NN5009',
      'the schedule needs to know how many updates the run has',
      'say so: createTrainer({ updates }), or `--updates`',
    );
  }

  async function finishGroup(): Promise<boolean> {
    if (group === 0) return false;
    await runner.run(programs.update, { rows: 1, elements: {} }, settings(1, group));
    group = 0;
    t += 1;
    return true;
  }

  const trainer: Trainer<M> = {
    model,
    backend: kernels.backend,
    kernelSet: kernels.kernelSet,
    seed,
    get progress() {
      return { t, microBatches };
    },

    trainStep: (values) =>
      queue.enter('changes', async () => {
        checkUpdates();
        const batch = await gatherBatch(ports, values);
        const whole = model.accumulate === 1;
        const routine = whole ? programs.step : programs.gradients;
        const results = await runner.run(routine, batch, settings(batch.rows));
        microBatches += 1;
        let updated = whole;
        if (whole) t += 1;
        else {
          group += 1;
          updated = group === model.accumulate && (await finishGroup());
        }
        return { rows: batch.rows, updated, loss: onlyNumber(results['loss']) };
      }),

    finishGroup: () => queue.enter('changes', finishGroup),

    fit: (batches, fitOptions = {}) => fit(trainer, batches, fitOptions),

    evaluate: (batches, { signal, start = nothingCounted, onBatch } = {}) =>
      queue.enter('reads', async () => {
        let tally = start;
        let skip = start.batches;
        const takeTurn = turnTaker();
        for await (const values of batches) {
          if (skip-- > 0) continue;
          const batch = await gatherBatch(ports, values);
          await takeTurn();
          signal?.throwIfAborted();
          const results = await runner.run(programs.evaluate, batch, settings(batch.rows));
          tally = await count(tally, batch.rows, results, model.moments);
          await onBatch?.(tally);
        }
        if (tally.rows === 0) throw new UserError('NN5001', 'there are no rows to evaluate');
        return model.figures(Object.fromEntries(tally.totals), { rows: tally.rows });
      }),

    predict: (inputs) =>
      queue.enter('reads', async () => {
        const needed = Object.fromEntries(
          Object.entries(model.inputs).filter(([name]) => model.predictInputs.includes(name)),
        );
        const given: Record<string, TensorLike> = {};
        for (const [name, value] of Object.entries<TensorLike | undefined>(inputs)) {
          if (value !== undefined && (Object.hasOwn(needed, name) || !Object.hasOwn(model.inputs, name)))
            put(given, name, value);
        }
        const all = await gatherBatch(needed, given);
        const parts: Readonly<Record<string, HostTensor>>[] = [];
        for (const batch of chunks(needed, all, model.train.batch)) {
          const results = await runner.run(programs.predict, batch, settings(batch.rows));
          const part: Record<string, HostTensor> = {};
          for (const [name, { shape, elements }] of Object.entries(results))
            put(part, name, { shape, data: await elements });
          parts.push(part);
        }
        const predictions = inUnits(model, options.units ?? {}, joinRows(parts));
        if (!arePredictions<M>(predictions)) throw new Error('predictions without names');
        return predictions;
      }),

    weights: () => queue.enter('reads', () => memory.readWeights()),
    setWeights(weights) {
      const tensors = byPath(weights);
      memory.checkWeights(tensors);
      queue.change(() => memory.writeWeights(tensors));
    },

    snapshot: () =>
      queue.enter('reads', async () => ({
        t,
        microBatches,
        weights: await memory.readWeights(),
        slots: await memory.readSlots(),
      })),
    restore(snapshot) {
      memory.checkWeights(snapshot.weights);
      memory.checkSlots(snapshot.slots);
      queue.change(() => {
        memory.writeWeights(snapshot.weights);
        memory.writeSlots(snapshot.slots);
        ({ t, microBatches } = snapshot);
        memory.clearAccumulators();
        group = 0;
      });
    },
    setUpdates(all) {
      queue.change(() => {
        updates = all;
      });
    },
    dispose() {
      queue.close(() => {
        runner.dispose();
        memory.release();
        atEnd();
      });
    },
  };
  return trainer;
}

/** The number that was read. Nobody needs to wait for it: a lost device is met by the next step. */
function onlyNumber(result: RunResult | undefined): Promise<number> {
  const number = (async () => (await result?.elements)?.[0] ?? NaN)();
  number.catch(() => undefined);
  return number;
}

const arePredictions = <M extends ModelDefinition>(outputs: object): outputs is PredictionsOf<M> =>
  Object.keys(outputs).length >= 0;
