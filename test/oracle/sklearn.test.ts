/** Metrics against scikit-learn's, over all rows in one batch and in several. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Port } from '../../compiler/ir/model.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { sampled } from '../amounts.ts';
import { modelOf } from '../check/elaboration.ts';
import { generate } from '../generated.ts';
import { tensors } from '../grammar/model.ts';
import type { Nested } from '../grammar/model.ts';
import { initialWeights, interpretBatches, interpretEvaluation } from './interpret.ts';

interface Case {
  readonly metric: string;
  readonly ports: string;
  readonly x: readonly Nested[];
  readonly y: readonly Nested[];
  readonly value: number;
}

function readCases(): readonly Case[] {
  const fixtures: unknown = JSON.parse(readFileSync(new URL('sklearn/fixtures.json', import.meta.url), 'utf8'));
  if (!hasCases(fixtures)) throw new Error('the fixtures of scikit-learn cannot be read');
  return fixtures.cases;
}

function hasCases(value: unknown): value is { readonly cases: readonly Case[] } {
  return typeof value === 'object' && value !== null && 'cases' in value;
}

const figure = (results: ReadonlyMap<string, number>): number =>
  [...results].find(([name]) => name !== 'loss')?.[1] ?? NaN;

const specOf = ({ metric, ports }: Case): string =>
  `${ports}\nweight unused: [] init=zeros\nloss = unused\noptim sgd\nmetric ${metric}\n`;

/** Some rows, one, and the rest. */
const parts = ({ x, y }: Case) =>
  [
    [0, 12],
    [12, 13],
    [13, x.length],
  ].map(([from, to]) => tensors({ x: x.slice(from, to), y: y.slice(from, to) }));

test.each(readCases())('$metric, $ports', (one) => {
  const { x, y, value } = one;
  const model = modelOf(specOf(one));
  const weights = initialWeights(model, 1);
  expect(figure(interpretEvaluation(model, weights, tensors({ x, y })))).toBeCloseTo(value, 6);
  expect(figure(interpretBatches(model, weights, parts(one)))).toBeCloseTo(value, 6);
});

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(backend);
  });
  afterAll(() => kernels.dispose());

  const given = (ports: readonly Port[], batch: ReturnType<typeof tensors>) =>
    Object.fromEntries(
      ports.map(({ name, dtype }) => {
        const data = batch.get(name)?.data ?? [];
        return [name, dtype === 'i32' ? Int32Array.from(data) : Float32Array.from(data)];
      }),
    );

  test.each(backend === 'wasm' ? readCases() : sampled(readCases(), 3))('$metric, $ports', async (one) => {
    const { definition, model } = await generate('metric', specOf(one));
    const trainer = await createTrainer(definition, { kernels });
    const { loss: _, ...figures } = await trainer.evaluate(parts(one).map((batch) => given(model.ports, batch)));
    trainer.dispose();
    expect(Object.values(figures)).toEqual([expect.closeTo(one.value, 5)]);
  });
});
