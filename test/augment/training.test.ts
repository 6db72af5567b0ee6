/** Training sees augmented batches, evaluation and prediction do not; a run is reproducible, and goes on as it would have. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { filesOf, readLoads } from '../../runtime/load/read-loads.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { generate } from '../generated.ts';
import { augmented, numbers } from './batch.ts';

const spec = (statements: string): string => `input image: f32[6, 6, 1] in -1..1
target label: class[3]
${statements}
layer conv 4 3x3 relu; layer flatten; layer dense 3
loss xent; optim momentum lr=0.1
metric accuracy
`;

const statements = [
  'augment flip; augment crop 6x6 pad=2',
  'augment noise',
  'augment mixup alpha=1',
  'augment cutout 3',
];

const batch = { image: numbers(8 * 36), label: Int32Array.from({ length: 8 }, (_, i) => i % 3) };

describe('training', () => {
  let kernels: Kernels;
  beforeAll(async () => void (kernels = await createKernels('wasm')));
  afterAll(() => kernels.dispose());

  describe.each(statements)('%s', (statement) => {
    it('enters the step, and that alone', async () => {
      const { definition } = await generate('augmented', spec(statement));
      const plain = await generate('plain', spec(''));
      const trainer = await createTrainer(definition, { kernels, seed: 3 });
      const other = await createTrainer(plain.definition, { kernels, seed: 3 });
      expect(await trainer.evaluate([batch])).toEqual(await other.evaluate([batch]));
      expect(await trainer.predict({ image: batch.image })).toEqual(await other.predict({ image: batch.image }));
      const entering = await augmented(definition, kernels, batch, 3, 0);
      expect(entering['image']?.data).not.toEqual(batch.image);
      const tensors = new Map(Object.entries(entering));
      const exact = await exactStep(definition, { batches: [tensors], seed: 3, kernels });
      const { loss } = await trainer.trainStep(batch);
      expect(await loss).toBe(exact.get('loss')?.data[0]);
      for (const [path, { data }] of await trainer.weights()) expect(data).toEqual(exact.get(`new/${path}`)?.data);
      expect(await loss).not.toBe(await (await other.trainStep(batch)).loss);
      trainer.dispose();
      other.dispose();
    });

    it('draws anew for each batch, the same in every run, and goes on from a snapshot', async () => {
      const { definition } = await generate('augmented', spec(statement));
      const losses = async (mode: 'eager' | 'recorded', cut: boolean): Promise<readonly number[]> => {
        let trainer = await createTrainer(definition, { kernels, mode, seed: 5 });
        const found: number[] = [];
        for (let i = 0; i < 4; i++) {
          if (cut && i === 2) {
            const snapshot = await trainer.snapshot();
            trainer.dispose();
            trainer = await createTrainer(definition, { kernels, mode, seed: 5 });
            trainer.restore(snapshot);
          }
          found.push(await (await trainer.trainStep(batch)).loss);
        }
        trainer.dispose();
        return found;
      };
      const whole = await losses('recorded', false);
      expect(await losses('recorded', true)).toEqual(whole);
      expect(await losses('eager', true)).toEqual(whole);
      const drawn = await Promise.all([0, 1].map((counter) => augmented(definition, kernels, batch, 5, counter)));
      expect(drawn[0]?.['image']?.data).not.toEqual(drawn[1]?.['image']?.data);
    });
  });

  describe('the proportion of mixup', () => {
    const line = (alpha: number): string =>
      `input x: f32[1]; target y: f32[1]\naugment mixup alpha=${alpha}\nlayer dense 1; loss mse; optim sgd\n`;

    it.each([0.1, 0.2, 1, 4])(
      'is distributed as Beta(α, α) for α = %s',
      async (alpha) => {
        const { definition } = await generate('mixup', line(alpha));
        const pair = { x: Float32Array.of(1, 0), y: Float32Array.of(0, 4) };
        const shares: number[] = [];
        for (let counter = 0; counter < 1500; counter++) {
          const { x, y } = await augmented(definition, kernels, pair, 9, counter);
          const [first = NaN, second = NaN] = x?.data ?? [];
          expect(first + second).toBeCloseTo(1, 6);
          expect(y?.data[0]).toBeCloseTo(4 * second, 5);
          shares.push(first);
        }
        const mean = shares.reduce((sum, p) => sum + p, 0) / shares.length;
        const variance = shares.reduce((sum, p) => sum + (p - 0.5) ** 2, 0) / shares.length;
        const wanted = 1 / (4 * (2 * alpha + 1));
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...shares)).toBeLessThanOrEqual(1);
        // Four standard errors; the fourth moment of what lies within ½ of the mean is at most a quarter of the second.
        expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(wanted / shares.length));
        expect(Math.abs(variance - wanted)).toBeLessThan(4 * Math.sqrt(wanted / 4 / shares.length));
      },
      120_000,
    );
  });

  it('the residual network of the language trains on augmented images behind a backbone that is loaded', async () => {
    const text = readFileSync(new URL('../grammar/contract/04-residual-cnn.nn', import.meta.url), 'utf8');
    const { definition } = await generate('residual', text);
    const apart = await generate('apart', text.replace(/^load.*$/m, ''));
    const source = await createTrainer(apart.definition, { kernels, seed: 99 });
    const backbone = new Map([...(await source.weights())].filter(([path]) => path.startsWith('backbone.')));
    source.dispose();
    const loaded = readLoads(definition, filesOf({ 'backbone.safetensors': writeSafetensors(backbone) }));
    const trainer = await createTrainer(definition, { kernels, loaded });
    const head = (await trainer.weights()).get('head.kernel');
    const images = { image: numbers(4 * 32 * 32 * 3).map(Math.abs), label: Int32Array.of(1, 2, 3, 9) };
    for (let i = 0; i < 3; i++) expect(await (await trainer.trainStep(images)).loss).toBeGreaterThan(0);
    const after = await trainer.weights();
    trainer.dispose();
    for (const [path, tensor] of backbone) expect(after.get(path)).toEqual(tensor);
    expect(after.get('head.kernel')).not.toEqual(head);
  });
});
