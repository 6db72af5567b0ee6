/**
 * A run that is interrupted goes on to the bits of one that is not: wherever a run of some phases and steps can be saved,
 * what the bytes of the checkpoint say is taken up by another trainer, and leads to the same weights, averages, slots,
 * counts and figures. NNC_RESUMED=10..40 takes other seeds than the suite does.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { checkpointFile, readCheckpoint } from '../../runtime/checkpoint/run-files.ts';
import { runStateOf } from '../../runtime/checkpoint/run-state.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import type { ModelDefinition } from '../../runtime/model.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import type { FitState } from '../../runtime/train/fit.ts';
import type { BatchOf, Figures, Snapshot, Trainer } from '../../runtime/train/trainer.ts';
import type { Model } from '../../compiler/ir/model.ts';
import { amount, sampled } from '../amounts.ts';
import { generate } from '../generated.ts';
import { randomBatch } from '../specs/random-batch.ts';
import { names, resumable } from './specs.ts';

const [first = 0, end = 0] = (process.env['NNC_RESUMED'] ?? `0..${amount(2, 4, 30)}`).split('..').map(Number);
const seeds = Array.from({ length: end - first }, (_, i) => first + i);

interface Saved {
  readonly state: FitState;
  readonly snapshot: Snapshot;
}

/** What a run leaves behind, and what it did on the way. */
interface Run {
  readonly end: Snapshot;
  readonly weights: ReadonlyMap<string, unknown>;
  readonly figures: readonly Figures[];
  readonly epoch: number;
  /** The bytes of its checkpoints. */
  readonly saved: readonly Uint8Array[];
}

const kernels = await createKernels('wasm');
afterAll(() => kernels.dispose());

const digest = { rows: 1, columns: {}, ports: {} };

/** A run from its start or from a checkpoint. Three batches an epoch, the last one smaller; two to evaluate. */
async function run({ definition, model }: Compiled, from?: Uint8Array): Promise<Run> {
  const trainer = await createTrainer(definition, { kernels });
  try {
    const start = from === undefined ? undefined : restored(trainer, from);
    const saved: Uint8Array[] = [];
    const figures: Figures[] = [];
    const result = await trainer.fit((epoch) => [4, 4, 3].map((rows, i) => batch(model, rows, 10 * epoch + i)), {
      batchesPerEpoch: 3,
      start: start?.state,
      measured: { prefix: 'val_', batches: () => [4, 2].map((rows, i) => batch(model, rows, 1000 + i)) },
      saveEvery: 0,
      onSave(state, snapshot) {
        const run = runStateOf(trainer, state, snapshot, digest, false);
        saved.push(checkpointFile({ run, snapshot, fit: state }));
      },
      onEpoch: (report) => void figures.push(report.figures),
    });
    return { end: await trainer.snapshot(), weights: await trainer.weights(), figures, epoch: result.epoch, saved };
  } finally {
    trainer.dispose();
  }
}

function restored(trainer: Trainer, bytes: Uint8Array): Saved {
  const { fit, snapshot } = readCheckpoint(bytes, 'checkpoint');
  trainer.restore(snapshot);
  return { state: fit, snapshot };
}

interface Compiled {
  readonly definition: ModelDefinition;
  readonly model: Model;
}

function batch(model: Model, rows: number, seed: number): BatchOf<ModelDefinition> {
  const ports = [...randomBatch(model, rows, seed)];
  return Object.fromEntries(
    ports.map(([name, { data }]) => [name, data instanceof Int32Array ? data : Float32Array.from(data)]),
  );
}

describe.each(names)('%s', (structure) => {
  test.each(seeds)(
    'seed %i',
    async (seed) => {
      const text = resumable(structure, seed);
      const compiled = await generate('resumed', text);
      const whole = await run(compiled);
      expect(whole.saved.length).toBeGreaterThan(4);
      for (const [at, bytes] of sampled([...whole.saved.entries()], 3, seed % 3)) {
        const rest = await run(compiled, bytes);
        const told = `${text}\nsave ${at} of ${whole.saved.length}`;
        expect(rest.end, told).toEqual(whole.end);
        expect(rest.weights, told).toEqual(whole.weights);
        expect(rest.epoch, told).toBe(whole.epoch);
        expect(rest.figures, told).toEqual(whole.figures.slice(whole.figures.length - rest.figures.length));
        expect(rest.saved.at(-1), told).toEqual(whole.saved.at(-1));
      }
    },
    60_000,
  );
});
