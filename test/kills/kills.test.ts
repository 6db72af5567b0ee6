/** A run that is killed and gone on with is the one that was left alone; `test/kills/run.ts` is the long form. */
import { expect, test } from 'vitest';
import { killAndResume } from './kills.ts';

test(
  'three kills of a run whose epochs take seconds lose little, and change no bit',
  { timeout: 300_000 },
  async () => {
    const { kills, files } = await killAndResume({
      rows: 4000,
      width: 128,
      epochs: 8,
      kills: 3,
      argv: ['--save-every', '0.2'],
      seed: 5,
      most: 2000,
      from: 'training',
    });
    // A loaded machine may take its time with the first step; a kill without a checkpoint would lose all of it.
    for (const { lost } of kills) expect(lost).toBeLessThan(2000);
    expect(Object.keys(files).sort()).toEqual([
      'checkpoint.safetensors',
      'manifest.json',
      'model.nn.ts',
      'weights.safetensors',
    ]);
    for (const [name, [whole, parted]] of Object.entries(files)) {
      expect([name, whole !== undefined && parted?.equals(whole)]).toEqual([name, true]);
    }
  },
);
