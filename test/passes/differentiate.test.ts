/** The gradients of whole graphs: against central differences, against the optimised graph, and where there are none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Builder } from '../../compiler/ir/builder.ts';
import type { Graph, Node } from '../../compiler/ir/types.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { verify } from '../../compiler/ir/verify.ts';
import { differentiate } from '../../compiler/passes/differentiate.ts';
import { foldConstants } from '../../compiler/passes/fold-constants.ts';
import { simplify } from '../../compiler/passes/simplify.ts';
import { everything } from '../amounts.ts';
import { interpretStep } from '../oracle/interpret.ts';
import { modelOf } from '../specs/model-of.ts';
import { run } from './agreement.ts';
import { Sketch, mlp, origin } from './models.ts';
import { generator, randomGraph, randomInputs } from './random-graph.ts';

const RUNS = everything ? 1000 : 100;

const parametersOf = (graph: Graph): readonly string[] =>
  graph.inputs.filter(({ role }) => role === 'parameter').map(({ name }) => name);

/** d loss along a random direction in one parameter, by central differences, and by its gradient. */
function expectGradient(graph: Graph, seed: number): void {
  const joint = differentiate(graph, parametersOf(graph));
  verify(joint, 'differentiate');
  const inputs = randomInputs(graph, seed);
  const random = generator(seed + 1);
  const outputs = run(joint, inputs);
  for (const name of parametersOf(graph)) {
    const parameter = inputs.get(`parameter:${name}`);
    const gradient = outputs.get(`grad:${name}`);
    if (parameter === undefined || gradient === undefined) throw new Error(`${name} has no gradient`);
    const direction = parameter.data.map(() => random() - 0.5);
    const along = (step: number): number =>
      lossAt(graph, inputs, name, { ...parameter, data: parameter.data.map((x, i) => x + step * (direction[i] ?? 0)) });
    const h = 1e-4;
    // Richardson: the error of h² is taken out.
    const coarse = (along(h) - along(-h)) / (2 * h);
    const fine = (along(h / 2) - along(-h / 2)) / h;
    const difference = (4 * fine - coarse) / 3;
    const derivative = gradient.data.reduce((sum, g, i) => sum + g * (direction[i] ?? 0), 0);
    expect(Math.abs(derivative - difference) / Math.max(1, Math.abs(derivative)), name).toBeLessThan(1e-5);
  }
}

function lossAt(graph: Graph, inputs: ReadonlyMap<string, Tensor>, name: string, value: Tensor): number {
  return run(graph, new Map([...inputs, [`parameter:${name}`, value]])).get('loss:loss')?.data[0] ?? Number.NaN;
}

/** The graph whose loss is a function of the gradient by one parameter. */
function ofGradient(joint: Graph, name: string): Graph {
  const gradient = joint.outputs.find((output) => output.role === 'grad' && output.name === name)?.value;
  if (gradient === undefined) throw new Error(`${name} has no gradient`);
  const b = new Builder(origin('test'));
  const loss = b.apply('sum', [b.apply('tanh', [gradient])], { axis: 'all', keepdims: false }, 'loss');
  const nodes = joint.nodes.map((node): Node => ({ ...node, section: 'forward' }));
  return {
    inputs: joint.inputs,
    nodes: [...nodes, ...b.nodes],
    outputs: [{ role: 'loss', name: 'loss', value: loss }],
  };
}

describe('differentiate', () => {
  it('agrees with central differences on random smooth graphs', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => expectGradient(randomGraph(seed, { smooth: true, nodes: 18 }), seed)),
      { numRuns: RUNS, seed: 4 },
    );
  });

  it('gives gradients that have gradients', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const first = differentiate(randomGraph(seed, { smooth: true, nodes: 12 }), ['w']);
        expectGradient(ofGradient(first, 'w'), seed);
      }),
      { numRuns: Math.ceil(RUNS / 2), seed: 5 },
    );
  });

  it('agrees with central differences on loops, and on their gradients', { timeout: 240_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const graph = randomGraph(seed, { smooth: true, nodes: 14, loops: 2 });
        expectGradient(graph, seed);
        expectGradient(ofGradient(differentiate(graph, ['w']), 'w'), seed);
      }),
      { numRuns: RUNS, seed: 6 },
    );
  });

  it('agrees with central differences on a classifier', () => expectGradient(mlp(), 3));

  it('sums over what was broadcast, and over the uses of a value', () => {
    const s = new Sketch();
    const w = s.input('parameter', 'w', [1, 3]);
    const x = s.input('input', 'x', ['B', 3]);
    const y = s.op('add', [s.op('mul', [w, x]), s.op('mul', [w, w])]);
    expectGradient(
      s.graph([{ role: 'loss', name: 'loss', value: s.op('sum', [y], { axis: 'all', keepdims: false }) }]),
      1,
    );
  });

  it('names a cotangent after its value, and puts it where it came from', () => {
    const joint = differentiate(mlp(), ['dense.kernel']);
    const backward = joint.nodes.filter(({ section }) => section === 'backward');
    const names = backward.flatMap(({ outputs }) => outputs.map(({ word }) => word));
    expect(names).toEqual(expect.arrayContaining(['∂dense_1', '∂dense', '∂dense_kernel']));
    expect(backward.find(({ outputs }) => outputs[0]?.word === '∂dense_kernel')?.origin.line).toBe(3);
  });

  it('differentiates only what a trained parameter reaches', () => {
    const all = differentiate(mlp(), ['dense.kernel', 'dense.bias', 'dense_1.kernel', 'dense_1.bias']);
    const head = differentiate(mlp(), ['dense_1.kernel', 'dense_1.bias']);
    const products = (graph: Graph): number =>
      graph.nodes.filter(({ op, section }) => op === 'matmul' && section === 'backward').length;
    expect([products(all), products(head)]).toEqual([3, 1]);
    expect(head.outputs.filter(({ role }) => role === 'grad').map(({ name }) => name)).toEqual([
      'dense_1.kernel',
      'dense_1.bias',
    ]);
    expect(head.nodes.some(({ op, section }) => op === 'where' && section === 'backward')).toBe(false);
  });

  it('is taken elsewhere where an optimizer says so, in numbers of the host', () => {
    const model = modelOf(`def optim ahead(lr=0.1) { at <- param + lr * t * grad; param <- param - lr * grad }
input x: f32[1]; weight w: [1] init=ones
loss = mean(w^2 / 2 + 0 * x); optim ahead
`);
    const weights = new Map([
      ['w', { shape: [1], data: Float64Array.of(2) }],
      ['t', { shape: [], data: Float64Array.of(3) }],
    ]);
    const x = { shape: [1, 1], data: Float64Array.of(1) };
    const step = interpretStep(model, { weights, batches: [new Map([['x', x]])] });
    // The fourth update: 2 − 0.1 · (2 + 0.1 · 4 · 2).
    expect(step.get('new/w')?.data[0]).toBeCloseTo(1.72, 9);
  });

  it('gives zeros, exactly, where the loss does not depend on a parameter', () => {
    const s = new Sketch();
    const w = s.input('parameter', 'w', [2, 2]);
    const v = s.input('parameter', 'v', [2]);
    const kept = s.op('stop_gradient', [s.op('exp', [w])]);
    const loss = s.op('sum', [s.op('mul', [kept, s.op('square', [v])])], { axis: 'all', keepdims: false });
    const joint = simplify(
      foldConstants(differentiate(s.graph([{ role: 'loss', name: 'loss', value: loss }]), ['w', 'v'])),
    );
    const gradient = run(joint, randomInputs(joint, 1)).get('grad:w');
    expect(gradient).toEqual({ shape: [2, 2], data: new Float64Array(4) });
  });
});
