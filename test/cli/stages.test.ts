/** Steps, phases and noise from the shell: every command that runs or shows a model takes specs that have them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import { folderWith, nnc, read, runModel, spawnNnc } from './nnc.ts';

const wave = (row: number, column: number): string => Math.sin(7 * row + 3 * column).toFixed(4);
const table = (columns: readonly string[], rows: number): string =>
  [columns, ...Array.from({ length: rows }, (_, row) => columns.map((_, column) => wave(row, column)))]
    .map((fields) => fields.join(','))
    .join('\n');

const gan = `input image: f32[4] in -1..1
noise z: f32[3] = normal
block generator { layer dense 8 relu from z; layer dense 4 tanh as fake }
block discriminator { layer dense 8 leaky_relu from image; layer dense 1 as real_score }
reuse discriminator from fake as fake_score
step d updates discriminator times=2 { loss bce real_score 1; loss bce fake_score 0; optim adam lr=1e-2 }
step g updates generator { loss bce fake_score 1; optim adam lr=1e-2 }
data csv "rows.csv"
train epochs=EPOCHS batch=8
predict fake
`;

const tuned = `input x: f32[3]; target y: f32[1]
block backbone { layer dense 6 tanh; layer batchnorm; layer dropout 0.2 }
layer dense 1 as head
loss mse
data csv "rows.csv" y=c3 split=0.6/0.2/0.2
train batch=8
phase warm epochs=EPOCHS { freeze backbone; optim sgd lr=0.1 }
phase whole epochs=EPOCHS { unfreeze backbone; optim adam lr=1e-3; schedule linear }
`;

const pretrained = `input x: f32[3]; target y: f32[1]
block backbone { layer dense 6 tanh; layer dropout 0.2 as code }
layer dense 3 from code as decoded
layer dense 1 from code as head
optim adam lr=1e-2
data csv "rows.csv" y=c3 split=0.6/0.2/0.2
train batch=8
phase first epochs=EPOCHS patience=EPOCHS monitor=val_restored {
  freeze head
  metric mse decoded x as restored
  loss mae decoded x
}
phase whole epochs=EPOCHS {
  freeze decoded
  unfreeze head
  metric r2 head y
  step a updates backbone { loss mse head y }
  step b updates head { loss mse head y }
}
predict head
`;

const rows = table(['c0', 'c1', 'c2', 'c3'], 60);
const specs = [
  { name: 'gan', text: gan, chosen: ['--step', 'g'], predicting: ['--rows', '5'], last: /epoch \d+\/\d+ {2}loss\/d/ },
  { name: 'tuned', text: tuned, chosen: ['--phase', 'whole'], predicting: [], last: /epoch/ },
  {
    name: 'pretrained',
    text: pretrained,
    chosen: ['--phase', 'whole', '--step', 'a'],
    predicting: [],
    last: /keeping the weights of the lowest val_restored[^]*epoch 1\/6 {2}loss .*val_restored [^]*loss\/a .*val_r2/,
  },
] as const;

describe.each(specs)('$name', ({ name, text, chosen, predicting, last }) => {
  const folder = folderWith({ 'rows.csv': rows, [`${name}.nn`]: text.replaceAll('EPOCHS', '3') });
  const run = (...argv: readonly string[]) => runModel(folder, argv);
  let trained = { code: -1, out: '', err: '' };
  beforeAll(async () => {
    trained = await run('train', `${name}.nn`, '--seed', '5');
  }, 60_000);

  it('is trained and saved', () => {
    expect(trained.code).toBe(0);
    expect(trained.err).toMatch(last);
    expect(trained.err).toContain(`saved to runs/${name}`);
  });

  it('evaluates to the figures that training ended with', async () => {
    const { code, out, err } = await run('eval', `${name}.nn`);
    expect([code, err]).toEqual([0, '']);
    const lossIn = (said: string): number => Number(/rows\): loss (\S+)/.exec(said)?.[1]);
    expect(lossIn(out) / lossIn(trained.err)).toBeCloseTo(1, 2);
  });

  it('predicts', async () => {
    const { code, out, err } = await run('predict', `${name}.nn`, ...predicting);
    expect([code, err]).toEqual([0, '']);
    expect(out.trim().split('\n').length).toBeGreaterThan(5);
    expect((await run('predict', `${name}.nn`, ...predicting)).out).toBe(out);
  });

  it('goes on where it was interrupted, as if it had not been', { timeout: 60_000 }, async () => {
    const long = text.replaceAll('EPOCHS', '100');
    const weights = async (interrupted: boolean): Promise<string> => {
      const other = folderWith({ 'rows.csv': rows, 'm.nn': long });
      const onErr = (err: string, interrupt: () => void): void => {
        if (interrupted && /epoch +\d\d/.test(err)) interrupt();
      };
      // Processes of their own, which take the same kernels to the bit.
      const first = await spawnNnc(other, ['train', 'm.nn'], { onErr });
      expect(first.code).toBe(interrupted ? 130 : 0);
      if (interrupted) expect((await spawnNnc(other, ['train', 'm.nn', '--resume'])).code).toBe(0);
      return readFileSync(join(other, 'runs/m/weights.safetensors')).toString('base64');
    };
    expect(await weights(true)).toBe(await weights(false));
  });

  it('takes one exact step of what is chosen', async () => {
    const batch = {
      image: { shape: [2, 4], data: new Float32Array(8).fill(0.5) },
      z: { shape: [2, 3], data: new Float32Array(6).fill(0.5) },
      x: { shape: [2, 3], data: new Float32Array(6).fill(0.5) },
      y: { shape: [2, 1], data: new Float32Array(2).fill(0.5) },
    };
    const own = Object.entries(batch).filter(([port]) => ['image', 'z'].includes(port) === (name === 'gan'));
    writeFileSync(join(folder, 'batch.safetensors'), writeSafetensors(new Map(own)));
    const files = ['--batch', 'batch.safetensors', '--out', 'out.safetensors'];
    const { code, err } = await run('step', `${name}.nn`, ...files, ...chosen, '--updates', '9');
    expect([code, err]).toEqual([0, 'wrote out.safetensors\n']);
    const { tensors } = readSafetensors(readFileSync(join(folder, 'out.safetensors')), 'out');
    expect([...tensors.keys()]).toEqual(expect.arrayContaining(['loss', 't', 'predict']));
  });

  it.each([['check'], ['build'], ['summary'], ['ir'], ['ir', '--after', 'fuse']])(
    'is shown by %s %s',
    async (...argv) => {
      const [command = '', ...options] = argv;
      const { code, out } =
        command === 'summary' ? await run(command, `${name}.nn`) : await nnc(folder, command, `${name}.nn`, ...options);
      expect([code, out === '' && !['check', 'build'].includes(command)]).toEqual([0, false]);
    },
  );
});

describe('what predictions of noise are asked for', () => {
  const folder = folderWith({ 'rows.csv': rows, 'gan.nn': gan.replace('EPOCHS', '1') });
  beforeAll(async () => {
    await runModel(folder, ['train', 'gan.nn']);
  }, 60_000);

  it('is as many as are said, of the seed that is said', async () => {
    const rowsOf = async (...argv: readonly string[]): Promise<readonly string[]> => {
      const { out } = await runModel(folder, ['predict', 'gan.nn', ...argv]);
      return out.trim().split('\n').slice(1);
    };
    const three = await rowsOf('--rows', '3');
    expect(three).toHaveLength(3);
    expect(await rowsOf('--rows', '3', '--seed', '1')).toEqual(three);
    expect(await rowsOf('--rows', '3', '--seed', '2')).not.toEqual(three);
  });

  it.each([[[]], [['--rows', '3', '--data', 'csv:rows.csv']]])('%j is a mistake', async (argv) => {
    const { code, err } = await runModel(folder, ['predict', 'gan.nn', ...argv]);
    expect(code).not.toBe(0);
    expect(err).toContain('error[NN5001]: the predictions read noise alone');
    expect(err).toContain('--rows 16');
  });

  it('is no question to a model that reads data', async () => {
    const other = folderWith({ 'rows.csv': rows, 'tuned.nn': tuned.replaceAll('EPOCHS', '1') });
    await runModel(other, ['train', 'tuned.nn']);
    const { err } = await runModel(other, ['predict', 'tuned.nn', '--rows', '3']);
    expect(err).toContain('error[NN5001]: the predictions read `x`: --rows is for those that read noise alone');
    expect(read(other, 'runs/tuned/manifest.json')).toContain('"finished"');
  });
});

it('a prediction leaves columns alone that it does not read', async () => {
  const text = `input a: f32[1]; input b: f32[3]; target y: f32[1]
layer dense 1 from a as ya
layer dense 1 from b as yb
loss mse ya y; loss mse yb y; optim sgd
data csv "rows.csv"
train epochs=1 batch=8
predict ya
`;
  const folder = folderWith({ 'rows.csv': table(['a', 'b_0', 'b_1', 'b_2', 'y'], 9), 'm.nn': text });
  await runModel(folder, ['train', 'm.nn']);
  const { code, out, err } = await runModel(folder, ['predict', 'm.nn']);
  expect([code, err]).toEqual([0, '']);
  expect(out.trim().split('\n')).toHaveLength(10);
});
