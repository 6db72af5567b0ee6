/** Drives the model of `mlp-by-hand.ts` on kernels, eagerly and recorded, and the same in plain doubles. */
import type { Eager, Kernels } from '../../runtime/kernels/device.ts';
import type { Value } from '../../runtime/kernels/k.ts';
import { backward, forward, numbers, parameters, slots, update } from './mlp-by-hand.ts';

export interface Batch {
  readonly image: Float32Array;
  readonly label: Int32Array;
  readonly size: number;
}

export interface StepResult {
  readonly loss: number;
  readonly gradients: Readonly<Record<ParameterName, readonly number[]>>;
  /** After the update. */
  readonly weights: Readonly<Record<ParameterName, readonly number[]>>;
}

const specs = {
  dense_kernel: parameters.dense.kernel,
  dense_bias: parameters.dense.bias,
  dense_1_kernel: parameters.dense_1.kernel,
  dense_1_bias: parameters.dense_1.bias,
} as const;

export const parameterNames = ['dense_kernel', 'dense_bias', 'dense_1_kernel', 'dense_1_bias'] as const;
export type ParameterName = (typeof parameterNames)[number];

/** Numbers in [−1, 1) that look random. */
export const wave = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  });

export const batchOf = (size: number, seed: number): Batch => ({
  image: wave(size * 784, seed).map((x) => Math.max(0, x)),
  label: Int32Array.from(wave(size, seed + 1), (x) => Math.floor((x + 1) * 5)),
  size,
});

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const initialWeights = (name: ParameterName): Float32Array =>
  wave(sizeOf(specs[name].shape), name.length).map((x) => x * 0.05);

function memory(kernels: Kernels) {
  const allocate = ({ shape }: { readonly shape: readonly number[] }): Value => kernels.allocate(shape, 'float32');
  const weight = (name: ParameterName): Value => kernels.allocate(specs[name].shape, 'float32', initialWeights(name));
  const p = {
    dense: { kernel: weight('dense_kernel'), bias: weight('dense_bias') },
    dense_1: { kernel: weight('dense_1_kernel'), bias: weight('dense_1_bias') },
  };
  const s = {
    adam: slots.adam.map(({ path, slots: own }) => ({ path, s: { m: allocate(own.m), v: allocate(own.v) } })),
  };
  return { p, s };
}

const n = { B: { scalar: 'B' }, lr: { scalar: 'lr' }, m_scale: { scalar: 'm_scale' }, v_scale: { scalar: 'v_scale' } };
const clock = (t: number, B: number) => ({ t, T: 1000, plateau: 1, B, micro: 1 });

/** Steps over the batches; `keep` copies the gradients out before the update uses them up. */
export async function eagerSteps(kernels: Kernels, batches: readonly Batch[], keep = true): Promise<StepResult[]> {
  const { p, s } = memory(kernels);
  const results: StepResult[] = [];
  for (const [i, batch] of batches.entries()) {
    const eager: Eager = kernels.eager();
    eager.setScalars(numbers(clock(i + 1, batch.size)));
    const image = kernels.allocate([batch.size, 784], 'float32', batch.image);
    const label = kernels.allocate([batch.size], 'int32', batch.label);
    const f = forward(eager.k, p, n, { image, label });
    const g = backward(eager.k, p, n, { image, label }, f);
    const loss = (await kernels.read(f.loss))[0] ?? NaN;
    const gradients = keep ? await readAll(kernels, g) : empty;
    update(eager.k, p, s, n, g);
    results.push({ loss, gradients, weights: await readAll(kernels, p) });
    eager.dispose();
    kernels.release(image, label);
  }
  kernels.release(...Object.values(flat(p)), ...s.adam.flatMap((row) => [row.s.m, row.s.v]));
  return results;
}

/** The same, recorded. All batches have one size. */
export async function recordedSteps(
  kernels: Kernels,
  batches: readonly Batch[],
): Promise<{
  readonly steps: StepResult[];
  readonly crossings: number;
}> {
  const { p, s } = memory(kernels);
  const size = batches[0]?.size ?? 0;
  const inputs = {
    image: { shape: [size, 784], dtype: 'float32' },
    label: { shape: [size], dtype: 'int32' },
  } as const;
  const program = await kernels.record('step', inputs, (k, batch) => {
    const f = forward(k, p, n, batch);
    const g = backward(k, p, n, batch, f);
    const copy = (value: Value): Value => k.map((x) => x, [value]);
    const kept = {
      dense_kernel: copy(g.dense.kernel),
      dense_bias: copy(g.dense.bias),
      dense_1_kernel: copy(g.dense_1.kernel),
      dense_1_bias: copy(g.dense_1.bias),
    };
    update(k, p, s, n, g);
    return { loss: f.loss, ...kept };
  });
  const steps: StepResult[] = [];
  let crossings = 0;
  for (const [i, batch] of batches.entries()) {
    program.setScalars(numbers(clock(i + 1, batch.size)));
    program.setInput('image', batch.image);
    program.setInput('label', batch.label);
    program.run();
    crossings = Math.max(crossings, program.statistics.crossings);
    const loss = (await program.read('loss'))[0] ?? NaN;
    const gradients = await collect(async (name) => [...(await program.read(name))]);
    steps.push({ loss, gradients, weights: await readAll(kernels, p) });
  }
  program.dispose();
  kernels.release(...Object.values(flat(p)), ...s.adam.flatMap((row) => [row.s.m, row.s.v]));
  return { steps, crossings };
}

/** Steps as a trainer makes them: nothing but the loss is read. */
export async function training(kernels: Kernels, size: number) {
  const { p, s } = memory(kernels);
  const inputs = {
    image: { shape: [size, 784], dtype: 'float32' },
    label: { shape: [size], dtype: 'int32' },
  } as const;
  const program = await kernels.record('training', inputs, (k, batch) => {
    const f = forward(k, p, n, batch);
    update(k, p, s, n, backward(k, p, n, batch, f));
    return { loss: f.loss };
  });
  let t = 0;
  return {
    async step(batch: Batch): Promise<number> {
      program.setScalars(numbers(clock(++t, batch.size)));
      program.setInput('image', batch.image);
      program.setInput('label', batch.label);
      program.run();
      return (await program.read('loss'))[0] ?? NaN;
    },
    dispose(): void {
      program.dispose();
      kernels.release(...Object.values(flat(p)), ...s.adam.flatMap((row) => [row.s.m, row.s.v]));
    },
  };
}

const empty = { dense_kernel: [], dense_bias: [], dense_1_kernel: [], dense_1_bias: [] };

type Nested = ReturnType<typeof memory>['p'];

const flat = ({ dense, dense_1 }: Nested): Readonly<Record<ParameterName, Value>> => ({
  dense_kernel: dense.kernel,
  dense_bias: dense.bias,
  dense_1_kernel: dense_1.kernel,
  dense_1_bias: dense_1.bias,
});

const readAll = (kernels: Kernels, values: Nested) =>
  collect(async (name) => [...(await kernels.read(flat(values)[name]))]);

async function collect(of: (name: ParameterName) => Promise<number[]>) {
  return {
    dense_kernel: await of('dense_kernel'),
    dense_bias: await of('dense_bias'),
    dense_1_kernel: await of('dense_1_kernel'),
    dense_1_bias: await of('dense_1_bias'),
  };
}

/** The same steps by plain loops in double precision. */
export function plainSteps(batches: readonly Batch[]): StepResult[] {
  const w = {
    dense_kernel: [...initialWeights('dense_kernel')],
    dense_bias: [...initialWeights('dense_bias')],
    dense_1_kernel: [...initialWeights('dense_1_kernel')],
    dense_1_bias: [...initialWeights('dense_1_bias')],
  };
  const zeros = () => ({
    dense_kernel: w.dense_kernel.map(() => 0),
    dense_bias: w.dense_bias.map(() => 0),
    dense_1_kernel: w.dense_1_kernel.map(() => 0),
    dense_1_bias: w.dense_1_bias.map(() => 0),
  });
  const m = zeros();
  const v = zeros();
  return batches.map((batch, index) => {
    const g = zeros();
    let loss = 0;
    for (let row = 0; row < batch.size; row++) {
      const x = batch.image.subarray(row * 784, (row + 1) * 784);
      const hidden = w.dense_bias.map((b, j) => {
        let sum = b;
        for (let i = 0; i < 784; i++) sum += at(x, i) * at(w.dense_kernel, i * 128 + j);
        return Math.max(0, sum);
      });
      const logits = w.dense_1_bias.map((b, j) =>
        hidden.reduce((sum, h, i) => sum + h * at(w.dense_1_kernel, i * 10 + j), b),
      );
      const top = Math.max(...logits);
      const total = logits.reduce((sum, z) => sum + Math.exp(z - top), 0);
      const label = at(batch.label, row);
      loss += Math.log(total) + top - at(logits, label);
      const dLogits = logits.map((z, j) => (Math.exp(z - top) / total - (j === label ? 1 : 0)) / batch.size);
      const dHidden = hidden.map((h, i) =>
        h > 0 ? dLogits.reduce((sum, d, j) => sum + d * at(w.dense_1_kernel, i * 10 + j), 0) : 0,
      );
      dLogits.forEach((d, j) => {
        g.dense_1_bias[j] = at(g.dense_1_bias, j) + d;
        hidden.forEach((h, i) => (g.dense_1_kernel[i * 10 + j] = at(g.dense_1_kernel, i * 10 + j) + h * d));
      });
      dHidden.forEach((d, j) => {
        g.dense_bias[j] = at(g.dense_bias, j) + d;
        if (d === 0) return;
        x.forEach((pixel, i) => (g.dense_kernel[i * 128 + j] = at(g.dense_kernel, i * 128 + j) + pixel * d));
      });
    }
    const t = index + 1;
    for (const name of parameterNames) {
      w[name].forEach((weight, i) => {
        const grad = at(g[name], i);
        const newM = (m[name][i] = 0.9 * at(m[name], i) + 0.1 * grad);
        const newV = (v[name][i] = 0.999 * at(v[name], i) + 0.001 * grad * grad);
        const step = (1e-3 * (newM / (1 - 0.9 ** t))) / (Math.sqrt(newV / (1 - 0.999 ** t)) + 1e-7);
        w[name][i] = weight - step;
      });
    }
    return {
      loss: loss / batch.size,
      gradients: g,
      weights: {
        dense_kernel: [...w.dense_kernel],
        dense_bias: [...w.dense_bias],
        dense_1_kernel: [...w.dense_1_kernel],
        dense_1_bias: [...w.dense_1_bias],
      },
    };
  });
}

const at = (xs: ArrayLike<number>, i: number): number => xs[i] ?? NaN;

/** ‖a − b‖ / ‖b‖. */
export function distance(a: readonly number[], b: readonly number[]): number {
  let difference = 0;
  let size = 0;
  b.forEach((y, i) => {
    difference += (at(a, i) - y) ** 2;
    size += y * y;
  });
  return Math.sqrt(difference) / Math.max(Math.sqrt(size), 1e-12);
}
