/** One exact step: forward, backward and update line by line, with everything that another framework could compare. */
import type { SavedTensor } from '../checkpoint/safetensors.ts';
import type { Kernels } from '../kernels/device.ts';
import type { Value } from '../kernels/k.ts';
import { openKernels } from './backend.ts';
import type { BackendName } from './backend.ts';
import { readsUpdates } from '../model.ts';
import type { Clock, ModelDefinition, Values, Weights } from '../model.ts';
import { checkedSeed } from '../random/seed.ts';
import { UserError } from '../user-error.ts';
import { inputSpecs, joinRows } from './batch.ts';
import type { HostBatch, Ports } from './batch.ts';
import { givenBatch, givenState } from './exact-state.ts';
import { allocateMemory } from './memory.ts';
import type { DeviceMemory, Tensors } from './memory.ts';
import { madeBy, numbersOf } from './routines.ts';
import type { HostTensor } from './tensor.ts';
import { own } from '../own.ts';
import { valuesByPath } from '../tables.ts';

export interface ExactStepOptions {
  /** Parameters and states by path, slots as `state/<path>/<slot>`, updates done as `t`. Initial values if left out. */
  readonly weights?: ReadonlyMap<string, SavedTensor> | undefined;
  /** What the model loads, where there are no `weights`. */
  readonly loaded?: Tensors | undefined;
  /** Inputs and targets by name, one map for each micro-batch. */
  readonly batches: readonly ReadonlyMap<string, SavedTensor>[];
  readonly seed?: number | undefined;
  /** All updates of the run, or how to count them: asked for only where a schedule needs to know. */
  readonly updates?: number | (() => Promise<number | undefined>) | undefined;
  readonly backend?: BackendName | undefined;
  readonly kernels?: Kernels | undefined;
}

/** `loss`, `loss/i`, `grad/…`, `new/…`, `state/…`, `predict` and `t`, as conventions 6 names them. */
export async function exactStep(model: ModelDefinition, options: ExactStepOptions): Promise<Map<string, SavedTensor>> {
  const seed = checkedSeed(options.seed ?? model.train.seed);
  const given = givenState(model, options.weights);
  if (options.batches.length !== model.accumulate) {
    throw new UserError(
      'NN5001',
      `the model takes ${model.accumulate} ${model.accumulate === 1 ? 'batch' : 'batches'} to an update, not ${options.batches.length}`,
    );
  }
  const ports: Ports = { ...model.inputs, ...model.targets };
  const batches = await Promise.all(options.batches.map((batch) => givenBatch(ports, batch)));
  const kernels = options.kernels ?? (await openKernels(options.backend ?? 'auto'));
  try {
    const memory = allocateMemory(model, kernels, seed, { weights: given.weights, loaded: options.loaded });
    try {
      // Slots that were not given keep their initial values.
      memory.writeSlots(new Map([...(await memory.readSlots()), ...given.slots]));
      const T = await updatesOf(model, given.t, options.updates);
      return await runStep(model, kernels, memory, batches, { t: given.t, T, seed });
    } finally {
      memory.release();
    }
  } finally {
    if (options.kernels === undefined) kernels.dispose();
  }
}

/** All updates of the run; NaN where they are not known, and the numbers of this step do not depend on them. */
async function updatesOf(model: ModelDefinition, t: number, updates: ExactStepOptions['updates']): Promise<number> {
  if (typeof updates === 'number') return updates;
  // A warm-up goes by t alone.
  if (t + 1 <= model.warmup || !readsUpdates(model)) return NaN;
  const counted = await updates?.();
  if (counted !== undefined) return counted;
  throw new UserError('NN5009', 'the schedule needs to know how many updates the run has', 'say --updates T');
}

async function runStep(
  model: ModelDefinition,
  kernels: Kernels,
  memory: DeviceMemory,
  batches: readonly HostBatch[],
  at: { readonly t: number; readonly T: number; readonly seed: number },
): Promise<Map<string, SavedTensor>> {
  const { p, s, a } = memory;
  const n = numbersOf(model);
  const result = new Map<string, SavedTensor>();
  const predictions: Record<string, HostTensor>[] = [];
  const losses: number[][] = [];
  const eager = kernels.eager();
  const read = async (value: Value): Promise<HostTensor> => ({ shape: value.shape, data: await kernels.read(value) });
  const set = (B: number, micro: number, counter: number): void => {
    const clock: Clock = { t: at.t + 1, T: at.T, B, micro };
    eager.setScalars(model.numbers(clock));
    eager.setSeed(at.seed);
    eager.setCounter(counter);
  };
  const { k } = eager;
  const ports: Ports = { ...model.inputs, ...model.targets };
  const uploaded: Value[] = [];
  let gradients: Weights = a;
  try {
    const onDevice = batches.map((batch) => upload(kernels, ports, batch, uploaded));
    // With the weights that came in, and states too: forward writes those.
    for (const [i, values] of onDevice.entries()) {
      set(batches[i]?.rows ?? 1, 1, at.t * model.accumulate + i);
      const predicted = Object.entries(model.predict(k, p, values, n));
      const tensors = await Promise.all(predicted.map(async ([name, value]) => [name, await read(value)] as const));
      predictions.push(Object.fromEntries(tensors));
      eager.keep([]);
    }
    for (const [i, values] of onDevice.entries()) {
      set(batches[i]?.rows ?? 1, 1, at.t * model.accumulate + i);
      const f = model.forward(k, p, n, values);
      eager.keep(madeBy(f));
      losses.push(await Promise.all([f.loss, ...f.losses].map(async (loss) => (await kernels.read(loss))[0] ?? NaN)));
      const g = model.backward(k, p, n, values, f);
      if (model.accumulateGradients === undefined) gradients = g;
      else model.accumulateGradients(k, a, g);
      eager.keep(madeBy(gradients));
    }
    const [first = []] = losses;
    const micro = batches.length;
    first.forEach((_, i) => {
      const mean = losses.reduce((sum, own) => sum + (own[i] ?? NaN), 0) / micro;
      result.set(i === 0 ? 'loss' : `loss/${i - 1}`, { shape: [], data: Float32Array.of(mean) });
    });
    for (const [path, value] of valuesByPath(gradients)) {
      const { shape, data } = await read(value);
      result.set(`grad/${path}`, { shape, data: micro === 1 ? data : data.map((x) => x / micro) });
    }
    set(batches[0]?.rows ?? 1, micro, at.t * model.accumulate);
    model.update(k, p, s, n, gradients);
  } finally {
    eager.dispose();
    kernels.release(...uploaded);
  }
  for (const [path, tensor] of await memory.readWeights()) result.set(`new/${path}`, tensor);
  for (const [path, tensor] of await memory.readSlots()) result.set(`state/${path}`, tensor);
  for (const [name, tensor] of Object.entries(joinRows(predictions))) {
    result.set(name === 'predict' ? 'predict' : `predict/${name}`, tensor);
  }
  result.set('t', { shape: [], data: Int32Array.of(at.t + 1) });
  return result;
}

/** The batch as values by their names, each of which is also noted in `uploaded`. */
function upload(kernels: Kernels, ports: Ports, batch: HostBatch, uploaded: Value[]): Values {
  return Object.fromEntries(
    Object.entries(inputSpecs(ports, batch.rows)).map(([name, { shape, dtype }]) => {
      const value = kernels.allocate(shape, dtype, own(batch.elements, name));
      uploaded.push(value);
      return [name, value];
    }),
  );
}
