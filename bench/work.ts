/** What is trained: specs of `bench/specs` with Adam, on random batches. */
import { convolutions, recurrence } from './rivals/layers.ts';
import { layersOf, tapeOf } from './rivals/perceptron.ts';
import type { MakeRival } from './rivals/rival.ts';

/** What a port takes, by its name. */
export type Batch = Readonly<Record<string, Float32Array | Int32Array>>;

export interface Work {
  /** Of the spec in `bench/specs`, and of the program in `rivals/pytorch.py`. */
  readonly name: string;
  readonly title: string;
  readonly batch: number;
  /** Steps in one turn of ours, of tfjs and of PyTorch. */
  readonly turns: { readonly ours: number; readonly theirs: number; readonly torch: number };
  readonly batches: readonly Batch[];
  /** Multiplications and additions of the products of one step. */
  readonly flops: number;
  /** Of tf.layers and the tape: that of ours, where it has all kernels of the step. */
  readonly tfjs: 'wasm' | 'cpu';
  /** Absent where tf.layers has no such layer. */
  readonly layers?: MakeRival;
  readonly tape?: MakeRival;
}

/** Numbers in [0, 1) that look random. */
const wave = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return x - Math.floor(x);
  });

const labels = (batch: number, classes: number, seed: number): Int32Array =>
  Int32Array.from(wave(batch, seed + 10), (x) => Math.floor(x * classes));

const seeds = [1, 2, 3, 4];

function perceptron(
  [inputs, hidden, classes]: readonly [number, number, number],
  batch: number,
  turns: Work['turns'],
): Work {
  const sizes = { inputs, hidden, classes };
  return {
    name: `mlp-${inputs}-${hidden}-${classes}`,
    title: `${inputs}-${hidden}-${classes} batch ${batch}`,
    batch,
    turns,
    batches: seeds.map((seed) => ({ image: wave(batch * inputs, seed), label: labels(batch, classes, seed) })),
    flops: 2 * batch * (2 * inputs * hidden + 3 * hidden * classes),
    tfjs: 'wasm',
    layers: layersOf(sizes),
    tape: tapeOf(sizes),
  };
}

/** Two convolutions; the first needs no gradient by its input. tfjs's wasm backend has no gradient of a 2-D filter. */
function cnn(turns: Work['turns']): Work {
  const batch = 32;
  const [first, second, last] = [26 * 26 * 9 * 8, 11 * 11 * 9 * 8 * 16, 400 * 10];
  return {
    name: 'cnn-28',
    title: `28×28 CNN batch ${batch}`,
    batch,
    turns,
    batches: seeds.map((seed) => ({ image: wave(batch * 28 * 28, seed), label: labels(batch, 10, seed) })),
    flops: 2 * batch * (2 * first + 3 * second + 3 * last),
    tfjs: 'cpu',
    layers: convolutions,
  };
}

function lstm(turns: Work['turns']): Work {
  const [batch, steps, width, units] = [32, 80, 64, 128];
  return {
    name: 'lstm-80',
    title: `LSTM ${steps}×${width}→${units} batch ${batch}`,
    batch,
    turns,
    batches: seeds.map((seed) => ({
      x: wave(batch * steps * width, seed).map((x) => 2 * x - 1),
      label: labels(batch, 10, seed),
    })),
    flops: 2 * batch * (steps * (2 * width + 3 * units) * 4 * units + 3 * units * 10),
    tfjs: 'wasm',
    layers: recurrence({ steps, width, units }),
  };
}

function transformer(turns: Work['turns']): Work {
  const [batch, steps, width, wide] = [16, 64, 128, 512];
  const numbers = (seed: number): Float32Array => wave(batch * steps * width, seed).map((x) => 4 * x - 2);
  return {
    name: 'transformer-64',
    title: `transformer block T=${steps} d=${width} batch ${batch}`,
    batch,
    turns,
    batches: seeds.map((seed) => ({ x: numbers(seed), y: numbers(seed + 20) })),
    flops: 2 * 3 * batch * steps * (4 * width * width + 2 * width * wide + 2 * steps * width),
    tfjs: 'wasm',
  };
}

/** All works; few steps each where it is to be quick. */
export const works = (quick: boolean): readonly Work[] => {
  const n = quick ? 1 : 4;
  return [
    perceptron([784, 128, 10], 64, { ours: 10 * n, theirs: 4 * n, torch: 10 * n }),
    perceptron([784, 1024, 10], 256, { ours: 2 * n, theirs: n, torch: 2 * n }),
    perceptron([8, 16, 4], 16, { ours: 200 * n, theirs: 30 * n, torch: 100 * n }),
    cnn({ ours: 5 * n, theirs: 1, torch: 5 * n }),
    lstm({ ours: n, theirs: 1, torch: n }),
    transformer({ ours: n, theirs: 1, torch: n }),
  ];
};
