/** Convolutions and pools of random sizes, as specs mean them, against tf.layers: shapes, weights, predictions. */
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Tensor } from '../../compiler/ops/define.ts';
import { evaluateGraph, noDraw } from '../../compiler/targets/reference/evaluate.ts';
import { everything } from '../amounts.ts';
import { modelOf } from '../check/elaboration.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

interface Case {
  readonly rank: 1 | 2 | 3;
  readonly spatial: readonly number[];
  readonly channels: number;
  readonly filters: number;
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly pad: 'valid' | 'same';
  readonly rows: number;
  readonly seed: number;
}

const sizes = (rank: number, min: number, max: number) =>
  fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });

const anyCase = (ranks: readonly (1 | 2 | 3)[]): fc.Arbitrary<Case> =>
  fc.constantFrom(...ranks).chain((rank) =>
    fc.record({
      rank: fc.constant(rank),
      spatial: sizes(rank, 1, 7),
      channels: fc.integer({ min: 1, max: 3 }),
      filters: fc.integer({ min: 1, max: 4 }),
      size: sizes(rank, 1, 4),
      stride: sizes(rank, 1, 3),
      dilation: sizes(rank, 1, 2),
      pad: fc.constantFrom('valid' as const, 'same' as const),
      rows: fc.integer({ min: 1, max: 3 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
    }),
  );

/** Windows of the case lie inside, as long as none is padded. */
const fits = ({ spatial, size, dilation, pad }: Case, dilated: boolean): boolean =>
  pad === 'same' || spatial.every((s, i) => s >= (dilated ? (dilation[i] ?? 1) : 1) * ((size[i] ?? 1) - 1) + 1);

/** tfjs's conv3d with `same` takes places away in front where strides leave some over: its padding is below zero then. */
const cutsVolume = ({ rank, spatial, size, stride, pad }: Case): boolean =>
  rank === 3 &&
  pad === 'same' &&
  spatial.some((s, i) => (Math.ceil(s / (stride[i] ?? 1)) - 1) * (stride[i] ?? 1) + (size[i] ?? 1) < s);

function noise(shape: readonly number[], seed: number): Tensor {
  let state = seed >>> 0;
  const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // Exact in single precision: tfjs reads the same numbers.
    return Math.fround(state / 2 ** 31 - 1);
  });
  return { shape, data };
}

const list = (numbers: readonly number[]): string => (numbers.length > 1 ? numbers.join('x') : String(numbers[0] ?? 1));
const pair = (numbers: readonly number[]): [number, number] => [numbers[0] ?? 1, numbers[1] ?? 1];
const common = (numbers: readonly number[]): number => numbers[0] ?? 1;

/** What the spec predicts, and what the layer of tf does with the same weights. */
function expectSame(one: Case, layer: string, make: (weights: readonly tf.Tensor[]) => tf.layers.Layer): void {
  const { spatial, channels, rows, seed } = one;
  const model = modelOf(`input x: f32[${[...spatial, channels].join(', ')}]\n${layer}\nloss = mean(it)\noptim sgd`);
  const input = noise([rows, ...spatial, channels], seed);
  const weights = model.parameters.map(({ shape, path }, i) => ({ path, value: noise(shape, seed + i + 1) }));
  const inputs = new Map([
    ['input:x', input],
    ...weights.map(({ path, value }) => [`parameter:${path}`, value] as const),
  ]);
  const found = evaluateGraph(model.inference, { inputs, batch: rows, draw: noDraw }).get('predict:predict');
  const expected = tf.tidy(() => {
    const tensors = weights.map(({ value }) => tf.tensor([...value.data], [...value.shape]));
    const theirs = make(tensors);
    const x = tf.tensor([...input.data], [...input.shape]);
    theirs.build(x.shape);
    if (tensors.length > 0) theirs.setWeights(tensors);
    const y = theirs.apply(x);
    if (!(y instanceof tf.Tensor)) throw new Error('one tensor was expected');
    return { shape: y.shape, data: y.dataSync() };
  });
  expect(found?.shape).toEqual(expected.shape);
  found?.data.forEach((value, i) => expect(Math.abs(value - (expected.data[i] ?? 0))).toBeLessThan(2e-5));
}

function holds(cases: fc.Arbitrary<Case>, act: (one: Case) => void): void {
  fc.assert(fc.property(cases, act), { numRuns: everything ? 2000 : 60, seed: 7 });
}

const shared = ({ filters, size, stride, pad }: Case) => ({
  filters,
  kernelSize: [...size],
  strides: [...stride],
  padding: pad,
});

describe('as tf.layers has it', () => {
  it('conv, of sequences, images and volumes', () => {
    holds(
      anyCase([1, 2, 3]).filter((one) => fits(one, false) && !cutsVolume(one)),
      (one) => {
        const { rank, filters, size, stride, pad } = one;
        const kinds = { 1: tf.layers.conv1d, 2: tf.layers.conv2d, 3: tf.layers.conv3d };
        expectSame(one, `layer conv ${filters} ${list(size)} stride=${list(stride)} pad=${pad}`, () =>
          kinds[rank](shared(one)),
        );
      },
    );
  });

  it('conv with dilation', () => {
    // tfjs takes no stride beside a dilation, and none in one of two axes alone.
    holds(
      anyCase([1, 2]).filter((one) => fits(one, true)),
      (one) => {
        const { rank, filters, size, dilation, pad } = one;
        const config = { ...shared(one), strides: size.map(() => 1), dilationRate: [...dilation] };
        const make = () =>
          rank === 1
            ? tf.layers.conv1d({ ...config, dilationRate: common(dilation) })
            : tf.layers.conv2d({ ...config, dilationRate: [common(dilation), dilation[1] ?? 1] });
        expectSame(one, `layer conv ${filters} ${list(size)} dilation=${list(dilation)} pad=${pad}`, make);
      },
    );
  });

  it('conv_transpose', () => {
    holds(anyCase([2]), (one) => {
      const { filters, size, stride, pad } = one;
      expectSame(one, `layer conv_transpose ${filters} ${list(size)} stride=${list(stride)} pad=${pad}`, () =>
        tf.layers.conv2dTranspose(shared(one)),
      );
    });
  });

  it('depthwise_conv and separable_conv', () => {
    holds(
      anyCase([2]).filter((one) => fits(one, false)),
      (one) => {
        const { filters, size, pad } = one;
        // tfjs takes one stride for both axes.
        const stride = common(one.stride);
        const config = { kernelSize: pair(size), strides: stride, padding: pad };
        expectSame(one, `layer depthwise_conv ${list(size)} multiplier=2 stride=${stride} pad=${pad}`, () =>
          tf.layers.depthwiseConv2d({ ...config, depthMultiplier: 2 }),
        );
        expectSame(one, `layer separable_conv ${filters} ${list(size)} multiplier=2 stride=${stride} pad=${pad}`, () =>
          tf.layers.separableConv2d({ ...config, filters, depthMultiplier: 2 }),
        );
      },
    );
  });

  it('maxpool and avgpool', () => {
    holds(
      anyCase([2]).filter((one) => fits(one, false)),
      (one) => {
        const { size, stride, pad } = one;
        const config = { poolSize: pair(size), strides: pair(stride), padding: pad };
        const spare = 'weight spare: [1] init=ones\nit = it * spare';
        const plain = (layer: string, make: () => tf.layers.Layer) =>
          expectSame(one, `${layer} size=${list(size)} stride=${list(stride)} pad=${pad}\npredict it\n${spare}`, make);
        plain('layer maxpool', () => without(tf.layers.maxPooling2d(config)));
        plain('layer avgpool', () => without(tf.layers.averagePooling2d(config)));
      },
    );
  });

  it('upsample', () => {
    holds(anyCase([2]), (one) => {
      const { size } = one;
      expectSame(one, `layer upsample ${list(size)}\npredict it\nweight spare: [1] init=ones\nit = it * spare`, () =>
        without(tf.layers.upSampling2d({ size: [common(size), size[1] ?? 1] })),
      );
    });
  });
});

/** A layer that has no weights, whatever the spec's loss needs. */
function without(layer: tf.layers.Layer): tf.layers.Layer {
  layer.setWeights = () => undefined;
  return layer;
}
