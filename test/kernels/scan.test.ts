/** Scans: what their turns leave is what the same calls leave in a row, and where it lies changes no number. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import type { K, Shape, Value } from '../../runtime/kernels/k.ts';
import { arrangements } from './arrangements.ts';
import { cases } from './cases.ts';
import { random } from './plain.ts';
import { randomScans, scanInputs, scanParameters } from './random-scan.ts';
import { runEager, runRecorded } from './run-case.ts';
import { scanned, unrolled } from './unroll.ts';
import type { Scanner } from './unroll.ts';

const RUNS = process.env['NNC_VERIFY'] === 'all' ? 2000 : 100;

describe.each(['wasm', 'cpu'] as const)('scans on %s', (backend) => {
  const opened: (readonly [string, Kernels])[] = [];
  beforeAll(async () => {
    for (const [name, arrange] of arrangements) opened.push([name, await createKernels(backend, { arrange })]);
  });
  afterAll(() => opened.forEach(([, kernels]) => kernels.dispose()));

  it.each(cases.filter(({ name }) => name.startsWith('scan')))('$name, in every arrangement', async (one) => {
    const [[, first] = []] = opened;
    if (first === undefined) throw new Error('no kernels');
    const eager = await runEager(first, one);
    for (const [name, kernels] of opened) expect(await runRecorded(kernels, one), name).toEqual(eager);
  });

  /** All that two runs leave: the second one begins with what the first one stored. */
  async function traced(
    kernels: Kernels,
    seed: number,
    mode: 'eager' | 'recorded',
    scan: (k: K) => Scanner,
  ): Promise<readonly unknown[]> {
    const before = kernels.counters();
    const allocated = (shape: Shape, salt: number): Value =>
      kernels.allocate(shape, 'float32', random(shape, salt).data);
    const { a, b, c } = scanParameters;
    const p = { a: allocated(a, 1), b: allocated(b, 2), c: allocated(c, 3) };
    const results: unknown[] = [];
    const names: string[] = [];
    const program =
      mode === 'eager'
        ? undefined
        : await kernels.record('random', scanInputs, (k, batch) => {
            const outputs = randomScans(seed, k, scan(k), p, batch);
            names.push(...Object.keys(outputs));
            return outputs;
          });
    for (const run of [1, 2]) {
      const [x, y] = [random(scanInputs.x.shape, 10 * run).data, random(scanInputs.y.shape, 20 * run).data];
      const ids = random(scanInputs.ids.shape, 30 * run).data.map((v) => Math.floor(Math.abs(v) * 4));
      if (program === undefined) {
        const eager = kernels.eager();
        const batch = {
          x: kernels.allocate(scanInputs.x.shape, 'float32', x),
          y: kernels.allocate(scanInputs.y.shape, 'float32', y),
          ids: kernels.allocate(scanInputs.ids.shape, 'int32', ids),
        };
        for (const value of Object.values(randomScans(seed, eager.k, scan(eager.k), p, batch)))
          results.push(await kernels.read(value));
        eager.dispose();
        kernels.release(batch.x, batch.y, batch.ids);
      } else {
        program.setInput('x', x);
        program.setInput('y', y);
        program.setInput('ids', ids);
        program.run();
        for (const name of names) results.push(await program.read(name));
      }
      for (const value of Object.values(p)) results.push(await kernels.read(value));
    }
    program?.dispose();
    kernels.release(...Object.values(p));
    const { bytes, allocations } = before;
    expect(kernels.counters()).toMatchObject({ bytes, allocations });
    return results;
  }

  it('leave the bits of the same calls in a row, eagerly and in every arrangement', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const [[, first] = []] = opened;
        if (first === undefined) throw new Error('no kernels');
        const inARow = await traced(first, seed, 'eager', unrolled);
        expect(await traced(first, seed, 'recorded', unrolled), 'recorded in a row').toEqual(inARow);
        expect(await traced(first, seed, 'eager', scanned), 'eager').toEqual(inARow);
        for (const [name, kernels] of opened)
          expect(await traced(kernels, seed, 'recorded', scanned), name).toEqual(inARow);
      }),
      { numRuns: backend === 'wasm' ? RUNS : RUNS / 4, seed: 5 },
    );
  });
});
