/** Numbers in settings: what is larger than its place is refused, and never taken for another number. */
import { describe, expect, it } from 'vitest';
import { createTrainer } from '../../runtime/index.ts';
import { train } from '../../runtime/node.ts';
import { diagnose } from '../errors/diagnose.ts';
import { classifier } from '../runtime/models.ts';
import { folderWith, nnc, xor } from './nnc.ts';

const top = 4294967295;

describe('a seed', () => {
  it.each(['4294967296', '4294967297', '99999999999999999999', '-1', '1.5', '1e3', ''])(
    'of --seed is not %s',
    async (seed) => {
      const folder = folderWith({ 'm.nn': xor });
      for (const argv of [
        ['train', 'm.nn'],
        ['step', 'm.nn', '--batch', 'b', '--out', 'o'],
      ]) {
        const { code, err } = await nnc(folder, ...argv, `--seed=${seed}`);
        expect([code, err]).toEqual([2, expect.stringContaining('error[NN6009]')]);
        expect(err).toContain(`a whole number from 0 to ${top}`);
      }
    },
  );

  it.each([2 ** 32, 1e300, -1, 1.5, NaN])('of a trainer is not %f', async (seed) => {
    const model = classifier({ inputs: 2, hidden: 2, classes: 2 });
    const refused = { code: 'NN6009', message: expect.stringContaining(String(seed)) };
    await expect(createTrainer(model, { seed })).rejects.toMatchObject(refused);
    await expect(createTrainer({ ...model, train: { ...model.train, seed } })).rejects.toMatchObject(refused);
    const data = { format: 'inline', rows: [[0, 0, 1]], seed: 1 } as const;
    await expect(train({ ...model, data }, { baseDir: '.', overfit: 1, seed })).rejects.toMatchObject(refused);
  });

  it('is any number of 32 bits', async () => {
    const model = classifier({ inputs: 2, hidden: 2, classes: 2 });
    const weightsOf = async (seed: number) => {
      const trainer = await createTrainer(model, { seed });
      const weights = await trainer.weights();
      trainer.dispose();
      return [...weights.values()].map(({ data }) => [...data]);
    };
    expect(await weightsOf(top)).not.toEqual(await weightsOf(1));
  });
});

describe('a number of the spec', () => {
  it.each([
    ['train epochs=1 batch=4 seed=4294967296', '`seed` is at most 4294967295, not 4294967296'],
    ['train epochs=1 batch=4 seed=1e300', '`seed` is at most 4294967295, not 1e+300'],
    ['train epochs=1e300 batch=4', '`epochs` is at most 9007199254740991, not 1e+300'],
    ['train epochs=1 batch=1e16', '`batch` is at most 9007199254740991, not 10000000000000000'],
    ['train epochs=1 batch=4; accumulate 1e16', 'the number of batches is at most 9007199254740991'],
  ])('is no larger than its place: %s', (statement, message) => {
    const found = diagnose('m.nn', xor.replace(/train .*/, statement));
    expect(found.map((each) => [each.code, each.message])).toEqual([['NN2007', expect.stringContaining(message)]]);
  });

  it('is no larger than its place in data', () => {
    const found = diagnose('m.nn', xor.replace(/(data .*)/, '$1 seed=4294967297'));
    expect(found.map(({ message }) => message)).toEqual(['`seed` is at most 4294967295, not 4294967297']);
  });
});
