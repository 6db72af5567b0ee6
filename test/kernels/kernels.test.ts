/** Every kernel over tables of shapes, eagerly and recorded, against plain JavaScript. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampled } from '../amounts.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { cases } from './cases.ts';
import { devices } from './devices.ts';
import { distance } from './plain.ts';
import { runEager, runRecorded } from './run-case.ts';

for (const { title, skip, tolerance, open } of devices) {
  describe.skipIf(skip)(`kernels on ${title}`, () => {
    let kernels: Kernels;
    beforeAll(async () => {
      kernels = await open();
    });
    afterAll(() => kernels.dispose());

    it.each(sampled(cases, 3))('$name', async (one) => {
      const before = kernels.counters();
      const eager = await runEager(kernels, one);
      const recorded = await runRecorded(kernels, one);
      expect(recorded).toEqual(eager);
      one.expected.forEach((expected, i) => {
        expect(eager[i]?.shape).toEqual(expected.shape);
        expect(distance(eager[i]?.data ?? [], expected.data)).toBeLessThan(tolerance);
      });
      expect(kernels.counters()).toMatchObject({ bytes: before.bytes, allocations: before.allocations });
    });
  });
}
