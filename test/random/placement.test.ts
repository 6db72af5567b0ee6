/**
 * Where results lie changes no number: random specs leave the same bits with every result in memory of its own, placed
 * by the recorder, and placed with all that was read for the last time turned into NaN. NNC_SPECS=0..500 takes other
 * seeds than the suite does.
 */
import { amount } from '../amounts.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../generated.ts';
import { inMemory, opened } from '../kernels/arrangements.ts';
import { trace } from '../specs/agree.ts';
import { randomSpec } from './spec.ts';

const [first = 0, end = 0] = (process.env['NNC_SPECS'] ?? `0..${amount(8, 40, 1000)}`).split('..').map(Number);

describe.each(inMemory)('on $title', (device) => {
  let devices: Awaited<ReturnType<typeof opened>> = [];
  beforeAll(async () => {
    devices = await opened(device);
  });
  afterAll(() => devices.forEach(([, kernels]) => kernels.dispose()));

  // Where results lie is decided for both alike.
  const last = device.backend === 'wasm' ? end : first + Math.ceil((end - first) / 4);
  test.each(Array.from({ length: last - first }, (_, i) => first + i))('seed %i', async (seed) => {
    const generated = await generate('random', randomSpec(seed));
    const [[, apart] = []] = devices;
    if (apart === undefined) throw new Error('no kernels');
    const wanted = await trace(generated, apart, 'recorded', 3);
    for (const [name, kernels] of devices.slice(1)) {
      expect(await trace(generated, kernels, 'recorded', 3), name).toEqual(wanted);
    }
  });
});
