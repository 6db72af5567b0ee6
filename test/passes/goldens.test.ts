/** What each pass does to a small graph: before and after, in files that a person can read. */
import { describe, expect, it } from 'vitest';
import { printGraph } from '../../compiler/ir/print.ts';
import { isStore } from '../../compiler/ir/plan.ts';
import type { Graph, Value } from '../../compiler/ir/types.ts';
import { applyOptimizer, gatherGradients } from '../../compiler/passes/apply-optimizer.ts';
import type { Optimization } from '../../compiler/passes/apply-optimizer.ts';
import { decompose } from '../../compiler/passes/decompose.ts';
import { differentiate } from '../../compiler/passes/differentiate.ts';
import { dropDead } from '../../compiler/passes/drop-dead.ts';
import { foldConstants } from '../../compiler/passes/fold-constants.ts';
import { inlineCalls } from '../../compiler/passes/functions.ts';
import { fuse } from '../../compiler/passes/fuse.ts';
import { name } from '../../compiler/passes/name.ts';
import { mergeDuplicates } from '../../compiler/passes/merge-duplicates.ts';
import { planMemory } from '../../compiler/passes/plan-memory.ts';
import { simplify } from '../../compiler/passes/simplify.ts';
import { Sketch, adam, mlp, origin, updated } from './models.ts';

const parameters = ['dense.kernel', 'dense.bias', 'dense_1.kernel', 'dense_1.bias'];

/** y = relu(x · w + b); the loss is the mean of its squares. */
function layer(): Graph {
  const s = new Sketch('dense');
  const x = s.input('input', 'x', ['B', 4]);
  const w = s.input('parameter', 'dense.kernel', [4, 3]);
  const b = s.input('parameter', 'dense.bias', [3]);
  const size = s.input('host', 'B', [], 'f64');
  const y = s.op('relu', [s.op('add', [s.op('matmul', [x, w]), b])], {}, 'dense');
  s.at('mean', 2);
  const sum = s.op('sum', [s.op('square', [y])], { axis: 'all', keepdims: false });
  return s.graph([{ role: 'loss', name: 'loss', value: s.op('div', [sum, size], {}, 'loss') }]);
}

/** gelu between two products: the pre-activation is kept, and what its derivative is made of is computed again. */
function geluNet(): Graph {
  const s = new Sketch('dense');
  const x = s.input('input', 'x', ['B', 4]);
  const w0 = s.input('parameter', 'dense.kernel', [4, 3]);
  const w1 = s.input('parameter', 'dense_1.kernel', [3, 2]);
  const z = s.op('matmul', [x, w0], {}, 'z');
  s.at('gelu', 2);
  const half = s.op('mul', [0.5, z]);
  const y = s.op('mul', [half, s.op('add', [1, s.op('erf', [s.op('div', [z, Math.SQRT2])])])], {}, 'gelu');
  s.at('dense', 3);
  const out = s.op('matmul', [y, w1], {}, 'out');
  return s.graph([
    { role: 'loss', name: 'loss', value: s.op('sum', [s.op('tanh', [out])], { axis: 'all', keepdims: false }, 'loss') },
  ]);
}

/** Rows less their mean, over their deviation. */
function normalized(): Graph {
  const s = new Sketch('norm');
  const x = s.input('input', 'x', ['B', 4]);
  const gamma = s.input('parameter', 'gamma', [4]);
  const mean = s.op('mean', [x], { axis: [-1], keepdims: true }, 'mean');
  const centered = s.op('sub', [x, mean], {}, 'centered');
  const variance = s.op('mean', [s.op('square', [centered])], { axis: [-1], keepdims: true }, 'variance');
  const y = s.op('mul', [s.op('div', [centered, s.op('sqrt', [s.op('add', [variance, 1e-3])])]), gamma], {}, 'y');
  return s.graph([{ role: 'predict', name: 'predict', value: y }]);
}

const smaller = (graph: Graph): Graph =>
  dropDead(mergeDuplicates(simplify(mergeDuplicates(foldConstants(decompose(graph))))));

const trained: Optimization = { updates: [adam('dense.bias', [3])], clips: [], accumulate: 1 };
const clippedSums: Optimization = {
  ...trained,
  clips: [
    { by: 'value', limit: 0.5, origin: origin('clip', 7) },
    { by: 'norm', limit: 1, origin: origin('clip', 8) },
  ],
  accumulate: 4,
};

const withUpdate = (graph: Graph): Graph => updated(differentiate(graph, ['dense.bias']), trained);

const cases: readonly (readonly [string, Graph, (graph: Graph) => Graph])[] = [
  ['differentiate', layer(), (graph) => differentiate(graph, ['dense.kernel', 'dense.bias'])],
  ['differentiate a part', layer(), (graph) => differentiate(graph, ['dense.bias'])],
  ['apply-optimizer', differentiate(layer(), ['dense.bias']), (graph) => applyOptimizer(graph, trained)],
  ['gather-gradients', differentiate(layer(), ['dense.bias']), (graph) => gatherGradients(graph, clippedSums)],
  [
    'apply-optimizer with accumulation and clips',
    gatherGradients(differentiate(layer(), ['dense.bias']), clippedSums),
    (graph) => applyOptimizer(graph, clippedSums),
  ],
  ['decompose', normalized(), decompose],
  ['simplify', decompose(mlp()), (graph) => simplify(foldConstants(graph))],
  ['merge-duplicates', foldConstants(decompose(differentiate(mlp(), parameters))), mergeDuplicates],
  ['fuse a normalisation', smaller(normalized()), fuse],
  ['fuse an activation of its own', smaller(differentiate(geluNet(), ['dense.kernel', 'dense_1.kernel'])), fuse],
  ['fuse a classifier', smaller(differentiate(mlp(), parameters)), (graph) => smaller(fuse(graph))],
  ['fuse an update', smaller(inlineCalls(withUpdate(layer()))), (graph) => smaller(fuse(graph))],
];

describe('goldens', () => {
  it.each(cases)('%s', async (title, before, pass) => {
    const text = `${title}: before\n\n${printGraph(before)}\n${title}: after\n\n${printGraph(pass(before))}`;
    await expect(text).toMatchFileSnapshot(`goldens/${title.replaceAll(' ', '-')}.txt`);
  });

  it('plan-memory', async () => {
    const graph = name(smaller(fuse(smaller(inlineCalls(withUpdate(mlpWithBias()))))));
    const names = (values: readonly Value[]): string => values.map(({ word = '' }) => word).join(', ');
    const lines = planMemory(graph).steps.map((step) =>
      isStore(step)
        ? `${step.section}: ${step.target.role} ${step.target.name} ← ${step.value.word}`
        : `${step.section}: ${names(step.outputs)} = ${step.op}(${names(step.inputs)})`,
    );
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('goldens/plan-memory.txt');
  });
});

/** The classifier, of which only the first bias is trained. */
const mlpWithBias = (): Graph => mlp();
