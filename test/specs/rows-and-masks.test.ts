/** Rows by their numbers, orders, sums so far and masked means in specs, with their gradients, against plain loops. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { devices } from '../kernels/devices.ts';
import { generate } from '../generated.ts';
import type { Generated } from '../generated.ts';

const [B, T, D] = [4, 5, 3];

type Matrix = readonly (readonly number[])[];

/** Of one example: x [T, D], numbers of rows, a mask of which one example has nothing left. */
interface Example {
  readonly x: Matrix;
  readonly ids: readonly number[];
  readonly mask: readonly number[];
}

const wave = (i: number): number => Math.fround(Math.sin(7.3 * i + 1));
const examples: readonly Example[] = Array.from({ length: B }, (_, b) => ({
  x: Array.from({ length: T }, (_row, t) => Array.from({ length: D }, (_column, d) => wave(b * 31 + t * D + d))),
  ids: [(b * 3) % T, T - 1 - b],
  mask: Array.from({ length: T }, (_row, t) => (b === 2 ? 0 : (b + t) % 2)),
}));

/** How each element of x counts in what is made of it; everything here is linear in x once the order is known. */
interface Linear {
  readonly value: number;
  readonly slopes: readonly (readonly [t: number, d: number, slope: number])[];
}

const element = ({ x }: Example, t: number, d: number): Linear => ({ value: x[t]?.[d] ?? NaN, slopes: [[t, d, 1]] });
const sumOf = (parts: readonly Linear[], scale = 1): Linear => ({
  value: scale * parts.reduce((sum, { value }) => sum + value, 0),
  slopes: parts.flatMap(({ slopes }) => slopes.map(([t, d, slope]) => [t, d, scale * slope] as const)),
});
const rows = [...Array(T).keys()];
const columns = [...Array(D).keys()];

const maskedMean = (e: Example): readonly Linear[] => {
  const kept = rows.filter((t) => e.mask[t] === 1);
  return columns.map((d) =>
    sumOf(
      kept.map((t) => element(e, t, d)),
      1 / Math.max(1, kept.length),
    ),
  );
};

const cases: readonly { readonly of: string; readonly loop: (example: Example) => readonly Linear[] }[] = [
  {
    of: 'gather(x, ids)',
    loop: (e) => e.ids.flatMap((t) => columns.map((d) => element(e, t, d))),
  },
  {
    of: 'gather(x, [3, -1, 3])',
    loop: (e) => [3, T - 1, 3].flatMap((t) => columns.map((d) => element(e, t, d))),
  },
  {
    of: 'gather(x, [[0, 1], [4, 1]])',
    loop: (e) => [0, 1, 4, 1].flatMap((t) => columns.map((d) => element(e, t, d))),
  },
  {
    of: 'gather(x, floor(2.5 + 0 * sum(x)))',
    loop: (e) => columns.map((d) => element(e, 2, d)),
  },
  {
    of: 'gather(x, argmax(x, axis=0))',
    loop: (e) =>
      columns.flatMap((best) => {
        const top = rows.reduce((t, other) => ((e.x[other]?.[best] ?? NaN) > (e.x[t]?.[best] ?? NaN) ? other : t), 0);
        return columns.map((d) => element(e, top, d));
      }),
  },
  {
    of: 'pick(transpose(x), gather(arange(5), ids[0]) * [1, 1, 1] - [0, 0, 9])',
    loop: (e) => columns.map((d) => (d === 2 ? sumOf([]) : element(e, e.ids[0] ?? NaN, d))),
  },
  {
    of: 'cumsum(x, axis=0)',
    loop: (e) => rows.flatMap((t) => columns.map((d) => sumOf(rows.slice(0, t + 1).map((u) => element(e, u, d))))),
  },
  {
    of: 'cumsum(x, reverse=true)',
    loop: (e) => rows.flatMap((t) => columns.map((d) => sumOf(columns.slice(d).map((c) => element(e, t, c))))),
  },
  {
    of: 'sort(x, axis=0)',
    loop: (e) => {
      const orders = columns.map((d) => rows.toSorted((a, b) => (e.x[a]?.[d] ?? NaN) - (e.x[b]?.[d] ?? NaN)));
      return rows.flatMap((t) => columns.map((d) => element(e, orders[d]?.[t] ?? NaN, d)));
    },
  },
  {
    of: 'sort(reshape(x, [15]))',
    loop: (e) => rows.flatMap((t) => columns.map((d) => element(e, t, d))).sort((a, b) => a.value - b.value),
  },
  {
    of: 'masked_mean(x, mask)',
    loop: maskedMean,
  },
  {
    of: 'masked_mean(x + reshape(log(mask), [5, 1]), mask)',
    loop: maskedMean,
  },
];

const spec = (of: string): string => `input x: f32[${T}, ${D}]; input ids: i32[2]; input mask: f32[${T}]
target y: f32[1]
made = ${of}
layer dense 1 from masked_mean(x, mask)
loss mse; optim sgd
predict made=made slope=grad(made * (1 + arange(size(made, -1))), x)
`;

const flat = (matrix: Matrix): readonly number[] => matrix.flat();
const batch = {
  x: Float32Array.from(examples.flatMap(({ x }) => flat(x))),
  ids: Int32Array.from(examples.flatMap(({ ids }) => ids)),
  mask: Float32Array.from(examples.flatMap(({ mask }) => mask)),
};

describe.each(devices.filter(({ skip }) => !skip))('$title', ({ open, tolerance }) => {
  let kernels: Kernels;
  const made = new Map<string, Generated>();
  beforeAll(async () => {
    kernels = await open();
    for (const { of } of cases) made.set(of, await generate('rows', spec(of)));
  });
  afterAll(() => kernels.dispose());

  it.each(cases)('$of', async ({ of, loop }) => {
    const definition = made.get(of)?.definition;
    if (definition === undefined) throw new Error('no model');
    const trainer = await createTrainer(definition, { kernels });
    const found = await trainer.predict(batch);
    trainer.dispose();
    const wanted = examples.map((example) => loop(example));
    const last = found['made']?.shape.at(-1) ?? NaN;
    const slopes = wanted.map((all) => {
      const sums = new Map<number, number>();
      for (const [i, { slopes: own }] of all.entries()) {
        for (const [t, d, slope] of own) {
          sums.set(t * D + d, (sums.get(t * D + d) ?? 0) + slope * (1 + (i % last)));
        }
      }
      return Array.from({ length: T * D }, (_, i) => sums.get(i) ?? 0);
    });
    expect(
      furthest(
        found['made']?.data,
        wanted.flat().map(({ value }) => value),
      ),
    ).toBeLessThan(10 * tolerance);
    expect(furthest(found['slope']?.data, slopes.flat())).toBeLessThan(10 * tolerance);
  });
});

/** The largest difference; infinite where something is no number. */
function furthest(found: ArrayLike<number> | undefined, wanted: readonly number[]): number {
  const differences = wanted.map((x, i) => Math.abs(x - (found?.[i] ?? NaN)));
  return found?.length === wanted.length && differences.every(Number.isFinite) ? Math.max(...differences) : Infinity;
}
