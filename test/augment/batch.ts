/** Runs a model's `augment` on a batch, as training does at a micro-batch. */
import type { Kernels } from '../../runtime/kernels/device.ts';
import type { ModelDefinition, PortSpec } from '../../runtime/model.ts';
import { numbersOf } from '../../runtime/train/routines.ts';
import { sizeOf } from '../../runtime/train/tensor.ts';
import type { HostTensor } from '../../runtime/train/tensor.ts';

export type Batch = Readonly<Record<string, Float32Array | Int32Array>>;

/** What becomes of every port, at the given seed and count of micro-batches. */
export async function augmented(
  definition: ModelDefinition,
  kernels: Kernels,
  batch: Batch,
  seed: number,
  counter: number,
): Promise<Readonly<Record<string, HostTensor>>> {
  const ports: Readonly<Record<string, PortSpec>> = { ...definition.inputs, ...definition.targets };
  const eager = kernels.eager();
  const given = Object.entries(ports).map(([name, { shape, dtype }]) => {
    const data = batch[name] ?? new Float32Array();
    return [name, kernels.allocate([data.length / sizeOf(shape), ...shape], dtype, data)] as const;
  });
  try {
    eager.setScalars(definition.numbers({ t: 1, T: 1, plateau: 1, B: 1, micro: 1 }));
    eager.setSeed(seed);
    eager.setCounter(counter);
    const values = Object.fromEntries(given);
    const made = { ...values, ...definition.augment?.(eager.k, numbersOf(definition), values) };
    const read = Object.entries(made).map(
      async ([name, value]) => [name, { shape: value.shape, data: await kernels.read(value) }] as const,
    );
    return Object.fromEntries(await Promise.all(read));
  } finally {
    eager.dispose();
    kernels.release(...given.map(([, value]) => value));
  }
}

/** Numbers that look random, and are no multiples of each other. */
export const numbers = (count: number, start = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.fround((((i + start) * 0.6180339887) % 1) * 2 - 1));
