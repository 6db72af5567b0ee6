/** One exact step: forward, backward and update line by line, with everything that another framework could compare. */
import type { SavedTensor } from '../checkpoint/safetensors.ts';
import type { Kernels } from '../kernels/device.ts';
import { openKernels } from './backend.ts';
import type { BackendName } from './backend.ts';
import { readsUpdates } from '../model.ts';
import type { Clock, ModelDefinition } from '../model.ts';
import { phasesOf } from '../phases.ts';
import { checkedSeed } from '../random/seed.ts';
import { UserError } from '../user-error.ts';
import { joinRows } from './batch.ts';
import { demandClassWeights } from './class-weights.ts';
import type { ClassWeights } from './class-weights.ts';
import type { HostBatch, Ports } from './batch.ts';
import { exactRoutines } from './exact-routines.ts';
import { givenBatch, givenState } from './exact-state.ts';
import type { Place } from './exact-state.ts';
import { allocateMemory, tablesOf } from './memory.ts';
import type { DeviceMemory, Tensors } from './memory.ts';
import { eagerRunner } from './routine.ts';
import type { Routine } from './routine.ts';
import type { HostTensor } from './tensor.ts';

export interface ExactStepOptions {
  /**
   * Parameters and states by path, slots as `state/<path>/<slot>`, averages as `ema/<path>`, updates done as `t`. Initial
   * values if left out.
   */
  readonly weights?: ReadonlyMap<string, SavedTensor> | undefined;
  /** What the model loads, where there are no `weights`. */
  readonly loaded?: Tensors | undefined;
  /** Of targets whose classes the loss weights by their rows, where there are no `weights`. */
  readonly classWeights?: ClassWeights | undefined;
  /** Inputs and targets by name, one map for each micro-batch. */
  readonly batches: readonly ReadonlyMap<string, SavedTensor>[];
  /** The first unless given. */
  readonly phase?: string | undefined;
  /** Needed where the phase has several. */
  readonly step?: string | undefined;
  readonly seed?: number | undefined;
  /** All updates of the step in its phase, or how to count them: asked for only where a schedule needs to know. */
  readonly updates?: number | ((place: Place) => Promise<number | undefined>) | undefined;
  readonly backend?: BackendName | undefined;
  readonly kernels?: Kernels | undefined;
  /** What opens those of a backend otherwise; `openKernels` unless given. */
  readonly openKernels?: (backend: BackendName) => Promise<Kernels>;
}

/** `loss`, `loss/i`, `grad/…`, `new/…`, `ema/…`, `state/…`, `predict` and `t`, as conventions 6 names them. */
export async function exactStep(model: ModelDefinition, options: ExactStepOptions): Promise<Map<string, SavedTensor>> {
  const seed = checkedSeed(options.seed ?? model.train.seed);
  const place = placeOf(model, options);
  const { accumulate } = place.step;
  const given = givenState(model, place, options.weights);
  if (options.batches.length !== accumulate) {
    throw new UserError(
      'NN5001',
      `the ${place.step.name === undefined ? 'model' : `step ${place.step.name}`} takes ${accumulate} ${accumulate === 1 ? 'batch' : 'batches'} to an update, not ${options.batches.length}`,
    );
  }
  if (given.weights === undefined)
    demandClassWeights(model, options.classWeights ?? {}, '--weights has them, by the path that ends in `.weights`');
  const batches = await Promise.all(options.batches.map((batch) => givenBatch(model, batch)));
  const kernels = options.kernels ?? (await (options.openKernels ?? openKernels)(options.backend ?? 'auto'));
  try {
    const { weights } = given;
    const { loaded, classWeights } = options;
    const memory = allocateMemory(model, kernels, seed, { weights, loaded, classWeights, phase: place.at });
    try {
      // Slots that were not given keep their initial values.
      memory.writeSlots(new Map([...(await memory.readSlots()), ...given.slots]));
      memory.writeAverages(new Map([...(await memory.readAverages()), ...given.averages]));
      const T = await updatesOf(place, given.t, options.updates);
      return await runStep(model, place, kernels, memory, batches, { t: given.t, T, seed });
    } finally {
      memory.release();
    }
  } finally {
    if (options.kernels === undefined) kernels.dispose();
  }
}

/** All updates of the run; NaN where they are not known, and the numbers of this step do not depend on them. */
async function updatesOf(place: Place, t: number, updates: ExactStepOptions['updates']): Promise<number> {
  if (typeof updates === 'number') return updates;
  // A warm-up goes by t alone.
  if (t + 1 <= place.step.warmup || !readsUpdates(place.step)) return NaN;
  const counted = await updates?.(place);
  if (counted !== undefined) return counted;
  throw new UserError('NN5009', 'the schedule needs to know how many updates the run has', 'say --updates T');
}

/** The step that is asked for. Throws NN5017 where the spec has none of that name, or several and none is named. */
function placeOf(model: ModelDefinition, asked: Pick<ExactStepOptions, 'phase' | 'step'>): Place {
  const phases = phasesOf(model);
  const at = asked.phase === undefined ? 0 : phases.findIndex(({ name }) => name === asked.phase);
  const phase = phases[at];
  if (phase === undefined) throw noneOf('phase', asked.phase, phases);
  const [first, ...more] = phase.steps;
  const step = asked.step === undefined ? first : phase.steps.find(({ name }) => name === asked.step);
  if (step === undefined) throw noneOf('step', asked.step, phase.steps);
  if (asked.step !== undefined || more.length === 0) return { phase, at, step };
  throw new UserError(
    'NN5017',
    'the spec has several steps, and none is chosen',
    `say --step: ${namesOf(phase.steps)}`,
  );
}

type Named = readonly { readonly name: string | undefined }[];

const namesOf = (all: Named): string => all.flatMap(({ name }) => name ?? []).join(', ');

function noneOf(what: 'phase' | 'step', name: string | undefined, all: Named): UserError {
  const known = namesOf(all);
  const help = known === '' ? `its ${what} has no name: leave --${what} out` : `there are ${known}`;
  return new UserError('NN5017', `the spec has no ${what} \`${name ?? ''}\``, help);
}

async function runStep(
  model: ModelDefinition,
  place: Place,
  kernels: Kernels,
  memory: DeviceMemory,
  batches: readonly { readonly batch: HostBatch; readonly ports: Ports }[],
  at: { readonly t: number; readonly T: number; readonly seed: number },
): Promise<Map<string, SavedTensor>> {
  const { step } = place;
  const { predict, differentiate, update } = exactRoutines(model, place, memory);
  const runner = eagerRunner(kernels);
  /** For the run over one of the batches, or for the update by all of them. */
  const run = async (routine: Routine, batch: HostBatch, i: number, micro = 1): Promise<Tensors> => {
    const clock: Clock = { t: at.t + 1, T: at.T, plateau: 1, B: batches[i]?.batch.rows ?? 1, micro };
    const results = await runner.run(routine, batch, {
      scalars: { ...model.numbers(clock), ...step.numbers(clock) },
      seed: at.seed,
      counter: at.t * step.accumulate + i,
    });
    const read = Object.entries(results).map(
      async ([name, { shape, elements }]) => [name, { shape, data: await elements }] as const,
    );
    return new Map(await Promise.all(read));
  };
  const predictions: Tensors[] = [];
  // With the weights that came in, and states too: forward writes those.
  for (const [i, { batch, ports }] of batches.entries()) predictions.push(await run(predict(ports), batch, i));
  const found: Tensors[] = [];
  for (const [i, { batch, ports }] of batches.entries()) found.push(await run(differentiate(ports), batch, i));
  if (update !== undefined) found.push(await run(update, { rows: 1, elements: {} }, 0, batches.length));
  const result = new Map<string, SavedTensor>(meansOf(found, batches.length));
  for (const [path, tensor] of await memory.readWeights()) result.set(`new/${path}`, tensor);
  const { averages } = tablesOf(model, { ...place.phase, steps: [step] });
  for (const [path, tensor] of await memory.readAverages()) {
    if (averages.has(path)) result.set(`ema/${path}`, tensor);
  }
  // The file is about one step: its slots are named as those of a spec that has no other.
  for (const [path, tensor] of await memory.readSlots()) {
    if (path.startsWith(step.prefix)) result.set(`state/${path.slice(step.prefix.length)}`, tensor);
  }
  const predicted = predictions.map((tensors) => Object.fromEntries(tensors));
  for (const [name, tensor] of Object.entries(joinRows(predicted))) {
    result.set(name === 'predict' ? 'predict' : `predict/${name}`, tensor);
  }
  result.set('t', { shape: [], data: Int32Array.of(at.t + 1) });
  return result;
}

/** By name the mean over so many batches of what was found for each of them, or of all of them as a sum. */
function meansOf(found: readonly Tensors[], batches: number): Tensors {
  const sums = new Map<string, HostTensor[]>();
  for (const [name, tensor] of found.flatMap((tensors) => [...tensors]))
    sums.set(name, [...(sums.get(name) ?? []), tensor]);
  const means = [...sums].flatMap(([name, [first, ...rest]]): readonly (readonly [string, HostTensor])[] => {
    if (first === undefined) return [];
    const sum = (value: number, at: number): number =>
      rest.reduce((total, { data }) => total + (data[at] ?? NaN), value);
    return [[name, { shape: first.shape, data: first.data.map((value, at) => sum(value, at) / batches) }]];
  });
  return new Map(means);
}
