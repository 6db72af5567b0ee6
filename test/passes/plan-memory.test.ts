/** Lifetimes: nothing is read after it was freed or overwritten, and nothing is left. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../compiler/ir/types.ts';
import { applyOptimizer } from '../../compiler/passes/apply-optimizer.ts';
import { decompose } from '../../compiler/passes/decompose.ts';
import { differentiate } from '../../compiler/passes/differentiate.ts';
import { dropDead } from '../../compiler/passes/drop-dead.ts';
import { foldConstants } from '../../compiler/passes/fold-constants.ts';
import { fuse } from '../../compiler/passes/fuse.ts';
import { mergeDuplicates } from '../../compiler/passes/merge-duplicates.ts';
import { planMemory } from '../../compiler/passes/plan-memory.ts';
import { simplify } from '../../compiler/passes/simplify.ts';
import { expectSafe } from './machine.ts';
import { Sketch, adam, mlp } from './models.ts';
import { randomGraph } from './random-graph.ts';

const RUNS = process.env['NNC_VERIFY'] === 'all' ? 2000 : 80;

function planned(graph: Graph, clip: boolean): Graph {
  const parameters = graph.inputs.filter(({ role }) => role === 'parameter');
  const joint = differentiate(
    graph,
    parameters.map(({ name }) => name),
  );
  const [first] = joint.nodes;
  const updates = parameters.map(({ name, value }) =>
    adam(
      name,
      value.type.shape.filter((size) => size !== 'B'),
    ),
  );
  const clips = clip && first !== undefined ? [{ by: 'norm' as const, limit: 1, origin: first.origin }] : [];
  const whole = applyOptimizer(joint, { updates, clips, accumulate: 1 });
  return dropDead(mergeDuplicates(simplify(fuse(simplify(mergeDuplicates(foldConstants(decompose(whole))))))));
}

describe('planned lifetimes', () => {
  it('hold on random graphs with gradients and updates', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), (seed, clip) => expectSafe(planned(randomGraph(seed), clip), seed)),
      { numRuns: RUNS, seed: 3 },
    );
  });

  it.each([false, true])('hold on a classifier, clipped: %s', (clip) => expectSafe(planned(mlp(), clip), 5));

  it('write parameters and slots over the old ones', () => {
    const { steps } = planMemory(planned(mlp(), false));
    const maps = steps.filter(({ node }) => node.section === 'update' && node.op === 'map');
    expect(maps.map(({ into }) => into.map((value) => value?.name))).toEqual([
      ['dense_kernel', 'dense_kernel_m', 'dense_kernel_v'],
      ['dense_bias', 'dense_bias_m', 'dense_bias_v'],
      ['dense_1_kernel', 'dense_1_kernel_m', 'dense_1_kernel_v'],
      ['dense_1_bias', 'dense_1_bias_m', 'dense_1_bias_v'],
    ]);
  });

  it('keep an old state that is read after its new value is made', () => {
    const s = new Sketch();
    const old = s.input('state', 'mean', [4]);
    const x = s.input('input', 'x', ['B', 4]);
    const next = s.op('mul', [0.5, old], {}, 'mean');
    const y = s.op('matmul', [x, s.op('broadcast', [old], { shape: [4, 4] })], {}, 'y');
    const graph = fuse(
      s.graph([
        { role: 'state', name: 'mean', value: next },
        { role: 'value', name: 'y', value: y },
      ]),
    );
    const state = graph.outputs.find(({ role }) => role === 'state')?.value;
    const maker = planMemory(graph).steps.find(({ node }) => node.outputs.some((output) => output === state));
    expect(maker?.into).toEqual([undefined]);
    expectSafe(graph, 1);
  });

  it('do not overwrite what is read through a view, nor a row value', () => {
    const s = new Sketch();
    const x = s.input('input', 'x', ['B', 4]);
    const w = s.input('parameter', 'w', [4, 4]);
    const h = s.op('matmul', [x, w], {}, 'h');
    const rows = s.op('sum', [h], { axis: [1], keepdims: true }, 'rows');
    const scaled = s.op('mul', [h, rows], {}, 'scaled');
    const total = s.op('neg', [rows], {}, 'total');
    expectSafe(
      fuse(
        s.graph([
          { role: 'value', name: 'scaled', value: scaled },
          { role: 'value', name: 'total', value: total },
        ]),
      ),
      2,
    );
  });
});
