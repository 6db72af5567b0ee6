/** Each augmentation against a loop over pixels that is given the same draws, on every device. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { drawer } from '../../compiler/targets/reference/random.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { generate } from '../generated.ts';
import type { Generated } from '../generated.ts';
import { devices } from '../kernels/devices.ts';
import { augmented, numbers } from './batch.ts';

const [B, H, W, C, K] = [5, 6, 7, 2, 3];
const [seed, counter] = [11, 4];
const draw = drawer(seed, counter);
const uniform = (name: string, index: number): number => draw('uniform', `augment/${name}`, index);
const normal = (name: string, index: number): number => draw('normal', `augment/${name}`, index);

const images = numbers(B * H * W * C);
const labels = Int32Array.of(2, 0, -1, 1, 2);

/** A pixel, or 0 outside. */
const at = (b: number, y: number, x: number, c: number): number =>
  y < 0 || y >= H || x < 0 || x >= W ? 0 : (images[((b * H + y) * W + x) * C + c] ?? NaN);

type Pixel = (b: number, y: number, x: number, c: number, index: number) => number;

/** What the loop gives for every pixel. */
const pictures = (pixel: Pixel): number[] =>
  Array.from({ length: B * H * W * C }, (_, index) => {
    const [c, rest] = [index % C, Math.floor(index / C)];
    const [x, row] = [rest % W, Math.floor(rest / W)];
    return pixel(Math.floor(row / H), row % H, x, c, index);
  });

/** Moved by up to so many rows and columns, each of the places being as likely. */
const moved =
  (name: string, rows: number, columns: number): Pixel =>
  (b, y, x, c) => {
    const top = Math.floor(uniform(`${name}.uniform`, b) * (2 * rows + 1));
    const left = Math.floor(uniform(`${name}.uniform_1`, b) * (2 * columns + 1));
    return at(b, y + top - rows, x + left - columns, c);
  };

const hidden =
  (rows: number, columns: number, value: number): Pixel =>
  (b, y, x, c) => {
    const top = Math.floor(uniform('cutout.uniform', b) * H) - Math.floor(rows / 2);
    const left = Math.floor(uniform('cutout.uniform_1', b) * W) - Math.floor(columns / 2);
    const isInside = y >= top && y < top + rows && x >= left && x < left + columns;
    return isInside ? value : at(b, y, x, c);
  };

/** Turned about the middle, each pixel from where it comes, between the four around that place. */
const turned =
  (degrees: number): Pixel =>
  (b, y, x, c) => {
    const angle = ((2 * uniform('rotate.uniform', b) - 1) * degrees * Math.PI) / 180;
    const [dy, dx] = [y - (H - 1) / 2, x - (W - 1) / 2];
    const fromY = Math.cos(angle) * dy - Math.sin(angle) * dx + (H - 1) / 2;
    const fromX = Math.sin(angle) * dy + Math.cos(angle) * dx + (W - 1) / 2;
    let sum = 0;
    for (let row = -2; row <= H + 1; row++) {
      for (let column = -2; column <= W + 1; column++) {
        const weight = Math.max(0, 1 - Math.abs(row - fromY)) * Math.max(0, 1 - Math.abs(column - fromX));
        sum += weight * at(b, row, column, c);
      }
    }
    return sum;
  };

/** Marsaglia and Tsang's method with rejection: the first attempt that is accepted, for shape + 1, and then the power. */
function logGamma(alpha: number, drawn: typeof draw, streams: readonly [string, string, string]): number {
  const d = alpha + 1 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (let i = 0; i < 16; i++) {
    const x = drawn('normal', streams[0], i);
    const v = (1 + c * x) ** 3;
    if (v <= 0 || Math.log(1 - drawn('uniform', streams[1], i)) >= 0.5 * x * x + d - d * v + d * Math.log(v)) continue;
    return Math.log(d * v) + Math.log(1 - drawn('uniform', streams[2], 0)) / alpha;
  }
  return NaN;
}

function share(alpha: number, drawn: typeof draw = draw): number {
  const [first, second] = [
    ['normal', 'uniform', 'uniform_1'] as const,
    ['normal_1', 'uniform_2', 'uniform_3'] as const,
  ];
  const of = ([x, u, v]: readonly [string, string, string]) =>
    logGamma(alpha, drawn, [`augment/mixup.${x}`, `augment/mixup.${u}`, `augment/mixup.${v}`]);
  const [a, b] = [of(first), of(second)];
  return 1 / (1 + Math.exp(b - a));
}

const mixed = (alpha: number): Pixel => {
  const own = share(alpha);
  return (b, y, x, c) => own * at(b, y, x, c) + (1 - own) * at(B - 1 - b, y, x, c);
};

const mixedLabels = (alpha: number): number[] => {
  const own = share(alpha);
  const hot = (b: number, k: number): number => (labels[b] === k ? 1 : 0);
  return Array.from({ length: B * K }, (_, i) => {
    const [b, k] = [Math.floor(i / K), i % K];
    return own * hot(b, k) + (1 - own) * hot(B - 1 - b, k);
  });
};

const cases: readonly { readonly statement: string; readonly pixel: Pixel; readonly label?: number[] }[] = [
  {
    statement: 'augment flip horizontal',
    pixel: (b, y, x, c) => (uniform('flip.uniform', b) < 0.5 ? at(b, y, W - 1 - x, c) : at(b, y, x, c)),
  },
  {
    statement: 'augment flip vertical rate=0.8',
    pixel: (b, y, x, c) => (uniform('flip.uniform', b) < 0.8 ? at(b, H - 1 - y, x, c) : at(b, y, x, c)),
  },
  { statement: 'augment crop 6x7 pad=2', pixel: moved('crop', 2, 2) },
  { statement: 'augment crop 6x7 pad=1x3', pixel: moved('crop', 1, 3) },
  { statement: 'augment crop 6x7', pixel: at },
  { statement: 'augment shift 2x1', pixel: moved('shift', 2, 1) },
  { statement: 'augment cutout 3', pixel: hidden(3, 3, 0) },
  { statement: 'augment cutout 2x5 value=0.5', pixel: hidden(2, 5, 0.5) },
  {
    statement: 'augment noise std=0.3',
    pixel: (b, y, x, c, index) => at(b, y, x, c) + 0.3 * normal('noise.normal', index),
  },
  { statement: 'augment mixup', pixel: mixed(0.2), label: mixedLabels(0.2) },
  { statement: 'augment mixup alpha=3', pixel: mixed(3), label: mixedLabels(3) },
  { statement: 'augment rotate 20', pixel: turned(20) },
  { statement: 'augment rotate 180', pixel: turned(180) },
  {
    statement: 'augment flip; augment noise std=0.1; augment flip vertical',
    pixel: (b, y, x, c) => {
      const row = uniform('flip_1.uniform', b) < 0.5 ? H - 1 - y : y;
      const column = uniform('flip.uniform', b) < 0.5 ? W - 1 - x : x;
      return at(b, row, column, c) + 0.1 * normal('noise.normal', ((b * H + row) * W + x) * C + c);
    },
  },
  {
    statement: 'def augment brighter(by) { it = it + by * chance(it) }\naugment brighter 0.5',
    pixel: (b, y, x, c) => at(b, y, x, c) + 0.5 * uniform('brighter.uniform', b),
  },
];

const spec = (statement: string): string => `${statement}
input image: f32[${H}, ${W}, ${C}] in -1..1
target label: class[${K}]
layer flatten; layer dense ${K}
loss xent; optim sgd
`;

describe.each(devices.filter(({ skip }) => !skip))('$title', ({ open, tolerance }) => {
  let kernels: Kernels;
  const made = new Map<string, Generated>();
  beforeAll(async () => {
    kernels = await open();
    for (const { statement } of cases) made.set(statement, await generate('augment', spec(statement)));
  });
  afterAll(() => kernels.dispose());

  it.each(cases)('$statement', async ({ statement, pixel, label }) => {
    const definition = made.get(statement)?.definition;
    if (definition === undefined) throw new Error('no model');
    const found = await augmented(definition, kernels, { image: images, label: labels }, seed, counter);
    expect(Object.keys(found).toSorted()).toEqual(['image', 'label']);
    expect(furthest(found['image']?.data ?? [], pictures(pixel))).toBeLessThan(20 * tolerance);
    expect(furthest(found['label']?.data ?? [], label ?? Array.from(labels))).toBeLessThan(20 * tolerance);
    expect(Object.keys(definition.augmented ?? {})).toEqual(label === undefined ? [] : ['label']);
  });
});

test('mixup takes the first attempt that is accepted, whichever that is', async () => {
  const kernels = await createKernels('cpu');
  const { definition } = await generate(
    'mixup',
    'input x: f32[1]; target y: f32[1]\naugment mixup\nlayer dense 1; loss mse; optim sgd\n',
  );
  const pair = { x: Float32Array.of(1, 0), y: Float32Array.of(1, 0) };
  for (let turn = 0; turn < 60; turn++) {
    const { x } = await augmented(definition, kernels, pair, seed, turn);
    expect(x?.data[0]).toBeCloseTo(share(0.2, drawer(seed, turn)), 4);
  }
  kernels.dispose();
});

/** The largest difference. */
const furthest = (found: ArrayLike<number>, wanted: readonly number[]): number =>
  found.length === wanted.length ? Math.max(...wanted.map((x, i) => Math.abs(x - (found[i] ?? NaN)))) : Infinity;
