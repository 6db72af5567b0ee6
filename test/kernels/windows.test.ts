/**
 * Convolutions, their gradients and pooling over random shapes against plain JavaScript, eagerly and recorded; and what
 * these kernels are put together to: the gradient by the input.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import type { K, Value } from '../../runtime/kernels/k.ts';
import { amount } from '../amounts.ts';
import type { Case } from './cases.ts';
import { devices } from './devices.ts';
import { distance, make, random } from './plain.ts';
import { conv, convInput, convKernel, pool, poolGather, poolScatter } from './plain-windows.ts';
import type { Convolution } from './plain-windows.ts';
import { runEager, runRecorded } from './run-case.ts';

/** The gradient of a convolution by its input: a convolution of the cotangent, spread, by the kernel turned over. */
function inputGradient(k: K, shape: readonly number[], kernel: Value, dy: Value, options: Convolution): Value {
  const { size, stride, dilation, groups } = options;
  const [c = 0, channels = 0] = [shape.at(-1), dy.shape.at(-1)];
  const reach = size.map((n, i) => (dilation[i] ?? 1) * (n - 1));
  const after = size.map((_, i) => {
    const covered = (stride[i] ?? 1) * ((dy.shape[i + 1] ?? 1) - 1) + 1 + (reach[i] ?? 0);
    return (reach[i] ?? 0) + (shape[i + 1] ?? 0) - covered;
  });
  const spread = k.pad(dy, [0, ...reach, 0], [0, ...after, 0], { between: [0, ...stride.map((n) => n - 1), 0] });
  const spatial = size.map((_, i) => i);
  const [inner, group, outer] = [size.length, size.length + 1, size.length + 2];
  const flipped = k.flip(kernel, spatial);
  const grouped = k.reshape(flipped, [...size, c / groups, groups, channels / groups]);
  const swapped = k.transpose(grouped, [...spatial, outer, group, inner]);
  return k.conv(spread, k.reshape(swapped, [...size, channels / groups, c]), { dilation, groups });
}

interface Drawn extends Convolution {
  readonly n: number;
  readonly spatial: readonly number[];
  readonly c: number;
  readonly channels: number;
  readonly seed: number;
}

/** One spatial axis; one place means that the window is the whole axis, up to what the last stride leaves over. */
const axis = (rank: number) =>
  fc
    .record({
      size: fc.integer({ min: 1, max: rank === 1 ? 7 : 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 3 }),
      places: fc.integer({ min: 1, max: rank === 1 ? 20 : rank === 2 ? 6 : 3 }),
      over: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ size, stride, dilation, places, over }) => ({
      size,
      stride,
      dilation,
      spatial: dilation * (size - 1) + 1 + stride * (places - 1) + (over % stride),
    }));

const counts = fc.constantFrom(1, 3, 4, 5, 8, 9, 16, 17);
const channelsAndGroups = fc.oneof(
  fc.record({ c: counts, channels: counts, groups: fc.constant(1) }),
  fc
    .record({ groups: fc.integer({ min: 2, max: 3 }), c: fc.constantFrom(1, 3, 4), channels: counts })
    .map(({ groups, c, channels }) => ({ groups, c: c * groups, channels: channels * groups })),
  fc
    .record({ c: counts, times: fc.integer({ min: 1, max: 2 }) })
    .map(({ c, times }) => ({ groups: c, c, channels: c * times })),
);

const drawn: fc.Arbitrary<Drawn> = fc.integer({ min: 1, max: 3 }).chain((rank) =>
  fc
    .record({
      axes: fc.array(axis(rank), { minLength: rank, maxLength: rank }),
      n: fc.integer({ min: 1, max: 3 }),
      of: channelsAndGroups,
      seed: fc.nat({ max: 1000 }),
    })
    .map(({ axes, n, of, seed }) => ({
      ...of,
      n,
      seed,
      spatial: axes.map(({ spatial }) => spatial),
      size: axes.map(({ size }) => size),
      stride: axes.map(({ stride }) => stride),
      dilation: axes.map(({ dilation }) => dilation),
    })),
);

function convolutions({ n, spatial, c, channels, seed, ...options }: Drawn): Case {
  const { size, groups } = options;
  const x = random([n, ...spatial, c], seed);
  const kernel = random([...size, c / groups, channels], seed + 1);
  const y = conv(x, kernel, options);
  const dy = random(y.shape, seed + 2);
  return {
    name: 'a convolution and its gradients',
    inputs: [x, kernel, dy],
    run: (k, v, w, d) => [k.conv(v, w, options), k.convKernel(v, d, options), inputGradient(k, v.shape, w, d, options)],
    expected: [y, convKernel(x, dy, options), convInput(x.shape, kernel, dy, options)],
  };
}

/** With few different elements, so that many are equal. */
function poolings({ n, spatial, c, seed, size, stride, dilation }: Drawn): Case {
  const draws = random([n, ...spatial, c], seed);
  const x = { shape: draws.shape, data: draws.data.map((value) => Math.floor(3 * value) - 1) };
  const options = { size, stride, dilation };
  const y = pool('max', x, options);
  const v = random(x.shape, seed + 1);
  const dy = random(y.shape, seed + 2);
  return {
    name: 'pooling and its gradients',
    inputs: [x, v, dy],
    run: (k, a, b, d) => [
      k.pool('max', a, options),
      k.pool('sum', a, options),
      k.poolGather(a, b, options),
      k.poolScatter(a, d, options),
    ],
    expected: [y, pool('sum', x, options), poolGather(x, v, options), poolScatter(x, dy, options)],
  };
}

for (const { title, skip, tolerance, open } of devices) {
  describe.skipIf(skip)(`windows on ${title}`, () => {
    let kernels: Kernels;
    beforeAll(async () => {
      kernels = await open();
    });
    afterAll(() => kernels.dispose());

    it.each([
      ['convolutions', convolutions],
      ['pooling', poolings],
    ])(
      'random shapes: %s',
      async (_, caseOf) => {
        await fc.assert(
          fc.asyncProperty(drawn, async (shapes) => {
            const one = caseOf(shapes);
            const before = kernels.counters();
            const eager = await runEager(kernels, one);
            expect(await runRecorded(kernels, one)).toEqual(eager);
            one.expected.forEach((expected, i) => {
              expect(eager[i]?.shape).toEqual(expected.shape);
              expect(distance(eager[i]?.data ?? [], expected.data)).toBeLessThan(tolerance);
            });
            expect(kernels.counters()).toMatchObject({ bytes: before.bytes, allocations: before.allocations });
          }),
          { numRuns: amount(25, 50, 500), seed: 7 },
        );
      },
      600_000,
    );

    it.each([0, 1, 3, 5])('NaN at place %i is in a pool what it is in a maximum', async (place) => {
      const x = make([2, 6, 5], ([n = 0, s = 0, c = 0]) => (s === place && c === n ? NaN : Math.cos(30 * s + c) - 2));
      const one: Case = {
        name: 'NaN',
        inputs: [x],
        run: (k, a) => [k.reshape(k.pool('max', a, { size: [6], stride: [1] }), [2, 5]), k.max(a, { axis: [1] })],
        expected: [],
      };
      const [pooled, reduced] = await runEager(kernels, one);
      expect(pooled).toEqual(reduced);
    });
  });
}
