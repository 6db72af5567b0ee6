/** Graphs that the tests of the intermediate representation share. */
import { Builder } from '../../compiler/ir/builder.ts';
import type { DType, Graph, Origin, Shape, Value } from '../../compiler/ir/types.ts';

export const source = { file: 'model.nn', text: 'input x: f32[4]\nlayer dense 3 relu\nloss mse\n' };

export function from(line: number, what: string, file = source): Origin {
  return { source: file, span: { start: 10 * line, end: 10 * line + 7 }, line, what };
}

export function value(name: string, shape: Shape, dtype: DType = 'f32'): Value {
  return { type: { dtype, shape }, word: name };
}

/** relu(x·w), its squared length, and one step of gradient descent on w: every section, role and kind of attribute. */
export function trainingStep(): Graph {
  const [x, label, w, t] = [
    value('x', ['B', 4]),
    value('label', ['B'], 'i32'),
    value('w', [4, 3]),
    value('t', [], 'f64'),
  ];
  const b = new Builder(from(2, 'dense'));
  const h = b.apply('matmul', [x, w], { transposeA: false, transposeB: false }, 'dense');
  const y = b.apply('relu', [h], {}, 'dense');
  b.origin = from(3, 'odd "what"', { file: 'my models/a b.nn', text: '' });
  const hot = b.apply('equal', [b.apply('reshape', [label], { shape: ['B', 1] }), b.apply('arange', [], { size: 3 })]);
  const loss = b.apply(
    'sum',
    [b.apply('square', [b.apply('sub', [y, hot])])],
    { axis: 'all', keepdims: false },
    'loss',
  );
  b.section = 'backward';
  b.origin = { ...from(2, 'dense'), statement: { start: 17, end: 35 } };
  const dy = b.apply('mul', [b.constant(2), b.apply('sub', [y, hot])], {}, 'd_dense');
  const dh = b.apply('where', [b.apply('greater', [y, b.constant(-0)]), dy, b.constant(0)], {}, 'd_dense');
  const dw = b.apply('matmul', [x, dh], { transposeA: true, transposeB: false }, 'd_w');
  b.section = 'accumulate';
  const total = value('total', [4, 3]);
  const summed = b.apply('add', [total, dw], {}, 'total');
  b.section = 'update';
  b.origin = from(4, 'sgd');
  const body = descent();
  const [next] = b.applyAll('map', [w, summed, t], { name: 'sgd' }, ['w'], [body]);
  return {
    inputs: [
      { role: 'input', name: 'x', value: x },
      { role: 'target', name: 'label', value: label },
      { role: 'parameter', name: 'dense.kernel', value: w },
      { role: 'accumulator', name: 'dense.kernel', value: total },
      { role: 'host', name: 't', value: t },
    ],
    nodes: b.nodes,
    outputs: [
      { role: 'loss', name: 'loss', value: loss },
      { role: 'grad', name: 'dense.kernel', value: dw },
      { role: 'accumulator', name: 'dense.kernel', value: summed },
      { role: 'parameter', name: 'dense.kernel', value: next ?? w },
    ],
  };
}

/** param − 0.1/t · grad. */
function descent(): Graph {
  const [param, grad, t] = [value('param', [4, 3]), value('grad', [4, 3]), value('t', [], 'f64')];
  const b = new Builder(from(4, 'sgd'));
  const rate = b.apply('div', [b.constant(0.1), t]);
  const next = b.apply('sub', [param, b.apply('mul', [rate, grad])], {}, 'param');
  return {
    inputs: [param, grad, t].map((input) => ({
      role: input === t ? 'host' : 'input',
      name: input.word ?? '',
      value: input,
    })),
    nodes: b.nodes,
    outputs: [{ role: 'value', name: 'param', value: next }],
  };
}

/** The softmax of a row, as a fused kernel has it. */
export function softmaxBody(): Graph {
  const z = value('z', ['B', 3]);
  const b = new Builder(from(2, 'softmax'));
  const greatest = b.apply('max', [z], { axis: [-1], keepdims: true });
  const e = b.apply('exp', [b.apply('sub', [z, greatest])]);
  const sum = b.apply('sum', [e], { axis: [1], keepdims: true });
  const p = b.apply('div', [e, sum], {}, 'p');
  const column = b.apply('mul', [p, b.apply('arange', [], { size: 3 })]);
  const expected = b.apply('sum', [column], { axis: [-1], keepdims: true }, 'expected');
  return {
    inputs: [{ role: 'input', name: 'z', value: z }],
    nodes: b.nodes,
    outputs: [
      { role: 'value', name: 'p', value: p },
      { role: 'value', name: 'expected', value: expected },
    ],
  };
}

/** A graph that is one map, and a product with a bias and an activation. */
export function fused(): Graph {
  const [x, w, bias] = [value('x', ['B', 2]), value('w', [2, 3]), value('bias', [3])];
  const b = new Builder(from(2, 'dense'));
  const z = b.apply('matmul', [x, w, bias], {}, 'z', [reluBody()]);
  const [p, expected] = b.applyAll('map', [z], { name: 'softmax' }, [], [softmaxBody()]);
  return {
    inputs: [
      { role: 'input', name: 'x', value: x },
      { role: 'parameter', name: 'w', value: w },
      { role: 'parameter', name: 'bias', value: bias },
    ],
    nodes: b.nodes,
    outputs: [
      { role: 'predict', name: 'p', value: p ?? z },
      { role: 'predict', name: 'expected', value: expected ?? z },
    ],
  };
}

function reluBody(): Graph {
  const x = value('x', ['B', 3]);
  const b = new Builder(from(2, 'relu'));
  const y = b.apply('relu', [x]);
  return {
    inputs: [{ role: 'input', name: 'x', value: x }],
    nodes: b.nodes,
    outputs: [{ role: 'value', name: 'y', value: y }],
  };
}
