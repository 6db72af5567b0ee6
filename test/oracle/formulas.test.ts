/** Arguments of the library that defaults hide, by formulas that are written out here: the interpreter and the kernels. */
import { describe, expect, test } from 'vitest';
import type { SavedTensor } from '../../runtime/checkpoint/safetensors.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { generate } from '../generated.ts';
import { doubles, interpretStep } from './interpret.ts';
import type { SavedTensors } from './fixtures.ts';

const tensor = (shape: readonly number[], ...data: readonly number[]) => ({ shape, data: Float32Array.from(data) });

interface Case {
  readonly name: string;
  readonly text: string;
  readonly weights: SavedTensors;
  readonly batches: readonly SavedTensors[];
  /** What a result must be, from the other results. */
  readonly of: string;
  readonly wanted: (numbers: (name: string) => readonly number[]) => readonly number[];
}

const norm = (xs: readonly number[]): number => Math.hypot(...xs);
const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

const kernel = tensor([2, 2], 0.5, -1, 2, 0.25);
const bias = tensor([2], 0.75, -1.5);
const dense = new Map([
  ['dense.kernel', kernel],
  ['dense.bias', bias],
]);
const rows = new Map([
  ['x', tensor([2, 2], 1, 2, -0.5, 0.3)],
  ['y', tensor([2, 2], 1, 0, 0.5, -2)],
]);
const regression = 'input x: f32[2]\ntarget y: f32[2]\nlayer dense 2\nloss mse\n';

/** The first step of lamb: m̂ = g, √v̂ = |g|. */
const lamb =
  (path: string, start: readonly number[], decay: number) =>
  (numbers: (name: string) => readonly number[]): readonly number[] => {
    const u = numbers(`grad/${path}`).map((g, i) => g / (Math.abs(g) + 1e-6) + decay * (start[i] ?? NaN));
    return start.map((w, i) => w - (0.1 * norm(start) * (u[i] ?? NaN)) / norm(u));
  };

const logits = [0.5, -1, 2, 0.1];
const mask = [1, 0, 1, 0];
const channels = [1, 3, -2, 6, 0, 4, 8, -4];

const cases: readonly Case[] = [
  {
    name: 'lamb decays kernels',
    text: `${regression}optim lamb lr=0.1 decay=0.3\n`,
    weights: dense,
    batches: [rows],
    of: 'new/dense.kernel',
    wanted: lamb('dense.kernel', [...kernel.data], 0.3),
  },
  {
    name: 'lamb leaves biases without decay',
    text: `${regression}optim lamb lr=0.1 decay=0.3\n`,
    weights: dense,
    batches: [rows],
    of: 'new/dense.bias',
    wanted: lamb('dense.bias', [...bias.data], 0),
  },
  {
    // Its first step is sign(g) in the direction, whose root mean square of 1 is brought down to the clip.
    name: 'adafactor clips its step',
    text: `${regression}optim adafactor lr=0.1 clip=0.25\n`,
    weights: dense,
    batches: [rows],
    of: 'new/dense.bias',
    wanted: (numbers) => {
      const length = Math.sqrt(mean([...bias.data].map((w) => w * w))) * 0.1;
      return numbers('grad/dense.bias').map((g, i) => (bias.data[i] ?? NaN) - length * Math.sign(g) * 0.25);
    },
  },
  {
    name: 'dice is smoothed above and below',
    text: 'input x: f32[4]\ntarget y: f32[4]\nweight shift: [4] init=zeros\nit = x + shift\nloss dice smooth=3\noptim sgd\n',
    weights: new Map([['shift', tensor([4], 0, 0, 0, 0)]]),
    batches: [
      new Map([
        ['x', tensor([1, 4], ...logits)],
        ['y', tensor([1, 4], ...mask)],
      ]),
    ],
    of: 'loss',
    wanted: () => {
      const p = logits.map(sigmoid);
      const sum = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0);
      const both = sum(p.map((x, i) => x * (mask[i] ?? NaN)));
      return [1 - (2 * both + 3) / (sum(p) + sum(mask) + 3)];
    },
  },
  {
    name: 'groupnorm takes its eps',
    text: 'input x: f32[2, 4]\ntarget y: f32[2, 4]\nlayer groupnorm groups=2 eps=0.5\nloss mse\noptim sgd\n',
    weights: new Map([
      ['groupnorm.gamma', tensor([4], 1, 1, 1, 1)],
      ['groupnorm.beta', tensor([4], 0, 0, 0, 0)],
    ]),
    batches: [
      new Map([
        ['x', tensor([1, 2, 4], ...channels)],
        ['y', tensor([1, 2, 4], ...channels)],
      ]),
    ],
    of: 'predict',
    wanted: () => {
      const group = (i: number): number => Math.floor((i % 4) / 2);
      return channels.map((x, i) => {
        const own = channels.filter((_, j) => group(j) === group(i));
        return (x - mean(own)) / Math.sqrt(mean(own.map((each) => (each - mean(own)) ** 2)) + 0.5);
      });
    },
  },
  {
    name: 'a weight below 0 turns its loss around',
    text: 'input x: f32[2]\ntarget y: f32[2]\nlayer dense 2\nloss mse weight=-0.5\nloss mae weight=2\noptim sgd lr=0.1\n',
    weights: dense,
    batches: [rows],
    of: 'loss',
    wanted: (numbers) => {
      const d = numbers('predict').map((z, i) => z - (rows.get('y')?.data[i] ?? NaN));
      return [-0.5 * mean(d.map((x) => x * x)) + 2 * mean(d.map(Math.abs))];
    },
  },
];

test.each(cases)('$name', async ({ text, weights, batches, of, wanted }) => {
  const { definition, model } = await generate('formulas', text);
  const found = await exactStep(definition, { weights, batches, backend: 'cpu' });
  const meant = interpretStep(model, { weights: doubles(weights), batches: batches.map(doubles) });
  for (const results of [found, meant]) {
    const numbers = (name: string): readonly number[] => Array.from(results.get(name)?.data ?? []);
    expect(numbers(of)).toEqual(wanted(numbers).map((x) => expect.closeTo(x, 5)));
  }
});

describe('micro-batches', () => {
  test('draw numbers of their own', async () => {
    const text = 'input x: f32[8]\nlayer dropout 0.5\nweight w: [8] init=ones\nloss = mean(sum(it * w))\n';
    const { definition, model } = await generate('formulas', `${text}optim sgd\naccumulate 3\n`);
    const weights = new Map<string, SavedTensor>([
      ['w', tensor([8], 1, 1, 1, 1, 1, 1, 1, 1)],
      ['t', { shape: [], data: Int32Array.of(4) }],
    ]);
    const batches = [1, 2, 3].map((x) => new Map([['x', tensor([1, 8], ...Array.from({ length: 8 }, () => x))]]));
    const found = await exactStep(definition, { weights, batches, backend: 'cpu' });
    const meant = interpretStep(model, { weights: doubles(weights), batches: batches.map(doubles) });
    expect([...(found.get('grad/w')?.data ?? [])]).toEqual(
      Array.from(meant.get('grad/w')?.data ?? [], (x) => expect.closeTo(x, 5)),
    );
  });
});
