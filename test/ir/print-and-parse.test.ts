/** The text of a graph reads back into the same graph. */
import { describe, expect, it } from 'vitest';
import { Builder } from '../../compiler/ir/builder.ts';
import type { Graph, Node, Value } from '../../compiler/ir/types.ts';
import { parseGraph } from '../../compiler/ir/parse.ts';
import { printGraph } from '../../compiler/ir/print.ts';
import { verify } from '../../compiler/ir/verify.ts';
import { apply, cases, graphOf } from '../ops/sample-run.ts';
import { Sketch } from '../passes/models.ts';
import { from, fused, source, trainingStep, value } from './programs.ts';

describe('parse after print', () => {
  const graphs: readonly (readonly [string, Graph])[] = [
    ['a training step', trainingStep()],
    ['fused kernels', fused()],
    ['nothing', { inputs: [], nodes: [], outputs: [] }],
    ...cases.map(({ title, op, sample }): readonly [string, Graph] => {
      const { b, inputs, outputs } = apply(op, sample);
      return [title, graphOf(b, inputs, outputs)];
    }),
  ];
  it.each(graphs)('%s', (_, graph) => {
    const text = printGraph(graph);
    const back = parseGraph(text, [source]);
    expect(printGraph(back)).toBe(text);
    expect(withoutTexts(numbered(back))).toEqual(withoutTexts(numbered(graph)));
    verify(back, 'parsing');
  });

  it('keeps numbers to the last bit', () => {
    for (const number of [0.1, -0, 1e-300, 5e-324, 1.7976931348623157e308, Infinity, -Infinity, Number.NaN, 2 ** 53]) {
      const node = constant(number);
      const back = parseGraph(printGraph({ inputs: [], nodes: [node], outputs: [] }));
      expect(back.nodes[0]?.attrs['value']).toBe(number);
    }
  });

  it('keeps names of any kind, and tells equal ones apart', () => {
    const odd = ['x', 'x', 'x', 'a b', '1−β', 'x.2', '"quoted"', 'B', 'graph'].map((name) => value(name, []));
    const inputs = odd.map((v, i) => ({ role: 'slot', name: `${i} ${v.word}`, value: v }) as const);
    const outputs = odd.map((v, i) => ({ role: 'value', name: `${i}`, value: v }) as const);
    const graph = { inputs, nodes: [], outputs };
    expect(numbered(parseGraph(printGraph(graph)))).toEqual(numbered(graph));
  });

  it('keeps what nobody has named, what definitions call a value, and where nodes stand', () => {
    const b = new Builder({ ...from(2, 'xent'), scope: 'block.xent_1' });
    const givenAs = new Map([['block.xent_1', 'logits']]);
    const z: Value = { type: { dtype: 'f32', shape: [3] }, word: 'block.dense', givenAs };
    const p = b.apply('exp', [b.apply('exp', [z])], {}, { word: '∂block.p', givenAs: new Map([['a', '∂q']]) });
    const inputs = [{ role: 'input', name: 'z', value: z }] as const;
    const graph = { inputs, nodes: b.nodes, outputs: [{ role: 'value', name: 'p', value: p }] as const };
    const text = printGraph(graph);
    expect(text).toContain('%∂block.p: f32[3] as "a.∂q" = exp(%:exp)  # model.nn:2 xent@block.xent_1 20..27');
    expect(numbered(parseGraph(text, [source]))).toEqual(numbered(graph));
  });

  it('keeps that two calls are of one function', () => {
    const step = new Sketch();
    const [x, w] = [step.input('input', 'x', ['B', 4]), step.input('parameter', 'w', [4, 4])];
    const body = step.graph([{ role: 'value', name: 'it', value: step.op('matmul', [x, w]) }]);
    const s = new Sketch();
    let h = s.input('input', 'x', ['B', 4]);
    for (const at of ['r.0', 'r.1']) {
      const given = [h, s.input('parameter', `${at}.w`, [4, 4])];
      h = s.b.apply('call_function', given, { function: 'r', pass: 'whole', at }, 'h', [body]);
    }
    const graph = s.graph([{ role: 'predict', name: 'predict', value: h }]);
    const text = printGraph(graph);
    expect(text.match(/= matmul/g)).toHaveLength(1);
    const [first, second] = parseGraph(text).nodes;
    expect(first?.bodies[0]).toBe(second?.bodies[0]);
    expect(printGraph(parseGraph(text))).toBe(text);
  });

  it('gives the nodes the sources that it is given', () => {
    const back = parseGraph(printGraph(trainingStep()), [source]);
    expect(back.nodes[0]?.origin.source).toBe(source);
  });
});

describe('the text', () => {
  it('is what a person reads', () => {
    expect(printGraph(fused())).toBe(
      [
        'graph {',
        '  input %x: f32[B, 2] = input "x"',
        '  input %w: f32[2, 3] = parameter "w"',
        '  input %bias: f32[3] = parameter "bias"',
        'forward:',
        '  %z: f32[B, 3] = matmul(%x, %w, %bias) graph {',
        '    input %x: f32[B, 3] = input "x"',
        '  forward:',
        '    %:relu: f32[B, 3] = relu(%x)  # model.nn:2 relu 20..27',
        '    output value "y" = %:relu',
        '  }  # model.nn:2 dense 20..27',
        '  %:map: f32[B, 3], %:map~2: f32[B, 1] = map(%z) {name = "softmax"} graph {',
        '    input %z: f32[B, 3] = input "z"',
        '  forward:',
        '    %:max: f32[B, 1] = max(%z) {axis = [-1], keepdims = true}  # model.nn:2 softmax 20..27',
        '    %:sub: f32[B, 3] = sub(%z, %:max)  # model.nn:2 softmax 20..27',
        '    %:exp: f32[B, 3] = exp(%:sub)  # model.nn:2 softmax 20..27',
        '    %:sum: f32[B, 1] = sum(%:exp) {axis = [1], keepdims = true}  # model.nn:2 softmax 20..27',
        '    %p: f32[B, 3] = div(%:exp, %:sum)  # model.nn:2 softmax 20..27',
        '    %:arange: f32[3] = arange() {size = 3}  # model.nn:2 softmax 20..27',
        '    %:mul: f32[B, 3] = mul(%p, %:arange)  # model.nn:2 softmax 20..27',
        '    %expected: f32[B, 1] = sum(%:mul) {axis = [-1], keepdims = true}  # model.nn:2 softmax 20..27',
        '    output value "p" = %p',
        '    output value "expected" = %expected',
        '  }  # model.nn:2 dense 20..27',
        '  output predict "p" = %:map',
        '  output predict "expected" = %:map~2',
        '}',
        '',
      ].join('\n'),
    );
  });
});

describe('malformed text', () => {
  it.each([
    ['', 'the text ends'],
    ['graph {', 'the text ends'],
    ['graph { input %x: f32[2] = chair "x" }', 'chair'],
    ['graph { input %x: f16[2] = input "x" }', 'f16'],
    ['graph { output loss "loss" = %x }', '%x'],
    ['graph { } graph', 'graph'],
    ['graph {\n  ?\n}', 'line 2'],
    ['graph {\n  %y: f32[] = neg(%x)  # a.nn:1 a 0..1\n}', 'line 2'],
    ['graph {\n  %y: f32[] = const() {value = 1}\n}', 'an origin'],
  ])('%j is refused', (text, where) => {
    expect(() => parseGraph(text)).toThrow(where);
  });
});

function constant(number: number): Node {
  return {
    op: 'const',
    inputs: [],
    outputs: [value('c', [], 'f64')],
    attrs: { value: number },
    bodies: [],
    section: 'forward',
    origin: from(1, 'c'),
  };
}

/** A graph as plain data: values by the order in which they are made. */
function numbered(graph: Graph): unknown {
  const values = [...graph.inputs.map((input) => input.value), ...graph.nodes.flatMap((node) => node.outputs)];
  const number = new Map(values.map((v, i) => [v, i]));
  return {
    values,
    inputs: graph.inputs.map(({ role, name }) => ({ role, name })),
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((input) => number.get(input)),
      outputs: node.outputs.map((output) => number.get(output)),
      bodies: node.bodies.map(numbered),
    })),
    outputs: graph.outputs.map(({ role, name, value: v }) => ({ role, name, value: number.get(v) })),
  };
}

/** Sources are told by their names alone. */
function withoutTexts(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data, (key, item: unknown) => (key === 'text' ? undefined : item)));
}
