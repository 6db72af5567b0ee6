/**
 * A run that is killed and gone on with is the one that was left alone. How much a kill costs depends on the machine:
 * `test/kills/run.ts`, the long form, measures that.
 */
import { expect, test } from 'vitest';
import { killAndResume } from './kills.ts';

test('three kills change no bit', { timeout: 300_000 }, async () => {
  const { kills, files } = await killAndResume({
    rows: 10_000,
    width: 256,
    epochs: 5,
    kills: 3,
    argv: ['--save-every', '0.2'],
    seed: 5,
    most: { training: 0.8 },
  });
  expect(kills.length).toBe(3);
  expect(Object.keys(files).sort()).toEqual([
    'checkpoint.safetensors',
    'manifest.json',
    'model.nn.ts',
    'weights.safetensors',
  ]);
  for (const [name, [whole, parted]] of Object.entries(files)) {
    expect([name, whole !== undefined && parted?.equals(whole)]).toEqual([name, true]);
  }
});
