/** The same training by tf.layers and by the tape, on tfjs's wasm backend. */
import * as tf from '@tensorflow/tfjs';
import type { Work } from './work.ts';

export interface Rival {
  step(batch: number): Promise<void>;
  dispose(): void;
}

interface Data {
  readonly xs: readonly tf.Tensor2D[];
  readonly ys: readonly tf.Tensor2D[];
}

export function tensors(work: Work): Data {
  return {
    xs: work.batches.map(({ x }) => tf.tensor2d(x, [work.batch, work.inputs])),
    ys: work.batches.map(({ label }) =>
      tf.tidy(() => tf.oneHot(tf.tensor1d(label, 'int32'), work.classes).toFloat().as2D(work.batch, work.classes)),
    ),
  };
}

const pick = <T>(list: readonly T[], index: number): T => {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('an empty list');
  return item;
};

/** `model.trainOnBatch`. */
export function layers({ inputs, hidden, classes }: Work, { xs, ys }: Data): Rival {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [inputs], units: hidden, activation: 'relu' }),
      tf.layers.dense({ units: classes }),
    ],
  });
  const optimizer = tf.train.adam(1e-3);
  model.compile({ optimizer, loss: (y, z) => tf.losses.softmaxCrossEntropy(y, z) });
  return {
    async step(batch) {
      await model.trainOnBatch(pick(xs, batch), pick(ys, batch));
    },
    dispose() {
      model.dispose();
      optimizer.dispose();
    },
  };
}

/** `optimizer.minimize` over tfjs's ops. */
export function tape({ inputs, hidden, classes }: Work, { xs, ys }: Data): Rival {
  const w1 = tf.variable(tf.randomUniform([inputs, hidden], -0.08, 0.08));
  const b1 = tf.variable(tf.zeros([hidden]));
  const w2 = tf.variable(tf.randomUniform([hidden, classes], -0.2, 0.2));
  const b2 = tf.variable(tf.zeros([classes]));
  const optimizer = tf.train.adam(1e-3);
  return {
    async step(batch) {
      const loss = optimizer.minimize(
        () => {
          const h = tf.relu(tf.add(tf.matMul(pick(xs, batch), w1), b1));
          const z = tf.add(tf.matMul(h, w2), b2);
          return tf.losses.softmaxCrossEntropy(pick(ys, batch), z).asScalar();
        },
        true,
        [w1, b1, w2, b2],
      );
      await loss?.data();
      loss?.dispose();
    },
    dispose() {
      tf.dispose([w1, b1, w2, b2]);
      optimizer.dispose();
    },
  };
}
