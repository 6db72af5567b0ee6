/** Makes a trainer: puts a model's memory on a backend, and runs its functions there. */
import { openKernels } from './backend.ts';
import type { Kernels } from '../kernels/device.ts';
import { readsUpdates } from '../model.ts';
import type { Clock, ModelDefinition } from '../model.ts';
import { figureOf } from '../phases.ts';
import { checkedSeed } from '../random/seed.ts';
import { UserError } from '../user-error.ts';
import { chunks, gatherBatch, joinRows } from './batch.ts';
import type { HostBatch, Ports } from './batch.ts';
import { CallQueue } from './call-queue.ts';
import { Counts } from './counts.ts';
import { hasFeatures, portsWithFeatures } from './features.ts';
import { fit } from './fit.ts';
import { allocateMemory, byPath } from './memory.ts';
import type { Tensors } from './memory.ts';
import { eagerRunner, recordedRunner } from './routine.ts';
import type { RunResult, RunSettings } from './routine.ts';
import { demandClassWeights } from './class-weights.ts';
import { routinesOf } from './routines.ts';
import type { Measuring, Routines, StepRoutines } from './routines.ts';
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
  const kernels = await (options.openKernels ?? openKernels)(options.backend ?? 'auto');
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
    classWeights: options.classWeights,
  });
  let isCounted = options.weights !== undefined;
  const runner = options.mode === 'eager' ? eagerRunner(kernels) : recordedRunner(kernels);
  const ports: Ports = { ...model.inputs, ...model.targets };
  const fewer = portsWithFeatures(model);
  const queue = new CallQueue();
  const counts = new Counts(model);
  let programs = routinesOf(model, counts.phase, memory);
  /** The same over rows that have their features already. */
  let behind = routinesOf(model, counts.phase, memory, fewer);
  let asksForUpdates = counts.phase.steps.map(readsUpdates);
  let updates = options.updates;

  /** Of a step, by its place in the phase. */
  function stepSettings(at: number, B: number, micro = 1): RunSettings {
    const { step, t, runs, plateau } = counts.of(at);
    const clock: Clock = { t: t + 1, T: updatesOf(at) ?? NaN, plateau: plateau.factor, B, micro };
    // Those of the model are for what it makes of a batch before the step sees it.
    const scalars =
      model.augment === undefined ? step.numbers(clock) : { ...model.numbers(clock), ...step.numbers(clock) };
    return { scalars, seed, counter: runs };
  }

  /** Outside training, of a batch of an evaluation or a piece of a prediction: each counts its own from 0. */
  function settings(B: number, counter: number): RunSettings {
    const { t, plateau } = counts.of(0);
    const clock: Clock = { t: t + 1, T: updatesOf(0) ?? NaN, plateau: plateau.factor, B, micro: 1 };
    return { scalars: model.numbers(clock), seed, counter };
  }

  const updatesOf = (at: number): number | undefined => (typeof updates === 'object' ? updates[at] : updates);

  /** Also where the end of the phase does not matter yet, as in a warm-up: a run must not fail in its midst. */
  function checkUpdates(): void {
    if (asksForUpdates.every((asks, at) => !asks || updatesOf(at) !== undefined)) return;
    throw new UserError(
      'NN5009',
      'the schedule needs to know how many updates the run has',
      'say so: createTrainer({ updates }), or `--updates`',
    );
  }

  /** Whoever only predicts needs no weights of classes. */
  function checkCounted(): void {
    if (isCounted) return;
    demandClassWeights(
      model,
      options.classWeights ?? {},
      'give them: createTrainer({ classWeights: dataset.classWeights })',
    );
    isCounted = true;
  }

  /** The ports and routines for rows as they are given. */
  const forRows = (values: object): readonly [Ports, Routines] =>
    fewer !== undefined && hasFeatures(model, values) ? [fewer, behind] : [ports, programs];

  function routinesAt(at: number, { steps }: Routines = programs): StepRoutines {
    const routines = steps[at];
    if (routines === undefined) throw new Error('a step without routines');
    return routines;
  }

  /** How a phase is measured, or the trained model. */
  function measuring(phase = programs.evaluations.length - 1, { evaluations }: Routines = programs): Measuring {
    const found = evaluations[phase];
    if (found === undefined) throw new RangeError(`${model.name} has no phase ${phase}`);
    return found;
  }

  async function finishGroup(at: number): Promise<boolean> {
    const { group } = counts.of(at);
    if (group === 0) return false;
    await runner.run(routinesAt(at).update, { rows: 1, elements: {} }, stepSettings(at, 1, group));
    counts.updated(at);
    return true;
  }

  /** One run of a step over a batch: its loss. */
  async function runStep(at: number, batch: HostBatch, routines: Routines): Promise<Promise<number>[]> {
    const { accumulate } = counts.of(at).step;
    const { step, gradients } = routinesAt(at, routines);
    const results = await runner.run(accumulate === 1 ? step : gradients, batch, stepSettings(at, batch.rows));
    counts.ran(at);
    if (accumulate === 1) counts.updated(at);
    else if (counts.of(at).group === accumulate) await finishGroup(at);
    return [onlyNumber(results['loss'])];
  }

  function moveTo(phase: number, weights: Tensors): void {
    runner.dispose();
    memory.enter(phase, weights);
    counts.enter(phase);
    programs = routinesOf(model, counts.phase, memory);
    behind = routinesOf(model, counts.phase, memory, fewer);
    asksForUpdates = counts.phase.steps.map(readsUpdates);
    updates = undefined;
  }

  /** Averages begin anew with the weights. */
  function writeAll(weights: Tensors): void {
    memory.writeWeights(weights);
    memory.writeAverages(memory.averagesIn(weights));
    isCounted = true;
  }

  const trainer: Trainer<M> = {
    model,
    backend: kernels.backend,
    kernelSet: kernels.kernelSet,
    seed,
    get progress() {
      return { t: counts.t, microBatches: counts.microBatches };
    },
    get phase() {
      return counts.at;
    },

    trainStep: (values) =>
      queue.enter('changes', async () => {
        checkUpdates();
        checkCounted();
        const [read, routines] = forRows(values);
        const batch = await gatherBatch(read, values);
        const losses: (readonly [string, Promise<number>])[] = [];
        for (const [at, step] of counts.phase.steps.entries()) {
          const runs: Promise<number>[] = [];
          for (let run = 0; run < step.times; run++) runs.push(...(await runStep(at, batch, routines)));
          losses.push([figureOf(step), meanOf(runs)]);
        }
        counts.microBatches += 1;
        const loss = sumOf(losses.map(([, each]) => each));
        return { rows: batch.rows, updated: counts.isWhole, loss, losses: Object.fromEntries(losses) };
      }),

    enterPhase: (phase) => queue.enter('changes', async () => moveTo(phase, await memory.readWeights())),

    finishGroup: () =>
      queue.enter('changes', async () => {
        let updated = false;
        for (const at of counts.phase.steps.keys()) updated = (await finishGroup(at)) || updated;
        return updated;
      }),

    observe: (figures) =>
      counts.isWatching ? queue.enter('changes', async () => counts.observe(figures)) : Promise.resolve(),

    fit: (batches, fitOptions = {}) => fit(trainer, batches, fitOptions),

    evaluate: (batches, { phase, signal, start = nothingCounted, onBatch } = {}) =>
      queue.enter('reads', async () => {
        const { evaluation } = measuring(phase);
        checkCounted();
        let tally = start;
        let skip = start.batches;
        const takeTurn = turnTaker();
        for await (const values of batches) {
          if (skip-- > 0) continue;
          const [read, routines] = forRows(values);
          const batch = await gatherBatch(read, values);
          const { routine } = measuring(phase, routines);
          await takeTurn();
          signal?.throwIfAborted();
          const results = await runner.run(routine, batch, settings(batch.rows, tally.batches));
          tally = await count(tally, batch.rows, results, evaluation.moments);
          await onBatch?.(tally);
        }
        if (tally.rows === 0) throw new UserError('NN5001', 'there are no rows to evaluate');
        return evaluation.figures(Object.fromEntries(tally.totals), { rows: tally.rows });
      }),

    features: (inputs) =>
      queue.enter('reads', async () => {
        const all = await gatherBatch(model.inputs, given(inputs));
        const parts: Readonly<Record<string, HostTensor>>[] = [];
        for (const [i, batch] of chunks(model.inputs, all, model.train.batch).entries())
          parts.push(await tensorsOf(await runner.run(programs.features, batch, settings(batch.rows, i))));
        runner.release(programs.features);
        return joinRows(parts);
      }),

    predict: (inputs, { rows } = {}) =>
      queue.enter('reads', async () => {
        const needed: Ports = Object.fromEntries(
          Object.entries(model.inputs).filter(([name]) => model.predictInputs.includes(name)),
        );
        const read = given(inputs, (name) => Object.hasOwn(needed, name) || !Object.hasOwn(model.inputs, name));
        const all = await predictBatch(model, needed, read, rows);
        const parts: Readonly<Record<string, HostTensor>>[] = [];
        for (const [i, batch] of chunks(needed, all, model.train.batch).entries()) {
          parts.push(await tensorsOf(await runner.run(programs.predict, batch, settings(batch.rows, i))));
        }
        const predictions = inUnits(model, options.units ?? {}, joinRows(parts));
        if (!arePredictions<M>(predictions)) throw new Error('predictions without names');
        return predictions;
      }),

    weights: () =>
      queue.enter('reads', async () => new Map([...(await memory.readWeights()), ...(await memory.readAverages())])),
    setWeights(weights) {
      const tensors = byPath(weights);
      memory.checkWeights(tensors);
      queue.change(() => writeAll(tensors));
    },

    snapshot: () =>
      queue.enter('reads', async () => ({
        ...counts.saved(),
        weights: await memory.readWeights(),
        averages: await memory.readAverages(),
        slots: await memory.readSlots(),
      })),
    restore(snapshot) {
      memory.checkWeights(snapshot.weights);
      memory.checkSlots(snapshot.slots, snapshot.phase ?? 0);
      memory.checkAverages(snapshot.averages, snapshot.phase ?? 0);
      queue.change(() => {
        if ((snapshot.phase ?? 0) !== counts.at) moveTo(snapshot.phase ?? 0, snapshot.weights);
        memory.writeWeights(snapshot.weights);
        isCounted = true;
        memory.writeAverages(snapshot.averages);
        memory.writeSlots(snapshot.slots);
        counts.restore(snapshot);
        memory.clearAccumulators();
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

/** Those inputs that are given, as far as they are wanted. */
function given(
  inputs: Readonly<Record<string, TensorLike | undefined>>,
  isWanted: (name: string) => boolean = () => true,
): Readonly<Record<string, TensorLike>> {
  const found: Record<string, TensorLike> = {};
  for (const [name, value] of Object.entries(inputs))
    if (value !== undefined && isWanted(name)) put(found, name, value);
  return found;
}

async function tensorsOf(results: Readonly<Record<string, RunResult>>): Promise<Readonly<Record<string, HostTensor>>> {
  const tensors: Record<string, HostTensor> = {};
  for (const [name, { shape, elements }] of Object.entries(results))
    put(tensors, name, { shape, data: await elements });
  return tensors;
}

/** The number that was read. Nobody needs to wait for it: a lost device is met by the next step. */
function onlyNumber(result: RunResult | undefined): Promise<number> {
  return later((async () => (await result?.elements)?.[0] ?? NaN)());
}

/** What predictions read. Throws NN5001 where that is noise alone, and nobody says of how many examples. */
async function predictBatch(
  { noise = {} }: ModelDefinition,
  needed: Ports,
  given: Readonly<Record<string, TensorLike>>,
  rows: number | undefined,
): Promise<HostBatch> {
  if (Object.keys(needed).length > 0 || Object.keys(noise).length === 0) return gatherBatch(needed, given);
  if (rows !== undefined && Number.isInteger(rows) && rows > 0) return { rows, elements: {} };
  throw new UserError(
    'NN5001',
    'the predictions read noise alone',
    'say how many there are to be: predict({}, { rows: 16 })',
  );
}

/** What is on its way may fail: whoever asks for it hears of that. */
function later(number: Promise<number>): Promise<number> {
  number.catch(() => undefined);
  return number;
}

/** One number is its own sum: most models have one step that runs once, and wait for nothing more. */
const sumOf = (numbers: readonly Promise<number>[]): Promise<number> => {
  const [first] = numbers;
  if (first !== undefined && numbers.length === 1) return first;
  return later(Promise.all(numbers).then((all) => all.reduce((sum, number) => sum + number, 0)));
};

const meanOf = (numbers: readonly Promise<number>[]): Promise<number> =>
  numbers.length === 1 ? sumOf(numbers) : later(sumOf(numbers).then((sum) => sum / numbers.length));

const arePredictions = <M extends ModelDefinition>(outputs: object): outputs is PredictionsOf<M> =>
  Object.keys(outputs).length >= 0;
