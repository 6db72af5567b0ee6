/** Metrics against scikit-learn's, over all rows in one batch and in several. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { modelOf } from '../check/elaboration.ts';
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

test.each(readCases())('$metric, $ports', ({ metric, ports, x, y, value }) => {
  const model = modelOf(`${ports}\nweight unused: [] init=zeros\nloss = unused\noptim sgd\nmetric ${metric}\n`);
  const weights = initialWeights(model, 1);
  const rows = (from: number, to: number) => tensors({ x: x.slice(from, to), y: y.slice(from, to) });
  const parts = [rows(0, 12), rows(12, 13), rows(13, x.length)];
  expect(figure(interpretEvaluation(model, weights, rows(0, x.length)))).toBeCloseTo(value, 6);
  expect(figure(interpretBatches(model, weights, parts))).toBeCloseTo(value, 6);
});
