/**
 * Sums, means and variances over the batch wherever a value may stand: in losses, values, predictions and metrics, alone and
 * among the values of each example and of all.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { sampled } from '../amounts.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { compileText } from '../codegen/compiled.ts';
import { holds } from './whole-check.ts';

interface Form {
  readonly name: string;
  /** `S(…)` is a sum or a mean over the batch; x and z belong to each example, w, m and q are weights. */
  readonly of: string;
  /** Whether the sum meets single examples again: then it has no place in a metric. */
  readonly meets?: boolean;
}

const forms: readonly Form[] = [
  { name: 'alone', of: 'S(z)' },
  { name: 'a power of it', of: 'S(z)^2' },
  { name: 'of a power', of: 'S(z^2)' },
  { name: 'of an input', of: 'S(x) * w' },
  { name: 'of itself', of: 'S(S(z))' },
  { name: 'of a weight', of: 'S(w)' },
  { name: 'of a weight without axes', of: 'S(q) * w' },
  { name: 'of a constant', of: 'w / S(1)' },
  { name: 'of a list', of: 'S([1, 2, 3]) * w' },
  { name: 'of a mean', of: 'S(mean(z))' },
  { name: 'of a mean, times a weight', of: 'S(mean(x)) * q' },
  { name: 'of a matrix', of: 'S(reshape(z, [3, 1]) * w)' },
  { name: 'taken from each example', of: '(z - S(z))^2', meets: true },
  { name: 'a variance', of: 'S((z - S(z))^2)', meets: true },
  { name: 'a loss of the examples and of the batch', of: 'mean((z - y)^2) + 0.1 * mean(S(z)^2)', meets: true },
  { name: 'a product and a sum', of: 'mean(x * w) + mean(S(x)^2)', meets: true },
  { name: 'concat of all three', of: 'concat([S(x), w, x])', meets: true },
  { name: 'concat with a weight', of: 'concat([S(x), w])' },
  { name: 'concat of two', of: 'concat([S(x), S(z)])' },
  { name: 'stack of all three', of: 'stack([S(z), w, z])', meets: true },
  { name: 'stack with a weight', of: 'stack([S(z), w])' },
  { name: 'stack of numbers', of: 'stack([S(sum(z)), q, 1])' },
  { name: 'stack of numbers of all three', of: 'stack([S(sum(z)), q, 1, sum(z)])', meets: true },
  { name: 'gather at its argmin', of: 'gather(w, argmin(S(x)))' },
  { name: 'gather at its argmax, times each example', of: 'gather(w, argmax(S(z))) * z', meets: true },
  { name: 'gather from it', of: 'gather(S(z), argmin(x))', meets: true },
  { name: 'gather from it at its argmax', of: 'gather(S(z), argmax(S(x)))' },
  { name: 'a row of a matrix at its argmax', of: 'gather(m, argmax(S(x)))' },
  { name: 'where it is less', of: 'where(x > S(x), z, w)', meets: true },
  { name: 'where it is positive', of: 'where(S(x) > 0, w, S(z))' },
  { name: 'as a branch', of: 'where(S(x) > 0, z, S(z))', meets: true },
  { name: 'compared', of: 'w * (S(z) > 0)' },
  { name: 'compared, times each example', of: 'z * (S(z) > 0)', meets: true },
  { name: 'matmul with a weight', of: 'S(z) @ m' },
  { name: 'matmul after a weight', of: 'm @ S(z)' },
  { name: 'the product with a vector', of: 'w @ S(z)' },
  { name: 'the product with each example', of: 'z @ S(z)', meets: true },
  { name: 'matmul of each example', of: 'z @ S(reshape(z, [3, 1]) * reshape(x, [1, 3]))', meets: true },
  { name: 'transposed', of: 'transpose(S(reshape(z, [3, 1]) * w)) @ w' },
  { name: 'softmax', of: 'softmax(S(z))' },
  { name: 'norm', of: 'norm(S(z))' },
  { name: 'max', of: 'max(S(z))' },
  { name: 'mean', of: 'mean(S(z))' },
  { name: 'logsumexp', of: 'logsumexp(S(z)) + q' },
  { name: 'sliced', of: 'S(z)[1:] * w[1:]' },
  { name: 'indexed', of: 'S(z)[0] * w' },
  { name: 'indexed, times each example', of: 'S(z)[0] * z', meets: true },
  { name: 'reshaped', of: 'reshape(S(z), [3, 1]) * w' },
  { name: 'reshaped, times each example', of: 'reshape(S(z), [3, 1]) * z', meets: true },
  { name: 'one_hot', of: 'one_hot(argmax(S(z)), 3) * w' },
  { name: 'padded', of: 'pad(S(z), [1, 1])' },
  { name: 'broadcast', of: 'broadcast(S(z), [2, 3])' },
  { name: 'the greater', of: 'maximum(S(z), w)' },
  { name: 'the greater of it and each example', of: 'maximum(S(z), z)', meets: true },
  { name: 'without a gradient', of: 'stop_gradient(S(x)) * w' },
];

const head = [
  'input x: f32[3]; target y: f32[3]',
  'weight w: [3] init=normal(1); weight m: [3, 3] init=normal(1); weight q: [] init=constant(0.7)',
  'z = x * w @ m + q',
];
const trained = ['layer dense 3', 'loss = mean((it + z - y)^2)', 'optim sgd lr=0.01'];

/** What a prediction may read: no target. */
const predicted = ({ of }: Form): string => (of.includes('y') ? 'z' : `(${of})`);

/** A mean of what all share is that itself; a sum of it asks for the number of rows. */
const sums: readonly Form[] = [
  ...forms,
  { name: 'the rows as a divisor', of: 'z / S(1)', meets: true },
  { name: 'a weight beside each example', of: 'S(q) + z', meets: true },
];

/** What all share does not vary. */
const varying = forms.filter(({ of }) => !of.includes('/ S(1)'));

const meaning = (name: 'batch_mean' | 'batch_sum' | 'batch_variance', of: readonly Form[]): readonly Form[] =>
  of.map((form) => ({ ...form, of: form.of.replaceAll('S(', `${name}(`) }));

/** Some forms at a time: what differs between them is told by the number of the loss and of the prediction. */
function groups(of: readonly Form[]): readonly { readonly names: string; readonly of: readonly Form[] }[] {
  const starts = [...of.keys()].filter((i) => i % 4 === 0);
  return starts.map((start) => {
    const members = of.slice(start, start + 4);
    return { names: members.map(({ name }) => name).join('; '), of: members };
  });
}

const opened = new Map<string, Promise<Kernels>>();
const kernelsOf = (backend: 'cpu' | 'wasm'): Promise<Kernels> => {
  const known = opened.get(backend) ?? createKernels(backend);
  opened.set(backend, known);
  return known;
};
afterAll(async () => {
  for (const kernels of opened.values()) (await kernels).dispose();
});

describe.each([
  { name: 'batch_mean', backend: 'cpu', of: meaning('batch_mean', forms) },
  { name: 'batch_sum', backend: 'wasm', of: meaning('batch_sum', sums) },
  { name: 'batch_variance', backend: 'wasm', of: meaning('batch_variance', varying) },
] as const)('$name in losses, values and predictions, on $backend', ({ name, backend, of }) => {
  test.each(sampled(groups(of), 5))('$names', async ({ of: members }) => {
    const lines = [
      ...head,
      ...members.map((form, i) => `v${i} = ${form.of}`),
      ...trained,
      ...members.map((form, i) => `loss = 0.1 * mean(sin(z)) + mean(${form.of}) + mean(v${i})`),
      `predict it=z ${members.map((form, i) => `p${i}=${predicted(form)}`).join(' ')}`,
    ];
    await holds(name, lines.join('\n'), await kernelsOf(backend));
  });
});

describe.each(['batch_sum', 'batch_variance'] as const)('%s in a metric', (name) => {
  const spec = (members: readonly Form[]): string =>
    [
      ...head,
      ...trained,
      ...members.map(({ of }, i) => `def metric own${i}(z = it, y = target, x, w, m, q) = ${of}`),
      ...members.map((_, i) => `metric own${i} z=z x=x w=w m=m q=q`),
    ].join('\n');
  const all = meaning(name, name === 'batch_sum' ? sums : varying);

  test.each(sampled(groups(all.filter(({ meets }) => meets !== true)), 5, 1))('$names', async ({ of }) => {
    await holds('metrics', spec(of), await kernelsOf('cpu'));
  });

  test.each(all.filter(({ meets }) => meets === true))('is known too late: $name', (form) => {
    const { diagnostics } = compileText(spec([form]), 'model.nn');
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code }) => code)).toEqual(['NN2027']);
  });
});

test('predictions of several batches are all by the weights and states that came in', async () => {
  const lines = [
    'input x: f32[3]; target y: f32[1]',
    'layer dense 3 bias=false; layer batchnorm',
    'it = it / (1 + batch_mean(it^2))',
    'layer dense 1',
    'loss mse; accumulate 2; optim adam',
    'predict it=it all=batch_sum(it)',
  ];
  await holds('batches', lines.join('\n'), await kernelsOf('cpu'));
});
