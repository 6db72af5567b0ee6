/** Two dense layers by tf.layers and by the tape. */
import * as tf from '@tensorflow/tfjs';
import { oneHot, trained } from './layers.ts';
import { pick, port } from './rival.ts';
import type { MakeRival } from './rival.ts';

interface Sizes {
  readonly inputs: number;
  readonly hidden: number;
  readonly classes: number;
}

export const layersOf =
  ({ inputs, hidden, classes }: Sizes): MakeRival =>
  (work) =>
    trained(
      tf.sequential({
        layers: [
          tf.layers.dense({ inputShape: [inputs], units: hidden, activation: 'relu' }),
          tf.layers.dense({ units: classes }),
        ],
      }),
      work,
      { name: 'image', shape: [inputs], classes },
    );

/** `optimizer.minimize` over tfjs's ops. */
export const tapeOf =
  ({ inputs, hidden, classes }: Sizes): MakeRival =>
  ({ batch, batches }) => {
    const xs = batches.map((each) => tf.tensor2d(port(each, 'image', Float32Array), [batch, inputs]));
    const ys = batches.map((each) => oneHot(port(each, 'label', Int32Array), classes));
    const w1 = tf.variable(tf.randomUniform([inputs, hidden], -0.08, 0.08));
    const b1 = tf.variable(tf.zeros([hidden]));
    const w2 = tf.variable(tf.randomUniform([hidden, classes], -0.2, 0.2));
    const b2 = tf.variable(tf.zeros([classes]));
    const optimizer = tf.train.adam(1e-3);
    return {
      async step(i) {
        const loss = optimizer.minimize(
          () => {
            const h = tf.relu(tf.add(tf.matMul(pick(xs, i), w1), b1));
            const z = tf.add(tf.matMul(h, w2), b2);
            return tf.losses.softmaxCrossEntropy(pick(ys, i), z).asScalar();
          },
          true,
          [w1, b1, w2, b2],
        );
        await loss?.data();
        loss?.dispose();
      },
      dispose() {
        tf.dispose([w1, b1, w2, b2, ...xs, ...ys]);
        optimizer.dispose();
      },
    };
  };
