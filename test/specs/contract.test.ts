/**
 * The specs of the language's contract train: each as it is written but for its sizes, on wasm, to a figure that neither
 * chance nor a constant reaches, on examples that it has not seen.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { stream } from '../../runtime/random/stream.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import type { Tensors } from '../../runtime/train/memory.ts';
import type { Trainer } from '../../runtime/train/trainer.ts';
import { generate } from '../generated.ts';
import { specFolder } from './spec-files.ts';

/** One example: by port, its numbers. */
type Example = Readonly<Record<string, readonly number[]>>;
type Batch = Record<string, Float32Array | Int32Array>;

interface Contract {
  readonly file: string;
  /** Its sizes, and what it says nothing of, in small. */
  readonly cut: readonly (readonly [from: RegExp | string, to: string])[];
  /** Examples that train come first. */
  readonly examples: readonly Example[];
  /** Of each phase. */
  readonly epochs: number;
  readonly batch: number;
  /** What is loaded: weights of the same spec without what adapts them, after so many epochs of training. */
  readonly loads?: { readonly scope: string; readonly epochs: number };
  readonly lines?: string;
  /** What is measured, on other examples than those that train; what a constant or chance reaches; what is promised. */
  readonly figure: (trainer: Trainer, unseen: Batch, rows: number) => Promise<number>;
  readonly chance: number;
  readonly promised: number;
}

const wholes: ReadonlySet<string> = new Set(['label', 'digit', 'words', 'tokens']);

function batchOf(examples: readonly Example[]): Batch {
  const [first = {}] = examples;
  return Object.fromEntries(
    Object.keys(first).map((port) => {
      const all = examples.flatMap((example) => example[port] ?? []);
      return [port, wholes.has(port) ? Int32Array.from(all) : Float32Array.from(all)];
    }),
  );
}

const from = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;

/** Handwritten digits, 8×8, each pixel in 0..1. */
const digits: readonly Example[] = readFileSync(`${specFolder}data/digits.csv`, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',').map(Number))
  .map((row) => ({ image: row.slice(0, 64).map((x) => x / 16), label: row.slice(64) }));
const pictures = digits.map(({ image = [] }): Example => ({ image }));

/** Fillers, and one word somewhere of which the label speaks. */
const sentences = (count: number, length: number, vocabulary: number): readonly Example[] => {
  const { uniform } = stream(3, 'sentences');
  const below = (row: number, at: number, n: number): number => Math.floor(uniform(row, at) * n);
  return from(count).map((row) => {
    const label = below(row, length, 2);
    const place = below(row, length + 1, length);
    const words = from(length).map((at) => (at === place ? 1 + label : 3 + below(row, at, vocabulary - 3)));
    return { words, label: [label] };
  });
};

/** Tokens of one half of the vocabulary or of the other, padded. */
const halves = (count: number, length: number, vocabulary: number): readonly Example[] => {
  const { uniform } = stream(4, 'halves');
  return from(count).map((row) => {
    const label = Math.floor(uniform(row, length) * 2);
    const kept = 3 + Math.floor(uniform(row, length + 1) * (length - 2));
    const tokens = from(length)
      .map((at) => (label + uniform(row, at)) * (vocabulary / 2))
      .map(Math.floor);
    return { tokens, mask: from(length).map((at) => (at < kept ? 1 : 0)), label: [label] };
  });
};

/** Sequences, of which something of the second half is asked for. */
const waves = (count: number, length: number, width: number): readonly Example[] => {
  const { normal } = stream(5, 'waves');
  return from(count).map((row) => {
    const x = from(length * width).map((at) => normal(row, at));
    const late = from(length / 2).map((t) => x[(length / 2 + t) * width] ?? NaN);
    return { x, y: [Math.tanh(mean(late) * 2) + 0.5 * (x[length * width - 1] ?? NaN)] };
  });
};

/** Two views of what is one of five kinds, but not quite as any other is. */
const views = (count: number, width: number): readonly Example[] => {
  const { normal, uniform } = stream(6, 'views');
  const near = (row: number, at: number, spread: number, around: readonly number[]): readonly number[] =>
    around.map((x, i) => x + spread * normal(row, at + i));
  const kinds = from(5).map((kind) => from(width).map((i) => normal(1e6 + kind, i)));
  return from(count).map((row) => {
    const label = Math.floor(uniform(row, 0) * 5);
    const own = near(row, 0, 0.7, kinds[label] ?? []);
    return { a: near(row, width, 0.3, own), b: near(row, 2 * width, 0.3, own), label: [label] };
  });
};

const measured =
  (name: string) =>
  async (trainer: Trainer, unseen: Batch): Promise<number> =>
    (await trainer.evaluate([unseen]))[name] ?? NaN;
const accuracy = measured('accuracy');

/** As rows of an output. */
async function predicted(trainer: Trainer, inputs: Batch, rows: number, name = 'predict') {
  const wanted = Object.entries(inputs).filter(([port]) => Object.hasOwn(trainer.model.inputs, port));
  const { data = [] } = (await trainer.predict(Object.fromEntries(wanted), { rows }))[name] ?? {};
  return rowsOf(data, rows);
}

const rowsOf = (data: ArrayLike<number>, rows: number): readonly (readonly number[])[] => {
  const size = data.length / rows;
  return from(rows).map((row) => Array.from(data).slice(row * size, (row + 1) * size));
};

const column = (rows: readonly (readonly number[])[], at: number): readonly number[] =>
  rows.map((row) => row[at] ?? NaN);
const squares = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number =>
  mean(a.map((row, i) => mean(row.map((x, at) => (x - (b[i]?.[at] ?? NaN)) ** 2))));
const meanRow = (rows: readonly (readonly number[])[]): readonly number[] =>
  from(rows[0]?.length ?? 0).map((at) => mean(column(rows, at)));
const deviations = (rows: readonly (readonly number[])[]): readonly number[] => {
  const middle = meanRow(rows);
  return middle.map((m, at) => Math.sqrt(mean(column(rows, at).map((x) => (x - m) ** 2))));
};

const measuring = 'metric accuracy\n';
const dense = [['f32[784]', 'f32[64]'] as const];
const optimizer = readFileSync(new URL('../grammar/contract/12-own-adam.nn', import.meta.url), 'utf8');

const contracts: readonly Contract[] = [
  {
    file: '01-two-layer',
    cut: dense,
    examples: digits,
    epochs: 20,
    batch: 64,
    figure: accuracy,
    chance: 0.1,
    promised: 0.93,
  },
  {
    file: '02-xor',
    cut: [],
    lines: 'metric accuracy\n',
    examples: from(20).map((i) => ({ x: [i & 1, (i >> 1) & 1], y: [(i & 1) ^ ((i >> 1) & 1)] })),
    epochs: 250,
    batch: 4,
    figure: accuracy,
    chance: 0.5,
    promised: 1,
  },
  {
    file: '03-digits',
    cut: [],
    examples: digits.map(({ image = [], label = [] }) => ({ pixels: image, digit: label })),
    epochs: 30,
    batch: 64,
    figure: accuracy,
    chance: 0.1,
    promised: 0.95,
  },
  {
    file: '04-residual-cnn',
    cut: [
      ['f32[32, 32, 3]', 'f32[8, 8, 1]'],
      ['crop 32x32 pad=4', 'crop 8x8 pad=1'],
      ['conv 16', 'conv 8'],
      ['residual 16', 'residual 8'],
      ['residual 32', 'residual 12'],
      ['residual 64', 'residual 24'],
    ],
    lines: measuring,
    examples: digits,
    epochs: 3,
    batch: 32,
    loads: { scope: 'backbone', epochs: 8 },
    figure: accuracy,
    chance: 0.1,
    promised: 0.7,
  },
  {
    file: '05-bert-lora',
    cut: [
      [
        'd = 384; hyper heads = 12; hyper ff = 1536; hyper depth = 6',
        'd = 16; hyper heads = 2; hyper ff = 24; hyper depth = 2',
      ],
      [/\[128\]/g, '[10]'],
      ['30522', '40'],
      ['position_embedding 512', 'position_embedding 10'],
      ['rank=8 alpha=16', 'rank=4 alpha=8'],
      ['lr=2e-4', 'lr=5e-3'],
    ],
    examples: halves(480, 10, 40),
    epochs: 15,
    batch: 16,
    loads: { scope: 'bert', epochs: 0 },
    figure: accuracy,
    chance: 0.5,
    promised: 0.9,
  },
  {
    file: '06-lstm-text',
    cut: [
      ['i32[80]', 'i32[8]'],
      ['embedding 5000 64', 'embedding 20 16'],
      ['lstm 128', 'lstm 24'],
    ],
    lines: measuring,
    examples: sentences(640, 8, 20),
    epochs: 30,
    batch: 32,
    figure: accuracy,
    chance: 0.5,
    promised: 0.9,
  },
  {
    file: '07-vae',
    cut: [...dense, ['dense 784', 'dense 64'], [/dense 256/g, 'dense 64'], [/dense 16/g, 'dense 8']],
    examples: pictures,
    epochs: 60,
    batch: 32,
    // The squared error of what is restored, over that of the mean image.
    figure: async (trainer, unseen, rows) => {
      const images = rowsOf(unseen['image'] ?? [], rows);
      const middle = meanRow(images);
      return (
        squares(await predicted(trainer, unseen, rows), images) /
        squares(
          images.map(() => middle),
          images,
        )
      );
    },
    chance: 1,
    promised: 0.65,
  },
  {
    file: '08-gan',
    cut: [],
    lines: 'predict fake=fake real=real_score\n',
    examples: pictures.map(({ image = [] }) => ({ image: image.map((x) => 2 * x - 1) })),
    epochs: 20,
    batch: 64,
    // How far the pixels' means and deviations among fakes are from those among the data, over that of noise about 0.
    figure: async (trainer, unseen, rows) => {
      const images = rowsOf(unseen['image'] ?? [], rows);
      const fakes = await predicted(trainer, unseen, rows, 'fake');
      const moments = (of: readonly (readonly number[])[]) => [[...meanRow(of), ...deviations(of)]];
      const nothing = [
        moments(images)
          .flat()
          .map(() => 0),
      ];
      return squares(moments(fakes), moments(images)) / squares(nothing, moments(images));
    },
    chance: 1,
    promised: 0.4,
  },
  {
    file: '09-own-layers',
    cut: [
      ['f32[20, 8]', 'f32[8, 4]'],
      ['elman 32', 'elman 16'],
      ['swiglu 64', 'swiglu 24'],
    ],
    lines: 'metric r2\n',
    examples: waves(800, 8, 4),
    epochs: 30,
    batch: 32,
    figure: measured('r2'),
    chance: 0,
    promised: 0.6,
  },
  {
    file: '10-contrastive',
    cut: [],
    lines: 'predict u=u v=v\n',
    examples: views(640, 32),
    epochs: 20,
    batch: 32,
    // How many of the first views find their own second view among all.
    figure: async (trainer, unseen, rows) => {
      const [us, vs] = [await predicted(trainer, unseen, rows, 'u'), await predicted(trainer, unseen, rows, 'v')];
      const product = (u: readonly number[], v: readonly number[]): number =>
        u.reduce((sum, x, i) => sum + x * (v[i] ?? NaN), 0);
      const own = us.map((u, row) => {
        const scores = vs.map((v) => product(u, v));
        return scores.indexOf(Math.max(...scores)) === row ? 1 : 0;
      });
      return mean(own);
    },
    chance: 1 / 128,
    promised: 0.5,
  },
  {
    file: '11-phases',
    cut: [],
    lines: measuring,
    examples: digits,
    epochs: 12,
    batch: 32,
    loads: { scope: 'backbone', epochs: 5 },
    figure: accuracy,
    chance: 0.1,
    promised: 0.85,
  },
  {
    file: '01-two-layer',
    cut: [...dense, [/^/, optimizer], ['optim sgd lr=0.1', 'optim adam']],
    examples: digits,
    epochs: 10,
    batch: 64,
    figure: accuracy,
    chance: 0.1,
    promised: 0.93,
  },
];

const written = (file: string): string =>
  readFileSync(new URL(`../grammar/contract/${file}.nn`, import.meta.url), 'utf8');

function textOf({ file, cut, lines = '' }: Contract): string {
  return cut.reduce(
    (text, [said, small]) => {
      const cutText = text.replace(said, small);
      if (cutText === text) throw new Error(`${file} does not say ${said}`);
      return cutText;
    },
    `${written(file)}\n${lines}`,
  );
}

const isUnseen = (row: number): boolean => row % 5 === 4;

/** Trains on all but every fifth example, in another order each epoch. */
async function fitted(trainer: Trainer, { examples, batch }: Contract, epochs: number): Promise<void> {
  const seen = examples.filter((_, row) => !isUnseen(row));
  const { uniform } = stream(2, 'order');
  const batches = (epoch: number): readonly Batch[] => {
    const order = from(seen.length).toSorted((a, b) => uniform(epoch, a) - uniform(epoch, b));
    const starts = from(Math.floor(seen.length / batch)).map((i) => i * batch);
    return starts.map((start) => batchOf(order.slice(start, start + batch).map((row) => seen[row] ?? {})));
  };
  const batchesPerEpoch = Math.floor(seen.length / batch);
  await trainer.fit(batches, { epochs, batchesPerEpoch, patience: undefined });
}

describe('on wasm', () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels('wasm');
  });
  afterAll(() => kernels.dispose());

  async function loadedFor(contract: Contract, text: string): Promise<Tensors | undefined> {
    if (contract.loads === undefined) return undefined;
    const { scope, epochs } = contract.loads;
    const apart = text.replaceAll(/^(load|freeze|lora|phase) .*$/gm, '');
    const { definition } = await generate('apart', apart);
    const trainer = await createTrainer(definition, { kernels, seed: 9 });
    if (epochs > 0) await fitted(trainer, contract, epochs);
    const weights = await trainer.weights();
    trainer.dispose();
    return new Map([...weights].filter(([path]) => path.startsWith(`${scope}.`)));
  }

  const cases = contracts.map((contract) => [`${contract.file} ${contract.promised}`, contract] as const);
  test.each(cases)('%s', { timeout: 300_000 }, async (_, contract) => {
    const text = textOf(contract);
    const loaded = await loadedFor(contract, text);
    const { definition } = await generate(contract.file, text);
    const trainer = await createTrainer(definition, { kernels, ...(loaded === undefined ? {} : { loaded }) });
    try {
      await fitted(trainer, contract, contract.epochs);
      const unseen = contract.examples.filter((__, row) => isUnseen(row));
      const figure = await contract.figure(trainer, batchOf(unseen), unseen.length);
      const { chance, promised } = contract;
      if (promised > chance) expect(figure).toBeGreaterThanOrEqual(promised);
      else expect(figure).toBeLessThanOrEqual(promised);
    } finally {
      trainer.dispose();
    }
  });
});
