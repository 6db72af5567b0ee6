/** Compares what graphs mean, by the f64 interpreter. */
import { expect } from 'vitest';
import type { Graph } from '../../compiler/ir/types.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { evaluateGraph } from '../../compiler/targets/reference/evaluate.ts';
import { drawer } from '../../compiler/targets/reference/random.ts';
import { BATCH, randomInputs } from './random-graph.ts';

export const draw = drawer(1, 1);

export function run(graph: Graph, inputs: ReadonlyMap<string, Tensor>, batch = BATCH): ReadonlyMap<string, Tensor> {
  return evaluateGraph(graph, { inputs, batch, draw });
}

/** The outputs of both graphs, to rounding; NaN agrees with NaN. */
export function expectEqualMeaning(before: Graph, after: Graph, seed: number): void {
  const inputs = randomInputs(after, seed);
  expectClose(run(after, inputs), run(before, inputs));
}

export function expectClose(found: ReadonlyMap<string, Tensor>, wanted: ReadonlyMap<string, Tensor>): void {
  for (const [name, tensor] of wanted) {
    const other = found.get(name);
    expect(other?.shape, name).toEqual(tensor.shape);
    tensor.data.forEach((value, i) =>
      expect(distance(other?.data[i] ?? Infinity, value), `${name}[${i}] of ${value}`).toBeLessThan(1e-9),
    );
  }
}

function distance(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  return Math.abs(a - b) / Math.max(1, Math.abs(b)) || Infinity;
}
