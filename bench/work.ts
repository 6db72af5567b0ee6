/** What is trained: networks of two dense layers with Adam, on random batches. */

export interface Work {
  /** Of the spec in `bench/specs`. */
  readonly name: string;
  readonly inputs: number;
  readonly hidden: number;
  readonly classes: number;
  readonly batch: number;
  /** Steps in one turn of ours and of theirs. */
  readonly turns: { readonly ours: number; readonly theirs: number };
  readonly batches: readonly { readonly x: Float32Array; readonly label: Int32Array }[];
}

/** Numbers in [0, 1) that look random. */
const wave = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return x - Math.floor(x);
  });

function work(inputs: number, hidden: number, classes: number, batch: number, ours: number, theirs: number): Work {
  return {
    name: `mlp-${inputs}-${hidden}-${classes}`,
    inputs,
    hidden,
    classes,
    batch,
    turns: { ours, theirs },
    batches: [1, 2, 3, 4].map((seed) => ({
      x: wave(batch * inputs, seed),
      label: Int32Array.from(wave(batch, seed + 10), (x) => Math.floor(x * classes)),
    })),
  };
}

export const works = (quick: boolean): readonly Work[] => {
  const n = quick ? 1 : 4;
  return [
    work(784, 128, 10, 64, 10 * n, 4 * n),
    work(784, 1024, 10, 256, 2 * n, n),
    work(8, 16, 4, 16, 200 * n, 30 * n),
  ];
};

/** Multiplications and additions of the matrix products of one step. */
export const flops = ({ inputs, hidden, classes, batch }: Work): number =>
  2 * batch * (2 * inputs * hidden + 3 * hidden * classes);
