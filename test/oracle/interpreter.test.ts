/** The f64 interpreter against PyTorch: the same step, computed apart, to the rounding of double precision. */
import { describe, expect, test } from 'vitest';
import { modelOf } from '../check/elaboration.ts';
import { deviation } from './deviation.ts';
import { fixtureNames, readFixture } from './fixtures.ts';
import { doubles, interpretStep } from './interpret.ts';

describe('a step of the interpreter is the one that PyTorch takes', () => {
  test.each(fixtureNames())('%s', (name) => {
    const { text, weights, batches, expected, updates } = readFixture(name);
    const result = interpretStep(modelOf(text), { weights: doubles(weights), batches: batches.map(doubles), updates });
    expect([...result.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    const { worst, name: where } = deviation(result, expected);
    expect(worst, where).toBeLessThan(1e-9);
  });
});
