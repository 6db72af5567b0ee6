/** Generated training against tf.layers and against the tape: the same weights at first, ten steps, the same losses. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import type { HostTensor } from '../../runtime/train/tensor.ts';
import { generate } from '../generated.ts';
import type { Generated } from '../generated.ts';
import { randomBatch } from '../specs/random-batch.ts';
import { deviation, relative } from './deviation.ts';

const steps = 10;
const rows = 12;
const promised = 1e-4;

type Weights = ReadonlyMap<string, HostTensor>;
type Batch = ReturnType<typeof randomBatch>;

interface Case {
  readonly name: string;
  readonly text: string;
  /** As tf.layers has it; the losses take targets and outputs. */
  readonly activation: 'relu' | 'tanh' | 'sigmoid';
  readonly optimizer: () => tf.Optimizer;
  readonly loss: (y: tf.Tensor, z: tf.Tensor) => tf.Scalar;
}

const ports = 'input x: f32[6]; target y: f32[3] in 0..1';

const cases: readonly Case[] = [
  {
    name: 'a classifier by Adam',
    text: `${ports}\nlayer dense 8 relu; layer dense 3\nloss xent; optim adam lr=0.01\n`,
    activation: 'relu',
    optimizer: () => tf.train.adam(0.01),
    loss: (y, z) => tf.losses.softmaxCrossEntropy(y, z),
  },
  {
    name: 'a regression by momentum',
    text: `${ports}\nlayer dense 8 tanh; layer dense 3\nloss mse; optim momentum lr=0.05 beta=0.9\n`,
    activation: 'tanh',
    optimizer: () => tf.train.momentum(0.05, 0.9),
    loss: (y, z) => tf.losses.meanSquaredError(y, z),
  },
  {
    name: 'a binary classifier by Adagrad',
    text: `${ports}\nlayer dense 8 sigmoid; layer dense 3\nloss bce; optim adagrad lr=0.1\n`,
    activation: 'sigmoid',
    optimizer: () => tf.train.adagrad(0.1, 0.1),
    loss: (y, z) => tf.losses.sigmoidCrossEntropy(y, z),
  },
];

/** The targets of each row sum to one, which tfjs's cross-entropy counts on. */
function batches({ model }: Generated): readonly Batch[] {
  return Array.from({ length: steps }, (_, i) => {
    const batch = randomBatch(model, rows, i + 1);
    const y = elements(batch, 'y');
    const total = (row: number): number => [0, 1, 2].reduce((sum, at) => sum + (y[3 * row + at] ?? 0), 0);
    const data = y.map((share, at) => share / total(Math.floor(at / 3)));
    return new Map([...batch, ['y', { shape: [rows, 3], data }]]);
  });
}

const elements = (batch: Batch, name: string): Float32Array => Float32Array.from(batch.get(name)?.data ?? []);

const portion = (batch: Batch, name: string): tf.Tensor2D =>
  tf.tensor2d(elements(batch, name), [rows, elements(batch, name).length / rows]);

/** Ours: the weights at first, and the loss of each step. */
async function ours(generated: Generated): Promise<{ readonly start: Weights; readonly losses: readonly number[] }> {
  const trainer = await createTrainer(generated.definition, { backend: 'wasm' });
  const start = await trainer.weights();
  const losses: number[] = [];
  for (const batch of batches(generated)) {
    const step = await trainer.trainStep({ x: elements(batch, 'x'), y: elements(batch, 'y') });
    losses.push(await step.loss);
  }
  trainer.dispose();
  return { start, losses };
}

const paths = ['dense.kernel', 'dense.bias', 'dense_1.kernel', 'dense_1.bias'];

function valueOf(weights: Weights, path: string): tf.Tensor {
  const { shape, data } = weights.get(path) ?? { shape: [0], data: [] };
  return tf.tensor(Array.from(data), [...shape]);
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each(cases)('$name', ({ text, activation, optimizer, loss }) => {
  test('ten steps of tf.layers', async () => {
    const generated = await generate('mlp', text);
    const { start, losses } = await ours(generated);
    await tf.setBackend('cpu');
    const model = tf.sequential({
      layers: [tf.layers.dense({ inputShape: [6], units: 8, activation }), tf.layers.dense({ units: 3 })],
    });
    model.compile({ optimizer: optimizer(), loss: (y: tf.Tensor, z: tf.Tensor) => loss(y, z) });
    model.setWeights(paths.map((path) => valueOf(start, path)));
    const theirs: number[] = [];
    for (const batch of batches(generated)) {
      theirs.push(Number(await model.trainOnBatch(portion(batch, 'x'), portion(batch, 'y'))));
    }
    expect(theirs.at(-1)).not.toBe(theirs[0]);
    expect(relative(losses, theirs)).toBeLessThan(promised);
  });

  test("every gradient of the tape's", async () => {
    const generated = await generate('mlp', text);
    const [batch = new Map()] = batches(generated);
    const found = await exactStep(generated.definition, { batches: [batch], backend: 'wasm' });
    const { start } = await ours(generated);
    await tf.setBackend('cpu');
    const variables = paths.map((path) => tf.variable(valueOf(start, path), true, path));
    const [w0, b0, w1, b1] = variables;
    const activations = { relu: tf.relu, tanh: tf.tanh, sigmoid: tf.sigmoid };
    const { value, grads } = tf.variableGrads(() => {
      if (w0 === undefined || b0 === undefined || w1 === undefined || b1 === undefined) throw new Error('no weights');
      const hidden = activations[activation](tf.add(tf.matMul(portion(batch, 'x'), w0), b0));
      return loss(portion(batch, 'y'), tf.add(tf.matMul(hidden, w1), b1));
    });
    const wanted = new Map(
      Object.entries({
        loss: value,
        ...Object.fromEntries(Object.entries(grads).map(([path, grad]) => [`grad/${path}`, grad])),
      }).map(([name, tensor]) => [name, { shape: tensor.shape, data: tensor.dataSync() }]),
    );
    expect(wanted.size).toBe(5);
    const { worst, name } = deviation(found, wanted);
    expect(worst, name).toBeLessThan(promised);
    variables.forEach((variable) => variable.dispose());
  });
});
