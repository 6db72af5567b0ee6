/** `schedule plateau`: the factor against PyTorch's, the rate that it makes of a run's, and figures that are not there. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { FitOptions, ModelDefinition } from '../../runtime/index.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { afterEpoch, level } from '../../runtime/train/plateau.ts';
import { generate } from '../generated.ts';

const kernels = await createKernels('wasm');
afterAll(() => kernels.dispose());

interface Course {
  readonly mode: 'min' | 'max';
  readonly factor: number;
  readonly patience: number;
  readonly gain: number;
  readonly least: number;
  readonly figures: readonly number[];
  readonly factors: readonly number[];
}

const isCourses = (value: unknown): value is readonly Course[] => Array.isArray(value) && value.length > 0;
const courses: unknown = JSON.parse(readFileSync(new URL('../oracle/fixtures/plateaus.json', import.meta.url), 'utf8'));
if (!isCourses(courses)) throw new Error('the courses of figures cannot be read');

test.each(courses)(
  'PyTorch: $mode, factor $factor, patience $patience, gain $gain',
  ({ mode, least, figures, factors, ...settings }) => {
    const spec = { ...settings, monitor: 'val_f', best: mode === 'min' ? 'lowest' : 'highest' } as const;
    let state = level;
    const found = figures.map((figure) => {
      state = afterEpoch(spec, state, { val_f: figure });
      return Math.max(state.factor, least);
    });
    expect(new Set(found).size).toBeGreaterThan(2);
    found.forEach((factor, epoch) => expect(factor).toBeCloseTo(factors[epoch] ?? NaN, 12));
  },
);

test.each([
  ['what is not a number is no gain', 'lowest', [1, NaN, NaN, 0.5], [1, 1, 0.5, 0.5]],
  ['nor what is infinite', 'highest', [1, Infinity, Infinity, 2], [1, 1, 0.5, 0.5]],
  ['not even at first', 'lowest', [NaN, NaN, NaN, 2], [1, 0.5, 0.5, 0.5]],
  ['a loss below 0 gains by a share of its size', 'lowest', [-1, -1.05, -1.09, -1.3], [1, 1, 0.5, 0.5]],
  ['slow gains add up', 'lowest', [1, 0.95, 0.89, 0.84, 0.8], [1, 1, 1, 1, 1]],
  ['losses are best at their lowest unless said', undefined, [1, 2, 3, 0.5], [1, 1, 0.5, 0.5]],
] as const)('%s', (_, best, figures, factors) => {
  const spec = { factor: 0.5, patience: 2, monitor: 'loss', gain: 0.1, ...(best === undefined ? {} : { best }) };
  let state = level;
  const found = figures.map((loss) => (state = afterEpoch(spec, state, { loss })).factor);
  expect(found).toEqual(factors);
});

/** A weight whose gradient is 1 for ever: what is subtracted from it is the rate of each update. */
const slope = (lines: string): string => `input x: f32[1]
weight w: [] init=constant(0)
weight v: [] init=constant(0)
${lines}
`;
const one = { x: Float32Array.of(1, 1) };
const measured: FitOptions['measured'] = { prefix: 'val_', batches: () => [one] };

/** The rates of all updates of a run, two to an epoch. */
async function rates(definition: ModelDefinition, path: string, options: FitOptions = {}): Promise<readonly number[]> {
  const trainer = await createTrainer(definition, { kernels });
  const found: number[] = [];
  const seen: number[] = [0];
  try {
    const batches = async function* () {
      for (let i = 0; i < 2; i++) {
        yield one;
        seen.push((await trainer.snapshot()).weights.get(path)?.data[0] ?? NaN);
      }
    };
    await trainer.fit(batches, { measured, ...options });
    seen.slice(1).forEach((w, i) => found.push((seen[i] ?? NaN) - w));
    return found.map((rate) => Number(rate.toFixed(4)));
  } finally {
    trainer.dispose();
  }
}

/** So great a gain is none: the first figure is the last gain. */
const never = 'gain=99';

describe.each([
  [
    'the rate becomes smaller behind the epochs of its patience',
    `loss = mean((w + v) * x); optim sgd lr=0.8; schedule plateau patience=2 ${never}\ntrain epochs=6`,
    'w',
    [0.8, 0.8, 0.8, 0.4, 0.4, 0.2],
  ],
  [
    'never below min',
    `loss = mean((w + v) * x); optim sgd lr=0.8; schedule plateau factor=0.25 patience=1 ${never} min=0.2\ntrain epochs=4`,
    'w',
    [0.8, 0.8, 0.2, 0.16],
  ],
  [
    'a gain leaves it alone',
    'loss = mean((w + v - 1) * x); optim sgd lr=0.8; schedule plateau patience=1 gain=0\ntrain epochs=4',
    'w',
    [0.8, 0.8, 0.8, 0.8],
  ],
  [
    'the training loss may be watched, with nothing to validate',
    `loss = mean((w + v) * x); optim sgd lr=0.8; schedule plateau patience=1 monitor=loss ${never}\ntrain epochs=3`,
    'w',
    [0.8, 0.8, 0.4],
  ],
  [
    'a phase begins with 1',
    `loss = mean((w + v) * x); optim sgd lr=0.8; schedule plateau patience=1 ${never}
phase a epochs=3 { clip norm 99 }
phase b epochs=3 { schedule plateau patience=1 factor=0.1 ${never} }`,
    'w',
    [0.8, 0.8, 0.4, 0.8, 0.8, 0.08],
  ],
  [
    'a step has its own',
    `optim sgd lr=0.8
step a updates w { loss = mean(w * x); schedule plateau patience=1 ${never} }
step b updates v { loss = mean(v * x); schedule plateau patience=2 ${never} factor=0.25 }
train epochs=4`,
    'v',
    [0.8, 0.8, 0.8, 0.2],
  ],
] as const)('%s', (name, lines, path, wanted) => {
  test('in a run', async () => {
    const { definition } = await generate('plateau', slope(lines));
    const options = name.includes('nothing to validate') ? { measured: undefined } : {};
    const found = await rates(definition, path, options);
    // Two updates an epoch.
    expect(found.filter((_, i) => i % 2 === 0)).toEqual(wanted);
    expect(found.filter((_, i) => i % 2 === 1)).toEqual(wanted);
  });
});

test('the first updates are those of the warm-up', async () => {
  const lines = `loss = mean((w + v) * x); optim sgd lr=0.8; schedule plateau patience=1 warmup=4 ${never}\ntrain epochs=4`;
  const { definition } = await generate('plateau', slope(lines));
  expect(await rates(definition, 'w')).toEqual([0.2, 0.4, 0.6, 0.8, 0.4, 0.4, 0.2, 0.2]);
});

describe('a figure that is not there', () => {
  const watching = 'loss = mean((w + v) * x); optim sgd; schedule plateau';

  test.each([
    ['no validation part', {}],
    ['rows that are measured for their metrics alone', { measured: { prefix: '', batches: () => [one] } }],
  ])('%s', async (_, options) => {
    const { definition } = await generate('watching', slope(watching));
    const trainer = await createTrainer(definition, { kernels });
    await expect(trainer.fit([one], options)).rejects.toMatchObject({
      code: 'NN5010',
      message: '`schedule plateau` watches val_loss, but there is no validation part',
    });
    expect(trainer.progress.t).toBe(0);
    trainer.dispose();
  });

  test('a loop of one’s own that tells another figure', async () => {
    const { definition } = await generate('watching', slope(watching));
    const trainer = await createTrainer(definition, { kernels });
    await expect(trainer.observe({ loss: 1 })).rejects.toMatchObject({
      code: 'NN5010',
      message: 'there is no figure `val_loss` to monitor',
    });
    trainer.dispose();
  });
});
