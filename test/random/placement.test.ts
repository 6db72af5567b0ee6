/**
 * Where results lie changes no number: random specs leave the same bits with every result in memory of its own, placed
 * by the recorder, and placed with all that was read for the last time turned into NaN. NNC_SPECS=0..500 takes other
 * seeds than the suite does.
 */
import { amount } from '../amounts.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { generate } from '../generated.ts';
import { arrangements } from '../kernels/arrangements.ts';
import { trace } from '../specs/agree.ts';
import { randomSpec } from './spec.ts';

const [first = 0, end = 0] = (process.env['NNC_SPECS'] ?? `0..${amount(8, 40, 1000)}`).split('..').map(Number);

const opened: (readonly [string, Kernels])[] = [];
beforeAll(async () => {
  for (const [name, arrange] of arrangements.wasm) opened.push([name, await createKernels('wasm', { arrange })]);
});
afterAll(() => opened.forEach(([, kernels]) => kernels.dispose()));

test.each(Array.from({ length: end - first }, (_, i) => first + i))('seed %i', async (seed) => {
  const generated = await generate('random', randomSpec(seed));
  const [[, apart] = []] = opened;
  if (apart === undefined) throw new Error('no kernels');
  const wanted = await trace(generated, apart, 'recorded', 3);
  for (const [name, kernels] of opened.slice(1)) {
    expect(await trace(generated, kernels, 'recorded', 3), name).toEqual(wanted);
  }
});
