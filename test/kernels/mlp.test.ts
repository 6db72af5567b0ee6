/** The hand-written model on every backend of Node: recorded and eager give the same bits, and what doubles give. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { devices } from './devices.ts';
import { batchOf, distance, eagerSteps, parameterNames, plainSteps, recordedSteps } from './drive.ts';

for (const { title, skip, open } of devices) {
  describe.skipIf(skip)(`the hand-written model on ${title}`, () => {
    const batches = [1, 2, 3].map((seed) => batchOf(19, seed));
    let kernels: Kernels;
    let dataIds: number;
    beforeAll(async () => {
      kernels = await open();
      dataIds = kernels.counters().dataIds;
    });
    afterAll(() => kernels.dispose());

    it('gives what plain loops in doubles give', async () => {
      const plain = plainSteps(batches);
      const { steps, crossings } = await recordedSteps(kernels, batches);
      if (kernels.kernelSet !== 'tfjs') expect(crossings).toBeLessThanOrEqual(10);
      steps.forEach((step, i) => {
        expect(Math.abs(step.loss - (plain[i]?.loss ?? NaN))).toBeLessThan(1e-4);
        for (const name of parameterNames) {
          expect(distance(step.gradients[name], plain[i]?.gradients[name] ?? [])).toBeLessThan(1e-4);
          expect(distance(step.weights[name], plain[i]?.weights[name] ?? [])).toBeLessThan(1e-4);
        }
      });
    });

    it('gives the same bits eagerly and recorded', async () => {
      const eager = await eagerSteps(kernels, batches);
      const recorded = await recordedSteps(kernels, batches);
      expect(recorded.steps).toEqual(eager);
    });

    it('keeps nothing', () => {
      expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
      kernels.dispose();
      expect(kernels.counters().dataIds).toBe(dataIds);
    });
  });
}
