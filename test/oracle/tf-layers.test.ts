/**
 * Layers against those of tf.layers: what they give, and the gradients of their weights and of what they are given. Of a
 * dilated convolution it has no gradient, of a causal one no right shape, of an average over windows that lie partly
 * outside and of an enlargement of several rows no right gradient; its gru has one bias only.
 */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../compiler/ir/model.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { stream } from '../../runtime/random/stream.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { generate } from '../generated.ts';
import { randomBatch } from '../specs/random-batch.ts';
import { deviation } from './deviation.ts';
import { initialWeights } from './interpret.ts';

const rows = 3;
/** Conventions 7. */
const promised = 1e-4;

type Made = tf.SymbolicTensor;

interface Case {
  /** As a spec has it, of `h`. */
  readonly layer: string;
  readonly shape: readonly number[];
  /** The same layer of tf.layers, with its weights in the same order. */
  readonly peer: (h: Made) => Made;
}

const { layers } = tf;

function single(made: ReturnType<tf.layers.Layer['apply']>): Made {
  if (!(made instanceof tf.SymbolicTensor)) throw new Error('one value');
  return made;
}
const one =
  (layer: () => tf.layers.Layer) =>
  (h: Made): Made =>
    single(layer().apply(h));
/** Of two values, the second of which is the square of the first. */
const both =
  (layer: () => tf.layers.Layer) =>
  (h: Made): Made => {
    const same = one(() => layers.activation({ activation: 'linear' }))(h);
    return single(layer().apply([h, single(layers.multiply().apply([h, same]))]));
  };

const line = [9, 3];
const image = [7, 6, 4];
const steps = [5, 4];

const cases: readonly Case[] = [
  { layer: 'dense 5 tanh', shape: [4], peer: one(() => layers.dense({ units: 5, activation: 'tanh' })) },
  { layer: 'dense 5 bias=false', shape: [4], peer: one(() => layers.dense({ units: 5, useBias: false })) },
  { layer: 'dense 5', shape: [3, 4], peer: one(() => layers.dense({ units: 5 })) },
  ...(['relu', 'elu', 'selu', 'softplus', 'softsign', 'sigmoid', 'softmax', 'relu6', 'mish'] as const).map((name) => ({
    layer: name,
    shape: [6],
    peer: one(() => layers.activation({ activation: name })),
  })),
  { layer: 'silu', shape: [6], peer: one(() => layers.activation({ activation: 'swish' })) },
  { layer: 'leaky_relu slope=0.3', shape: [6], peer: one(() => layers.leakyReLU({ alpha: 0.3 })) },
  { layer: 'prelu', shape: [5, 3], peer: one(() => layers.prelu({ sharedAxes: [1] })) },
  {
    layer: 'conv 4 3 relu',
    shape: line,
    peer: one(() => layers.conv1d({ filters: 4, kernelSize: 3, activation: 'relu' })),
  },
  {
    layer: 'conv 4 3 stride=2 pad=same',
    shape: line,
    peer: one(() => layers.conv1d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' })),
  },
  {
    layer: 'conv 5 3x2',
    shape: image,
    peer: one(() => layers.conv2d({ filters: 5, kernelSize: [3, 2] })),
  },
  {
    layer: 'conv 5 3x2 stride=2 pad=same bias=false',
    shape: image,
    peer: one(() => layers.conv2d({ filters: 5, kernelSize: [3, 2], strides: 2, padding: 'same', useBias: false })),
  },
  {
    layer: 'conv_transpose 3 3x2 stride=2',
    shape: image,
    peer: one(() => layers.conv2dTranspose({ filters: 3, kernelSize: [3, 2], strides: 2 })),
  },
  {
    layer: 'conv_transpose 3 3 tanh stride=2 pad=same',
    shape: image,
    peer: one(() =>
      layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' }),
    ),
  },
  {
    layer: 'depthwise_conv 3x2 multiplier=2',
    shape: image,
    peer: one(() => layers.depthwiseConv2d({ kernelSize: [3, 2], depthMultiplier: 2 })),
  },
  {
    layer: 'depthwise_conv 3 stride=2 pad=same',
    shape: image,
    peer: one(() => layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same' })),
  },
  {
    layer: 'separable_conv 5 3x2 relu multiplier=2 pad=same',
    shape: image,
    peer: one(() =>
      layers.separableConv2d({
        filters: 5,
        kernelSize: [3, 2],
        depthMultiplier: 2,
        padding: 'same',
        activation: 'relu',
      }),
    ),
  },
  { layer: 'maxpool 2', shape: line, peer: one(() => layers.maxPooling1d({ poolSize: 2 })) },
  {
    layer: 'maxpool 3 stride=2 pad=same',
    shape: line,
    peer: one(() => layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' })),
  },
  { layer: 'maxpool 2x3', shape: image, peer: one(() => layers.maxPooling2d({ poolSize: [2, 3] })) },
  {
    layer: 'maxpool 3 stride=2 pad=same',
    shape: image,
    peer: one(() => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
  },
  { layer: 'maxpool global', shape: image, peer: one(() => layers.globalMaxPooling2d({})) },
  { layer: 'avgpool 2', shape: line, peer: one(() => layers.averagePooling1d({ poolSize: 2 })) },
  { layer: 'avgpool 2x3', shape: image, peer: one(() => layers.averagePooling2d({ poolSize: [2, 3] })) },
  { layer: 'avgpool global', shape: line, peer: one(() => layers.globalAveragePooling1d({})) },
  { layer: 'avgpool global', shape: image, peer: one(() => layers.globalAveragePooling2d({})) },
  { layer: 'flatten', shape: image, peer: one(() => layers.flatten()) },
  { layer: 'reshape [4, 42]', shape: image, peer: one(() => layers.reshape({ targetShape: [4, 42] })) },
  { layer: 'transpose [2, 0, 1]', shape: image, peer: one(() => layers.permute({ dims: [3, 1, 2] })) },
  {
    layer: 'pad 1x2',
    shape: image,
    peer: one(() =>
      layers.zeroPadding2d({
        padding: [
          [1, 1],
          [2, 2],
        ],
      }),
    ),
  },
  {
    layer: 'crop 1x2',
    shape: image,
    peer: one(() =>
      layers.cropping2D({
        cropping: [
          [1, 1],
          [2, 2],
        ],
      }),
    ),
  },
  { layer: 'batchnorm', shape: [4], peer: one(() => layers.batchNormalization()) },
  {
    layer: 'batchnorm eps=0.01',
    shape: image,
    peer: one(() => layers.batchNormalization({ epsilon: 0.01 })),
  },
  { layer: 'layernorm', shape: [6], peer: one(() => layers.layerNormalization()) },
  { layer: 'layernorm eps=0.01', shape: image, peer: one(() => layers.layerNormalization({ epsilon: 0.01 })) },
  { layer: 'rnn 3', shape: steps, peer: one(() => layers.simpleRNN({ units: 3 })) },
  {
    layer: 'rnn 3 relu sequences=true',
    shape: steps,
    peer: one(() => layers.simpleRNN({ units: 3, activation: 'relu', returnSequences: true })),
  },
  { layer: 'lstm 3', shape: steps, peer: one(() => layers.lstm({ units: 3, recurrentActivation: 'sigmoid' })) },
  {
    layer: 'lstm 3 sequences=true',
    shape: steps,
    peer: one(() => layers.lstm({ units: 3, recurrentActivation: 'sigmoid', returnSequences: true })),
  },
  {
    layer: 'lstm 3 reverse=true',
    shape: steps,
    peer: one(() => layers.lstm({ units: 3, recurrentActivation: 'sigmoid', goBackwards: true })),
  },
  {
    layer: 'bidirectional lstm 3 sequences=true',
    shape: steps,
    peer: one(() => {
      const layer = layers.lstm({ units: 3, recurrentActivation: 'sigmoid', returnSequences: true });
      if (!(layer instanceof layers.RNN)) throw new Error('a recurrence');
      return layers.bidirectional({ layer, mergeMode: 'concat' });
    }),
  },
  { layer: 'add from h, (h * h)', shape: image, peer: both(() => layers.add()) },
  { layer: 'multiply from h, (h * h)', shape: image, peer: both(() => layers.multiply()) },
  { layer: 'concat from h, (h * h)', shape: image, peer: both(() => layers.concatenate()) },
  { layer: 'concat axis=0 from h, (h * h)', shape: image, peer: both(() => layers.concatenate({ axis: 1 })) },
];

const numbers = (name: string, shape: readonly number[]) => {
  const { uniform } = stream(3, name);
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, data: Float32Array.from({ length: size }, (_, i) => 2 * uniform(0, i) - 1) };
};

/** Random numbers for all parameters. */
const valuesOf = ({ parameters }: Model) =>
  new Map(parameters.map(({ path, shape }) => [path, numbers(path, shape)] as const));

/** As they begin, which is how those of tf.layers do. */
const statesOf = (model: Model) => {
  const first = initialWeights(model, 1);
  return model.states.map(({ path, shape }) => {
    return [path, { shape, data: Float32Array.from(first.get(path)?.data ?? []) }] as const;
  });
};

const tensor = ({ shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> }): tf.Tensor =>
  tf.tensor(Array.from(data), [...shape]);

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(backend);
  });
  afterAll(() => kernels.dispose());

  test.each(cases)('$layer of $shape', async ({ layer, shape, peer }) => {
    tf.disposeVariables();
    await tf.setBackend('cpu');
    const given = tf.input({ shape: [...shape] });
    const theirs = tf.model({ inputs: given, outputs: peer(given) });
    const [, ...outer] = theirs.outputShape;
    const text = `input x: f32[${shape}]
target c: f32[${outer.map(Number)}]
weight at: [${shape}]
h = x + at
layer ${layer}${layer.includes(' from ') ? '' : ' from h'}
loss = sum(it * c)
optim sgd
predict it
`;
    const { definition, model } = await generate('layer', text);
    const weights = valuesOf(model);
    const batch = randomBatch(model, rows, 1);
    const found = await exactStep(definition, {
      weights: new Map([...weights, ...statesOf(model)]),
      batches: [batch],
      kernels,
    });

    await tf.setBackend('cpu');
    const [at, ...own] = [...weights];
    const [x, c] = [batch.get('x'), batch.get('c')];
    if (at === undefined || x === undefined || c === undefined) throw new Error('a value is missing');
    const variables = theirs.trainableWeights;
    expect(variables.length).toBe(own.length);
    variables.forEach((variable, i) =>
      variable.write(tensor({ ...(own[i]?.[1] ?? x), shape: variable.shape.map(Number) })),
    );
    const shift = tf.variable(tensor(at[1]), true, 'at');
    const run = (training: boolean): tf.Tensor => {
      const y = theirs.apply(tf.add(tensor(x), shift), { training });
      if (!(y instanceof tf.Tensor)) throw new Error('one value');
      return y;
    };
    const predicted = run(false);
    const { value, grads } = tf.variableGrads(() => tf.div(tf.sum(tf.mul(run(true), tensor(c))), rows).asScalar());
    const gradients = variables.map(
      (variable, i) => [own[i]?.[0] ?? '', own[i]?.[1].shape ?? [], variable.name] as const,
    );
    const wanted = new Map(
      [['at', at[1].shape, 'at'] as const, ...gradients].map(([path, shape, name]) => [
        `grad/${path}`,
        { shape, data: grads[name]?.dataSync() ?? [] },
      ]),
    );
    wanted.set('loss', { shape: [], data: value.dataSync() });
    wanted.set('predict', { shape: predicted.shape, data: predicted.dataSync() });
    const { worst, name } = deviation(found, wanted);
    expect(worst, name).toBeLessThan(promised);
    expect(wanted.size).toBe(own.length + 3);
  });
});
