/** `ema`: averages against a loop over the weights as they go by, in each step and phase; and what they are taken for. */
import { afterAll, describe, expect, test } from 'vitest';
import { createKernels } from '../../runtime/kernels/index.ts';
import { exactStep } from '../../runtime/index.ts';
import type { HostTensor, SavedTensor, Tensors, Trainer } from '../../runtime/index.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { relative } from '../oracle/deviation.ts';
import { generate } from '../generated.ts';

const kernels = await createKernels('wasm');
afterAll(() => kernels.dispose());

const rows = 4;
const batch = (seed: number) => ({
  x: Float32Array.from({ length: rows * 3 }, (_, i) => Math.sin(2 * i + seed)),
  y: Float32Array.from({ length: rows * 2 }, (_, i) => Math.cos(3 * i + seed)),
});
const asTensors = (seed: number): Map<string, SavedTensor> => {
  const { x, y } = batch(seed);
  return new Map([
    ['x', { shape: [rows, 3], data: x }],
    ['y', { shape: [rows, 2], data: y }],
  ]);
};

const net = `input x: f32[3]; target y: f32[2]
block body { layer dense 5 tanh; layer batchnorm }
layer dense 2 as head
`;
const [body, head] = [
  ['body.dense.kernel', 'body.dense.bias', 'body.batchnorm.gamma', 'body.batchnorm.beta'],
  ['head.kernel', 'head.bias'],
] as const;

/** Of one phase: by the parameters that are averaged, the decays of the updates that follow each other in a batch. */
type Decays = readonly (readonly [paths: readonly string[], decays: readonly number[]])[];

interface Case {
  readonly name: string;
  readonly lines: string;
  /** Batches to an update. */
  readonly accumulate?: number;
  readonly phases: readonly Decays[];
}

const cases: readonly Case[] = [
  { name: 'all parameters', lines: 'loss mse; optim adam lr=0.05; ema 0.9', phases: [[[[...body, ...head], [0.9]]]] },
  { name: 'none', lines: 'loss mse; optim adam lr=0.05; ema 0', phases: [[]] },
  { name: 'what is not frozen', lines: 'loss mse; optim sgd; ema 0.5; freeze body', phases: [[[head, [0.5]]]] },
  {
    name: 'groups',
    lines: 'loss mse; optim momentum lr=0.1; accumulate 3; ema 0.7',
    accumulate: 3,
    phases: [[[[...body, ...head], [0.7]]]],
  },
  {
    name: 'steps, one of which averages nothing',
    lines:
      'optim sgd lr=0.1; ema 0.8\nstep a updates body { loss mse it y }\nstep b updates head { loss mse it y; ema 0 }',
    phases: [[[body, [0.8]]]],
  },
  {
    name: 'phases: begun with a parameter, gone on with, ended by freezing, begun anew',
    lines: `loss mse; optim adam lr=0.05; ema 0.9
phase head_only epochs=1 { freeze body }
phase all epochs=1 { unfreeze body; ema 0.6 }
phase body_only epochs=1 { freeze head }
phase again epochs=1 { unfreeze head; ema 0.4 }`,
    phases: [[[head, [0.9]]], [[[...body, ...head], [0.6]]], [[body, [0.6]]], [[[...body, ...head], [0.4]]]],
  },
  {
    name: 'phases: said late, unsaid, said again',
    lines: `loss mse; optim sgd lr=0.1
phase one epochs=1 { clip norm 1 }
phase two epochs=1 { ema 0.9 }
phase three epochs=1 { ema 0 }
phase four epochs=1 { ema 0.5 }`,
    phases: [[], [[[...body, ...head], [0.9]]], [], [[[...body, ...head], [0.5]]]],
  },
];

const far = (a: HostTensor | undefined, b: readonly number[] | undefined): number =>
  relative(a?.data ?? [], Float64Array.from(b ?? [NaN]), 0);

/** The same of a trainer that has these weights and knows of no average. */
async function answers(trainer: Trainer, of: number) {
  const figures = await trainer.evaluate([batch(of), batch(of + 1)]);
  return { figures, predicted: await trainer.predict({ x: batch(of).x }) };
}

describe.each(cases)('of $name', ({ lines, accumulate = 1, phases }) => {
  test('are those of the weights as they went by, and what evaluation, predictions and saved weights are of', async () => {
    const { definition } = await generate('averages', `${net}${lines}\n`);
    const plain = await generate('plain', `${net}${lines.replace(/ema [\d.]+/g, 'clip norm 1e9')}\n`);
    const trainer = await createTrainer(definition, { kernels });
    let averages = new Map<string, readonly number[]>();
    const now = async (): Promise<Tensors> => (await trainer.snapshot()).weights;
    for (const [at, decays] of phases.entries()) {
      if (at > 0) await trainer.enterPhase(at);
      const before = await now();
      const paths = decays.flatMap(([own]) => own);
      averages = new Map(paths.map((path) => [path, averages.get(path) ?? [...(before.get(path)?.data ?? [])]]));
      for (let i = 0; i < 2 * accumulate; i++) {
        const { updated } = await trainer.trainStep(batch(10 * at + i));
        const weights = await now();
        for (const [path, [d = NaN]] of decays.flatMap(([own, each]) => own.map((path) => [path, each] as const))) {
          const [e, w] = [averages.get(path) ?? [], weights.get(path)?.data ?? []];
          if (updated)
            averages.set(
              path,
              e.map((each, k) => d * each + (1 - d) * (w[k] ?? NaN)),
            );
        }
        const snapshot = await trainer.snapshot();
        // In one order, whichever of them the phase began with: runs that are resumed save the same bytes.
        expect([...snapshot.averages.keys()]).toEqual([...weights.keys()].filter((path) => paths.includes(path)));
        for (const [path, e] of averages) expect(far(snapshot.averages.get(path), e), path).toBeLessThan(1e-6);
        const own = await trainer.weights();
        expect(own).toEqual(new Map([...weights, ...snapshot.averages]));
        const other = await createTrainer(plain.definition, { kernels, weights: own });
        if (at > 0) await other.enterPhase(at);
        expect(await answers(trainer, 50)).toEqual(await answers(other, 50));
        other.dispose();
      }
    }
    trainer.dispose();
  });
});

test('training goes on from the weights, whatever is averaged', async () => {
  const lines = 'loss mse; optim adam lr=0.05';
  const trained = await Promise.all(
    ['', '; ema 0.9'].map(async (ema) => {
      const { definition } = await generate('trained', `${net}${lines}${ema}\n`);
      const trainer = await createTrainer(definition, { kernels });
      for (const seed of [1, 2, 3]) await trainer.trainStep(batch(seed));
      const { weights, slots } = await trainer.snapshot();
      trainer.dispose();
      return { weights, slots };
    }),
  );
  expect(trained[0]).toEqual(trained[1]);
});

test('weights that are set are those of which averages begin', async () => {
  const { definition } = await generate('set', `${net}loss mse; optim adam lr=0.05; ema 0.9\n`);
  const trainer = await createTrainer(definition, { kernels });
  for (const seed of [1, 2, 3]) await trainer.trainStep(batch(seed));
  const best = await trainer.weights();
  for (const seed of [4, 5]) await trainer.trainStep(batch(seed));
  trainer.setWeights(best);
  const { weights, averages } = await trainer.snapshot();
  expect(weights).toEqual(best);
  expect(averages).toEqual(new Map([...best].filter(([path]) => averages.has(path))));
  expect(averages.size).toBe(6);
  trainer.dispose();
});

test('a slot of the optimizer may be called as averages are', async () => {
  const own = 'def optim slow(lr=0.1) { state ema = zeros; ema <- 0.5 * ema + grad; param <- param - lr * ema }\n';
  const { definition, text } = await generate('named', `${own}${net}loss mse; optim slow; ema 0.75\n`);
  expect(text).toContain('slots: { ema: zeros, ema_1: average }');
  const first = await exactStep(definition, { kernels, batches: [asTensors(1)] });
  const paths = [...body, ...head];
  const found = [...first.keys()].filter((name) => /^(state|ema)\//.test(name)).toSorted();
  expect(found).toEqual(paths.flatMap((path) => [`ema/${path}`, `state/${path}/ema`]).toSorted());
});

test('one exact step after another gives the bits of the trainer', async () => {
  const lines =
    'optim adam lr=0.05; ema 0.9\nstep a updates body { loss mse it y }\nstep b updates head { loss mse it y }';
  const { definition } = await generate('exact', `${net}${lines}\n`);
  const trainer = await createTrainer(definition, { kernels });
  const known = new Map<string, SavedTensor>();
  const counts = new Map<string, SavedTensor>();
  for (const seed of [1, 2, 3]) {
    await trainer.trainStep(batch(seed));
    for (const [step, paths] of [
      ['a', body],
      ['b', head],
    ] as const) {
      const mine = [...known].filter(
        ([name]) => !/^(ema|state)\//.test(name) || paths.some((p) => name.includes(`/${p}`)),
      );
      const t = counts.get(step);
      const weights = new Map([...mine, ...(t === undefined ? [] : [['t', t] as const])]);
      const given = known.size === 0 ? undefined : weights;
      const result = await exactStep(definition, { kernels, step, batches: [asTensors(seed)], weights: given });
      for (const [name, tensor] of result) {
        if (name === 't') counts.set(step, tensor);
        else if (/^(new|ema|state)\//.test(name)) known.set(name.replace(/^new\//, ''), tensor);
      }
      expect([...result.keys()].filter((name) => name.startsWith('ema/'))).toEqual(paths.map((path) => `ema/${path}`));
    }
  }
  const { weights, averages } = await trainer.snapshot();
  for (const [path, tensor] of weights) expect(known.get(path)).toEqual(tensor);
  for (const [path, tensor] of averages) expect(known.get(`ema/${path}`)).toEqual(tensor);
  trainer.dispose();
});
