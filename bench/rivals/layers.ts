/** Models of tf.layers, trained by `model.trainOnBatch`. */
import * as tf from '@tensorflow/tfjs';
import type { Work } from '../work.ts';
import { pick, port } from './rival.ts';
import type { MakeRival, Rival } from './rival.ts';

/** Whole numbers as rows of zeros with a one, as `softmaxCrossEntropy` takes them. */
export const oneHot = (label: Int32Array, classes: number): tf.Tensor2D =>
  tf.tidy(() => tf.oneHot(tf.tensor1d(label, 'int32'), classes).toFloat().as2D(label.length, classes));

/** A classifier of the input that the work's first port is. */
export function trained(
  model: tf.LayersModel,
  { batches, batch }: Work,
  { name, shape, classes }: { readonly name: string; readonly shape: readonly number[]; readonly classes: number },
): Rival {
  const xs = batches.map((each) => tf.tensor(port(each, name, Float32Array), [batch, ...shape]));
  const ys = batches.map((each) => oneHot(port(each, 'label', Int32Array), classes));
  const optimizer = tf.train.adam(1e-3);
  model.compile({ optimizer, loss: (y, z) => tf.losses.softmaxCrossEntropy(y, z) });
  return {
    async step(i) {
      await model.trainOnBatch(pick(xs, i), pick(ys, i));
    },
    dispose() {
      model.dispose();
      optimizer.dispose();
      tf.dispose([...xs, ...ys]);
    },
  };
}

export const convolutions: MakeRival = (work) =>
  trained(
    tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 3, activation: 'relu' }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 10 }),
      ],
    }),
    work,
    { name: 'image', shape: [28, 28, 1], classes: 10 },
  );

/** `recurrentActivation` as Keras 3 has it: tf.layers would take the hard sigmoid. */
export const recurrence =
  ({ steps, width, units }: { readonly steps: number; readonly width: number; readonly units: number }): MakeRival =>
  (work) =>
    trained(
      tf.sequential({
        layers: [
          tf.layers.lstm({ inputShape: [steps, width], units, recurrentActivation: 'sigmoid' }),
          tf.layers.dense({ units: 10 }),
        ],
      }),
      work,
      { name: 'x', shape: [steps, width], classes: 10 },
    );
