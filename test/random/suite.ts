/**
 * Random specs that have no mistake: each is compiled, and its training steps, evaluation and predictions on kernels
 * are those of the f64 interpreter on graphs that no pass has touched; eager and recorded runs agree to the bit.
 * NNC_SPECS=1000..1200 takes other seeds than the suite does.
 */
import { amount } from '../amounts.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { faultOf, illConditioned } from './faults.ts';
import { shrink } from './shrink.ts';
import { randomSpec } from './spec.ts';

const [first = 0, end = 0] = (process.env['NNC_SPECS'] ?? `0..${amount(32, 140, 1000)}`).split('..').map(Number);
const seeds = Array.from({ length: end - first }, (_, i) => first + i);

/** The specs of every second seed, on this backend. */
export function randomSpecsOn(backend: 'wasm' | 'cpu'): void {
  const own = seeds.filter((seed) => seed % 2 === (backend === 'wasm' ? 0 : 1));
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(backend);
  });
  afterAll(() => kernels.dispose());

  test.each(own)(
    'seed %i',
    async (seed) => {
      const text = randomSpec(seed);
      const fault = await faultOf(text, kernels);
      if (fault === undefined) return;
      const { count } = illConditioned;
      // What failed may have left something behind.
      const same = async (smaller: string): Promise<boolean> => {
        kernels = await createKernels(backend);
        return (await faultOf(smaller, kernels))?.kind === fault.kind;
      };
      const smallest = await shrink(text, same);
      kernels = await createKernels(backend);
      illConditioned.count = count;
      throw new Error(`${fault.message}\n\n${smallest}\n`);
    },
    300_000,
  );

  test('few comparisons say nothing', () => {
    // Each spec is compared three times: two steps and an evaluation.
    expect(illConditioned.count).toBeLessThanOrEqual(2 + 0.02 * 3 * own.length);
  });
}
