/** Makes a trainer: puts a model's memory on a backend, and runs its functions there. */
import { openKernels } from './backend.ts';
import type { Clock, ModelDefinition } from '../model.ts';
import { UserError } from '../user-error.ts';
import { chunks, gatherBatch, joinRows } from './batch.ts';
import type { Ports } from './batch.ts';
import { fit } from './fit.ts';
import { allocateMemory, byPath } from './memory.ts';
import { eagerRunner, recordedRunner } from './routine.ts';
import type { RunSettings } from './routine.ts';
import { routinesOf } from './routines.ts';
import { count, nothingCounted } from './tally.ts';
import type { HostTensor, TensorLike } from './tensor.ts';
import { turnTaker } from './turns.ts';
import { inUnits } from './units.ts';
import type { Trainer, TrainerOptions } from './trainer.ts';
import { put } from '../own.ts';

export async function createTrainer<M extends ModelDefinition>(
  model: M,
  options: TrainerOptions = {},
): Promise<Trainer<M>> {
  const kernels = options.kernels ?? (await openKernels(options.backend ?? 'auto'));
  const seed = options.seed ?? model.train.seed;
  const memory = allocateMemory(
    model,
    kernels,
    seed,
    options.weights === undefined ? undefined : byPath(options.weights),
    options.units,
  );
  const runner = options.mode === 'eager' ? eagerRunner(kernels) : recordedRunner(kernels);
  const programs = routinesOf(model, memory);
  const ports: Ports = { ...model.inputs, ...model.targets };
  let updates = options.updates;
  let t = 0;
  let microBatches = 0;
  /** Batches in the accumulators. */
  let group = 0;

  function settings(B: number, micro = 1): RunSettings {
    const clock: Clock = { t: t + 1, T: updates ?? NaN, B, micro };
    return { scalars: model.numbers(clock), seed, counter: microBatches };
  }
  function trainingSettings(B: number, micro = 1): RunSettings {
    const all = settings(B, micro);
    if (updates !== undefined || !Object.values(all.scalars).some(Number.isNaN)) return all;
    throw new UserError(
      'NN5009',
      'the schedule needs to know how many updates the run has',
      'say so: createTrainer({ updates }), or `--updates`',
    );
  }

  async function finishGroup(): Promise<boolean> {
    if (group === 0) return false;
    await runner.run(programs.update, { rows: 1, elements: {} }, trainingSettings(1, group));
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

    async trainStep(values) {
      const batch = await gatherBatch(ports, values);
      const whole = model.accumulate === 1;
      const routine = whole ? programs.step : programs.gradients;
      const { loss } = await runner.run(routine, batch, trainingSettings(batch.rows));
      microBatches += 1;
      let updated = whole;
      if (whole) t += 1;
      else {
        group += 1;
        updated = group === model.accumulate && (await finishGroup());
      }
      return { rows: batch.rows, updated, loss: async () => (await loss?.elements)?.[0] ?? NaN };
    },

    finishGroup,

    fit: (batches, fitOptions = {}) => fit(trainer, batches, fitOptions),

    async evaluate(batches, { signal, start = nothingCounted, onBatch } = {}) {
      let tally = start;
      let skip = start.batches;
      const takeTurn = turnTaker();
      for await (const values of batches) {
        if (skip-- > 0) continue;
        const batch = await gatherBatch(ports, values);
        await takeTurn();
        signal?.throwIfAborted();
        tally = await count(tally, batch.rows, await runner.run(programs.evaluate, batch, settings(batch.rows)));
        await onBatch?.(tally);
      }
      if (tally.rows === 0) throw new UserError('NN5001', 'there are no rows to evaluate');
      return model.figures(Object.fromEntries(tally.totals), { rows: tally.rows });
    },

    async predict(inputs) {
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
      return inUnits(model, options.units ?? {}, joinRows(parts));
    },

    weights: () => memory.readWeights(),
    setWeights: (weights) => memory.writeWeights(byPath(weights)),

    async snapshot() {
      return { t, microBatches, weights: await memory.readWeights(), slots: await memory.readSlots() };
    },
    restore(snapshot) {
      memory.writeWeights(snapshot.weights);
      memory.writeSlots(snapshot.slots);
      ({ t, microBatches } = snapshot);
      memory.clearAccumulators();
      group = 0;
    },
    setUpdates(all) {
      updates = all;
    },
    dispose() {
      runner.dispose();
      memory.release();
      if (options.kernels === undefined) kernels.dispose();
    },
  };
  return trainer;
}
