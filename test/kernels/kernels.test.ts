/** Every kernel over tables of shapes, eagerly and recorded, against plain JavaScript. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything, sampled } from '../amounts.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { cases } from './cases.ts';
import { devices } from './devices.ts';
import { distance } from './plain.ts';
import { runEager, runRecorded } from './run-case.ts';

for (const { title, skip, tolerance, open, few } of devices) {
  describe.skipIf(skip)(`kernels on ${title}`, () => {
    let kernels: Kernels;
    beforeAll(async () => {
      kernels = await open();
    });
    afterAll(() => kernels.dispose());

    const some = few === true && !everything ? cases.filter((_, i) => i % 7 === 0) : sampled(cases, 2);
    it.each(some)('$name', async (one) => {
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
