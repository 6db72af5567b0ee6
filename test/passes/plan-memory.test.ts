/** Lifetimes: nothing is read after it was freed or overwritten, and nothing is left. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph, Node, Value } from '../../compiler/ir/types.ts';
import { decompose } from '../../compiler/passes/decompose.ts';
import { differentiate } from '../../compiler/passes/differentiate.ts';
import { dropDead } from '../../compiler/passes/drop-dead.ts';
import { foldConstants } from '../../compiler/passes/fold-constants.ts';
import { inlineCalls } from '../../compiler/passes/functions.ts';
import { fuse } from '../../compiler/passes/fuse.ts';
import { mergeDuplicates } from '../../compiler/passes/merge-duplicates.ts';
import { isStore } from '../../compiler/ir/plan.ts';
import { planMemory } from '../../compiler/passes/plan-memory.ts';
import { gradientsFirst } from '../../compiler/passes/plan-memory/order.ts';
import { simplify } from '../../compiler/passes/simplify.ts';
import { everything } from '../amounts.ts';
import { expectSafe } from './machine.ts';
import { Sketch, adam, mlp, origin, updated } from './models.ts';
import { randomGraph } from './random-graph.ts';

const RUNS = everything ? 2000 : 80;

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
  const whole = inlineCalls(updated(joint, { updates, clips, accumulate: 1 }));
  return dropDead(mergeDuplicates(simplify(fuse(simplify(mergeDuplicates(foldConstants(decompose(whole))))))));
}

describe('planned stores', () => {
  it('hold on random graphs with gradients and updates', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), (seed, clip) => expectSafe(planned(randomGraph(seed), clip), seed)),
      { numRuns: RUNS, seed: 3 },
    );
  });

  it.each([false, true])('hold on a classifier, clipped: %s', (clip) => expectSafe(planned(mlp(), clip), 5));

  it('follow the kernels that make the new values', () => {
    const { steps } = planMemory(planned(mlp(), false));
    const updates = steps.filter((step) => step.section === 'update' && (isStore(step) || step.op === 'map'));
    expect(updates.map((step) => (isStore(step) ? step.target.name : step.op))).toEqual([
      ...['map', 'dense.kernel/m', 'dense.kernel/v', 'dense.kernel'],
      ...['map', 'dense.bias/m', 'dense.bias/v', 'dense.bias'],
      ...['map', 'dense_1.kernel/m', 'dense_1.kernel/v', 'dense_1.kernel'],
      ...['map', 'dense_1.bias/m', 'dense_1.bias/v', 'dense_1.bias'],
    ]);
  });

  it('wait for the last reader of an old state, also through a view', () => {
    const s = new Sketch();
    const old = s.input('state', 'mean', [4]);
    const x = s.input('input', 'x', ['B', 4]);
    const row = s.op('reshape', [old], { shape: [1, 4] }, 'row');
    const next = s.op('mul', [0.5, old], {}, 'mean');
    const y = s.op('matmul', [x, s.op('broadcast', [row], { shape: [4, 4] })], {}, 'y');
    const graph = fuse(
      s.graph([
        { role: 'state', name: 'mean', value: next },
        { role: 'value', name: 'y', value: y },
      ]),
    );
    const { steps } = planMemory(graph);
    const reader = steps.findIndex((step) => !isStore(step) && step.op === 'broadcast');
    expect(steps.findIndex(isStore)).toBeGreaterThan(reader);
    expectSafe(graph, 1);
  });

  it('hand an old value on before it is replaced', () => {
    const s = new Sketch();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => s.input('slot', `w/${name}`, [4]));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three slots');
    const graph = s.graph([
      { role: 'slot', name: 'w/a', value: s.op('mul', [0.5, a], {}, 'a') },
      { role: 'slot', name: 'w/b', value: a },
      { role: 'slot', name: 'w/c', value: b },
    ]);
    const { steps } = planMemory(graph);
    expect(steps.filter(isStore).map(({ target }) => target.name)).toEqual(['w/c', 'w/b', 'w/a']);
    expectSafe(graph, 3);
  });

  it('copy states that change places', () => {
    const s = new Sketch();
    const [a, b] = [s.input('state', 'a', [4]), s.input('state', 'b', [4])];
    const y = s.op('add', [a, b], {}, 'y');
    const graph = s.graph([
      { role: 'state', name: 'a', value: b },
      { role: 'state', name: 'b', value: a },
      { role: 'value', name: 'y', value: y },
    ]);
    expectSafe(graph, 4);
  });

  it('refuse slots that change places', () => {
    const s = new Sketch();
    const [a, b] = [s.input('slot', 'w/a', [4]), s.input('slot', 'w/b', [4])];
    s.op('add', [a, b], {}, 'y');
    const graph = s.graph([
      { role: 'slot', name: 'w/a', value: b },
      { role: 'slot', name: 'w/b', value: a },
    ]);
    expect(() => planMemory(graph)).toThrow('w/a is replaced before it is handed on');
  });
});

describe('the order of nodes', () => {
  const value = (word: string): Value => ({ type: { dtype: 'f32', shape: [2] }, word });
  const [x, d, grad, cotangent, other, wide] = ['x', 'd', 'grad', 'cotangent', 'other', 'wide'].map(value);
  const node = (op: string, inputs: readonly Value[], outputs: readonly Value[], parts: Partial<Node> = {}): Node => {
    return { op, inputs, outputs, attrs: {}, bodies: [], section: 'backward', origin: origin(op), ...parts };
  };
  const ordered = (nodes: readonly Node[], grads: readonly Value[]): readonly string[] => {
    const outputs = grads.map((each, i) => ({ role: 'grad' as const, name: `w${i}`, value: each }));
    const inputs = x === undefined ? [] : [{ role: 'input' as const, name: 'x', value: x }];
    const made = gradientsFirst({ inputs, nodes, outputs }).nodes.flatMap((each) => each.outputs);
    return made.map(({ word = '' }) => word);
  };

  it('brings what makes nothing but gradients next to what it reads, and leaves the rest', () => {
    if (!x || !d || !grad || !cotangent || !other || !wide) throw new Error('six values');
    const nodes = [
      node('relu', [x], [d]),
      node('neg', [d], [wide]),
      node('two', [d], [grad, cotangent]),
      node('exp', [d], [other]),
    ];
    expect(ordered(nodes, [grad, other])).toEqual(['d', 'other', 'wide', 'grad', 'cotangent']);
  });

  it('goes on with the first of two calls that take the result of one', () => {
    if (!x || !d || !grad || !cotangent || !other) throw new Error('five values');
    const inner = value('inner');
    const body: Graph = {
      inputs: [{ role: 'value', name: 'inner', value: inner }],
      nodes: [],
      outputs: [{ role: 'value', name: 'inner', value: inner }],
    };
    const call = (input: Value, output: Value): Node =>
      node('call_function', [input], [output], { bodies: [body], attrs: { pass: 'whole' }, section: 'forward' });
    const nodes = [call(x, d), node('neg', [d], [other], { section: 'forward' }), call(d, grad), call(d, cotangent)];
    expect(ordered(nodes, [])).toEqual(['d', 'grad', 'other', 'cotangent']);
  });
});
