/** Scans: what their turns leave is what the same calls leave in a row, and where it lies changes no number. */
import { amount } from '../amounts.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import type { K } from '../../runtime/kernels/k.ts';
import { add } from '../../runtime/kernels/scalar/functions.ts';
import { everywhere, opened } from './arrangements.ts';
import { cases } from './cases.ts';
import { openWasm } from './held.ts';
import { randomScans, scanInputs } from './random-scan.ts';
import { runEager, runRecorded } from './run-case.ts';
import { traced } from './traced.ts';
import type { Mode } from './traced.ts';
import { scanned, unrolled } from './unroll.ts';
import type { Scanner } from './unroll.ts';

const RUNS = amount(24, 100, 1000);

describe.each(everywhere)('scans on $title', (device) => {
  let devices: Awaited<ReturnType<typeof opened>> = [];
  beforeAll(async () => {
    devices = await opened(device);
  });
  afterAll(() => devices.forEach(([, kernels]) => kernels.dispose()));

  it.each(cases.filter(({ name }) => name.startsWith('scan')))('$name, in every arrangement', async (one) => {
    const [[, first] = []] = devices;
    if (first === undefined) throw new Error('no kernels');
    const eager = await runEager(first, one);
    for (const [name, kernels] of devices) expect(await runRecorded(kernels, one), name).toEqual(eager);
  });

  /** What two runs of the scans leave, which is nothing that is held. */
  async function left(
    kernels: Kernels,
    seed: number,
    mode: Mode,
    scan: (k: K) => Scanner,
  ): Promise<readonly unknown[]> {
    const { bytes, allocations } = kernels.counters();
    const results = await traced(kernels, mode, {
      inputs: scanInputs,
      batch: (of) => ({ x: of('x'), y: of('y'), ids: of('ids') }),
      write: (k, p, batch) => randomScans(seed, k, scan(k), p, batch),
    });
    expect(kernels.counters()).toMatchObject({ bytes, allocations });
    return results;
  }

  it(
    'leave the bits of the same calls in a row, eagerly and in every arrangement',
    { timeout: 3_600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const [[, first] = []] = devices;
          if (first === undefined) throw new Error('no kernels');
          const inARow = await left(first, seed, 'eager', unrolled);
          expect(await left(first, seed, 'recorded', unrolled), 'recorded in a row').toEqual(inARow);
          for (const mode of ['eager', 'ending'] as const)
            expect(await left(first, seed, mode, scanned), mode).toEqual(inARow);
          for (const [name, kernels] of devices)
            expect(await left(kernels, seed, 'recorded', scanned), name).toEqual(inARow);
        }),
        { numRuns: device.backend === 'wasm' ? RUNS : Math.ceil(RUNS / 4), seed: 5 },
      );
    },
  );
});

it('a scan makes what its turns make, and a copy of what they carry on unchanged', async () => {
  const kernels = await openWasm();
  const [x, one] = [kernels.allocate([3, 2], 'float32'), kernels.allocate([2], 'float32')];
  const { k } = kernels.eager();
  const reserve = kernels.heap.reserve.bind(kernels.heap);
  let made = 0;
  kernels.heap.reserve = (bytes) => {
    made++;
    return reserve(bytes);
  };
  k.scan({ steps: 3, over: [x], with: [one, one] }, ([at], [sum, same]) => ({
    next: [k.map((a, b) => add(a, b), [sum, at]), same],
    stack: [],
  }));
  expect(made).toBe(3 + 1);
  kernels.dispose();
});
