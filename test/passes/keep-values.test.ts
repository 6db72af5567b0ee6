/** Every pass keeps what a graph computes: random graphs and models, before and after, by the f64 interpreter. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimizations } from '../../compiler/compile.ts';
import type { Graph } from '../../compiler/ir/types.ts';
import { verify } from '../../compiler/ir/verify.ts';
import { differentiate } from '../../compiler/passes/differentiate.ts';
import { amount } from '../amounts.ts';
import { expectEqualMeaning } from './agreement.ts';
import { adam, mlp, updated } from './models.ts';
import { randomGraph } from './random-graph.ts';

const RUNS = amount(40, 80, 1000);

function trained(graph: Graph): Graph {
  const parameters = graph.inputs.filter(({ role }) => role === 'parameter');
  const joint = differentiate(
    graph,
    parameters.map(({ name }) => name),
  );
  const updates = parameters.map(({ name, value }) =>
    adam(
      name,
      value.type.shape.filter((size) => size !== 'B'),
    ),
  );
  return updated(joint, { updates, clips: [], accumulate: 1 });
}

function expectKept(graph: Graph, seed: number): void {
  let now = graph;
  verify(now, 'apply-optimizer');
  for (const [name, pass] of optimizations) {
    const next = pass(now);
    verify(next, name);
    expectEqualMeaning(now, next, seed);
    now = next;
  }
  expectEqualMeaning(graph, now, seed);
}

describe('the passes keep values', () => {
  it('of random graphs with their gradients', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => expectKept(trained(randomGraph(seed)), seed)),
      { numRuns: RUNS, seed: 1 },
    );
  });

  it('of loops with their gradients', { timeout: 240_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => expectKept(trained(randomGraph(seed, { loops: 2 })), seed)),
      { numRuns: RUNS, seed: 3 },
    );
  });

  it('of forward graphs', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => expectKept(randomGraph(seed, { nodes: 40 }), seed)),
      { numRuns: RUNS, seed: 2 },
    );
  });

  it('of a graph in which two kernels come to read each other, unless the order of kernels is kept', () => {
    const seed = -121822580;
    expectKept(trained(randomGraph(seed)), seed);
  });

  it.each([1, 2, 3])('of a classifier with xent and adam, seed %i', (seed) => {
    expectKept(trained(mlp()), seed);
  });

  it.each(['norm', 'value'] as const)('of a clipped and accumulated update, by %s', (by) => {
    const graph = differentiate(mlp(), ['dense.kernel', 'dense_1.bias']);
    const [first] = graph.nodes;
    expect(first).toBeDefined();
    if (first === undefined) return;
    const updates = [adam('dense.kernel', [4, 3]), adam('dense_1.bias', [2])];
    expectKept(updated(graph, { updates, clips: [{ by, limit: 0.1, origin: first.origin }], accumulate: 4 }), 7);
  });
});
