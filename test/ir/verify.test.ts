/** Every invariant is caught where it is broken, and named with the pass that broke it. */
import { describe, expect, it } from 'vitest';
import type { Graph, GraphInput, GraphOutput, Node, Value } from '../../compiler/ir/types.ts';
import { invariants, verify } from '../../compiler/ir/verify.ts';
import { fused, trainingStep, value } from './programs.ts';

type Break = readonly [invariant: keyof typeof invariants, what: string, broken: () => Graph];

const breaks: readonly Break[] = [
  [
    'I1',
    'two nodes have changed places',
    () => nodes(trainingStep(), ([first, second, ...rest]) => [second, first, ...rest]),
  ],
  ['I1', 'a node that is read has gone', () => nodes(trainingStep(), (all) => all.slice(1))],
  [
    'I1',
    'a value of another graph is read',
    () => node(trainingStep(), 'relu', { inputs: [value('stray', ['B', 3])] }),
  ],
  [
    'I1',
    'a body reads a value from outside',
    () => {
      const graph = fused();
      const outside = graph.nodes[0]?.outputs ?? [];
      return body(graph, 'map', (inner) => node(inner, 'exp', { inputs: outside }));
    },
  ],
  ['I2', 'a node stands twice', () => nodes(trainingStep(), (all) => [...all.slice(0, 1), ...all])],
  ['I2', 'two inputs share a value', () => inputs(trainingStep(), (all) => [...all, ...all.slice(0, 1)])],
  ['I3', 'an op is unknown', () => node(trainingStep(), 'relu', { op: 'rely' })],
  ['I3', 'an attribute is missing', () => node(trainingStep(), 'reshape', { attrs: {} })],
  ['I3', 'an attribute is unknown', () => node(trainingStep(), 'relu', { attrs: { slope: 0.1 } })],
  ['I3', 'an attribute has another type', () => node(trainingStep(), 'arange', { attrs: { size: [3] } })],
  [
    'I3',
    'an op without bodies has one',
    () => {
      const graph = fused();
      const bodies = graph.nodes.flatMap((n) => n.bodies);
      return node(trainingStep(), 'relu', { bodies });
    },
  ],
  ['I3', 'a batch axis stands among numbers', () => node(fused(), 'matmul', { attrs: { transposeA: 'B' } })],
  ['I4', 'an output has another shape', () => node(trainingStep(), 'relu', { outputs: [value('dense', ['B', 4])] })],
  [
    'I4',
    'an output has another dtype',
    () => node(trainingStep(), 'equal', { outputs: [value('hot', ['B', 3], 'i32')] }),
  ],
  ['I4', 'an output is missing', () => node(fused(), 'map', { outputs: [value('p', ['B', 3])] })],
  ['I4', 'the inputs do not fit', () => node(trainingStep(), 'matmul', { attrs: { transposeA: true } })],
  [
    'I4',
    'a map gives what its domain does not hold',
    () =>
      body(fused(), 'map', (inner) => {
        const constant = inner.nodes.find((n) => n.op === 'arange')?.outputs[0] ?? value('none', []);
        return { ...inner, outputs: inner.outputs.map((output) => ({ ...output, value: constant })) };
      }),
  ],
  [
    'I4',
    'a body counts columns that its inputs do not have',
    () => body(fused(), 'map', (inner) => node(inner, 'arange', { attrs: { size: 7 }, outputs: [value('i', [7])] })),
  ],
  [
    'I4',
    'an activation changes the shape',
    () =>
      body(fused(), 'matmul', (inner) =>
        inputs(inner, (all) => all.map((input) => ({ ...input, value: value('x', ['B', 4]) }))),
      ),
  ],
  [
    'I5',
    'two inputs have one name',
    () => inputs(trainingStep(), (all) => [...all, { role: 'host', name: 't', value: value('t', [], 'f64') }]),
  ],
  ['I5', 'two outputs have one name', () => outputs(trainingStep(), (all) => [...all, ...all.slice(0, 1)])],
  [
    'I6',
    'an output is no value of the graph',
    () => outputs(trainingStep(), (all) => [...all, { role: 'value', name: 'v', value: value('v', []) }]),
  ],
  [
    'I7',
    'a forward node comes late',
    () => nodes(trainingStep(), (all) => all.map((n, i) => (i === all.length - 1 ? { ...n, section: 'backward' } : n))),
  ],
  [
    'I8',
    'a size is not whole',
    () => inputs(trainingStep(), (all) => [...all, { role: 'slot', name: 's', value: value('s', [1.5]) }]),
  ],
  [
    'I8',
    'a size is negative',
    () => inputs(trainingStep(), (all) => [...all, { role: 'slot', name: 's', value: value('s', [-1]) }]),
  ],
  [
    'I9',
    'a host number is a tensor',
    () => inputs(trainingStep(), (all) => [...all, { role: 'host', name: 'lr', value: value('lr', []) }]),
  ],
  [
    'I9',
    'a parameter holds integers',
    () => inputs(trainingStep(), (all) => [...all, { role: 'parameter', name: 'p', value: value('p', [2], 'i32') }]),
  ],
  [
    'I9',
    'the batch is on the host',
    () => inputs(trainingStep(), (all) => [...all, { role: 'target', name: 'y', value: value('y', ['B'], 'f64') }]),
  ],
  ['I10', 'a loss is not a number', () => redirected(trainingStep(), 'loss')],
  ['I10', 'a gradient has not the type of its parameter', () => redirected(trainingStep(), 'grad')],
  ['I10', 'a new parameter has not the type of the old', () => redirected(trainingStep(), 'parameter')],
  ['I10', 'a new accumulator has not the type of the old', () => redirected(trainingStep(), 'accumulator')],
  [
    'I10',
    'a metric is on the device',
    () =>
      outputs(trainingStep(), (all) => [...all, { role: 'metric', name: 'm', value: all[0]?.value ?? value('m', []) }]),
  ],
  ['I11', 'a body multiplies matrices', () => body(fused(), 'map', (inner) => node(inner, 'exp', { op: 'transpose' }))],
  [
    'I11',
    'a body sums over the first axis',
    () => body(fused(), 'map', (inner) => node(inner, 'sum', { attrs: { axis: [0], keepdims: true } })),
  ],
  [
    'I11',
    'a body drops the axis that it sums',
    () => body(fused(), 'map', (inner) => node(inner, 'sum', { attrs: { axis: [-1], keepdims: false } })),
  ],
  [
    'I11',
    'a body sums over all axes',
    () => body(fused(), 'map', (inner) => node(inner, 'max', { attrs: { axis: 'all', keepdims: true } })),
  ],
  ['I12', 'an activation reduces', () => body(fused(), 'matmul', (inner) => node(inner, 'relu', { op: 'sum' }))],
  ['I13', 'an update reads the batch', () => readByUpdate((graph) => graph.inputs[0]?.value)],
  ['I13', 'an update reads a local of forward', () => readByUpdate((graph) => made(graph, 'relu'))],
  ['I13', 'an update reads a local of backward', () => readByUpdate((graph) => made(graph, 'where'))],
  [
    'I14',
    'a body has a loss',
    () =>
      body(fused(), 'map', (inner) => ({
        ...inner,
        outputs: inner.outputs.map((o) => ({ ...o, role: 'loss' as const })),
      })),
  ],
  [
    'I15',
    'a forward node reads a cotangent',
    () => inputs(trainingStep(), (all) => all.map((each, i) => (i === 0 ? { ...each, role: 'grad' as const } : each))),
  ],
];

describe('verify', () => {
  it.each([
    ['a training step', trainingStep()],
    ['fused kernels', fused()],
    ['nothing', { inputs: [], nodes: [], outputs: [] }],
  ])('accepts %s', (_, graph) => {
    expect(() => verify(graph, 'test')).not.toThrow();
  });

  it.each(breaks)('%s: %s', (invariant, _, broken) => {
    expect(() => verify(broken(), 'fuse')).toThrow(new RegExp(`^${invariant} after fuse: `));
  });

  it('has a broken graph for each invariant', () => {
    expect([...new Set(breaks.map(([invariant]) => invariant))]).toEqual(Object.keys(invariants));
  });
});

function inputs(graph: Graph, change: (all: readonly GraphInput[]) => readonly GraphInput[]): Graph {
  return { ...graph, inputs: change(graph.inputs) };
}

function outputs(graph: Graph, change: (all: readonly GraphOutput[]) => readonly GraphOutput[]): Graph {
  return { ...graph, outputs: change(graph.outputs) };
}

function nodes(graph: Graph, change: (all: readonly Node[]) => readonly (Node | undefined)[]): Graph {
  return { ...graph, nodes: change(graph.nodes).filter((n) => n !== undefined) };
}

/** Changes the first node of an op. */
function node(graph: Graph, op: string, change: Partial<Node>): Graph {
  const at = graph.nodes.findIndex((n) => n.op === op);
  return nodes(graph, (all) => all.map((n, i) => (i === at ? { ...n, ...change } : n)));
}

/** Changes the graph that the nodes of an op hold. */
function body(graph: Graph, op: string, change: (inner: Graph) => Graph): Graph {
  return nodes(graph, (all) => all.map((n) => (n.op === op ? { ...n, bodies: n.bodies.map(change) } : n)));
}

/** Lets the output of a role be the activation, which has a shape of its own. */
function redirected(graph: Graph, role: GraphOutput['role']): Graph {
  const activation: Value | undefined = graph.nodes.find((n) => n.op === 'relu')?.outputs[0];
  return outputs(graph, (all) =>
    all.map((output) => (output.role === role && activation !== undefined ? { ...output, value: activation } : output)),
  );
}

/** The first value that an op makes. */
function made(graph: Graph, op: string): Value | undefined {
  return graph.nodes.find((n) => n.op === op)?.outputs[0];
}

/** A training step whose update has one node more, which reads a value. */
function readByUpdate(which: (graph: Graph) => Value | undefined): Graph {
  const graph = trainingStep();
  const read = which(graph) ?? value('none', []);
  return nodes(graph, (all) => {
    const last = all[all.length - 1];
    return last === undefined
      ? all
      : [
          ...all,
          {
            ...last,
            op: 'stop_gradient',
            attrs: {},
            bodies: [],
            inputs: [read],
            outputs: [{ type: read.type, name: 'late' }],
          },
        ];
  });
}
