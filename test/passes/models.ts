/** Small models built by hand, as the elaborator builds them from specs: what the passes are tried on. */
import { Builder } from '../../compiler/ir/builder.ts';
import type { Update } from '../../compiler/ir/model.ts';
import { applyOptimizer, gatherGradients } from '../../compiler/passes/apply-optimizer.ts';
import type { Optimization } from '../../compiler/passes/apply-optimizer.ts';
import type { Attrs, Dim, Graph, GraphInput, InputRole, Origin, Type, Value } from '../../compiler/ir/types.ts';

/** Where a hand-built node is from. */
export function origin(what: string, line = 1): Origin {
  return {
    source: { file: 'model.nn', text: '' },
    span: { start: 0, end: 0 },
    line,
    statement: { start: 0, end: 0 },
    what,
  };
}

/** A builder with the words that tests need. */
export class Sketch {
  readonly b: Builder;
  readonly inputs: GraphInput[] = [];

  constructor(what = 'test') {
    this.b = new Builder(origin(what));
  }

  input(role: InputRole, name: string, shape: readonly Dim[], dtype: 'f32' | 'i32' | 'f64' = 'f32'): Value {
    return this.named(role, name, name.replaceAll(/[./]/g, '_'), { dtype, shape });
  }

  /** An input whose value has a word of its own. */
  named(role: InputRole, name: string, word: string, type: Type): Value {
    const value: Value = { type, word };
    this.inputs.push({ role, name, value });
    return value;
  }

  op(op: string, inputs: readonly (Value | number)[], attrs: Attrs = {}, name?: string): Value {
    return this.b.apply(
      op,
      inputs.map((input) => (typeof input === 'number' ? this.b.constant(input) : input)),
      attrs,
      name,
    );
  }

  at(what: string, line: number): void {
    this.b.origin = origin(what, line);
  }

  graph(outputs: Graph['outputs']): Graph {
    return { inputs: this.inputs, nodes: this.b.nodes, outputs };
  }
}

/** 4 → 3 relu → 2 with xent as the library writes it: the mean over the labels that are kept. */
export function mlp(): Graph {
  const s = new Sketch();
  const x = s.input('input', 'x', ['B', 4]);
  const label = s.input('target', 'label', ['B'], 'i32');
  const w0 = s.input('parameter', 'dense.kernel', [4, 3]);
  const b0 = s.input('parameter', 'dense.bias', [3]);
  const w1 = s.input('parameter', 'dense_1.kernel', [3, 2]);
  const b1 = s.input('parameter', 'dense_1.bias', [2]);
  s.at('dense', 3);
  const h = s.op('relu', [s.op('add', [s.op('matmul', [x, w0]), b0])], {}, 'dense');
  s.at('dense', 4);
  const logits = s.op('add', [s.op('matmul', [h, w1]), b1], {}, 'dense_1');
  s.at('xent', 5);
  const hot = s.op(
    'equal',
    [s.op('reshape', [label], { shape: ['B', 1] }), s.op('arange', [], { size: 2 })],
    {},
    'hot',
  );
  const kept = s.op('sum', [s.op('mul', [1, hot])], { axis: [-1], keepdims: false }, 'w');
  const smooth = s.op('mul', [s.op('div', [0, 2]), s.op('sum', [hot], { axis: [-1], keepdims: true })]);
  const q = s.op('add', [s.op('mul', [s.op('sub', [1, 0]), hot]), smooth], {}, 'q');
  const lse = s.op('logsumexp', [logits], { axis: [-1], keepdims: true });
  const log_p = s.op('sub', [logits, lse], {}, 'log_p');
  const rows = s.op('neg', [s.op('sum', [s.op('mul', [s.op('mul', [1, q]), log_p])], { axis: [-1], keepdims: false })]);
  const all = s.op('maximum', [s.op('sum', [kept], { axis: [0], keepdims: false }), 1e-30]);
  const loss = s.op('div', [s.op('sum', [rows], { axis: [0], keepdims: false }), all], {}, 'loss');
  return s.graph([
    { role: 'loss', name: 'loss', value: loss },
    { role: 'part', name: 'loss/0', value: loss },
  ]);
}

/** The graph with sums, clips and updates. */
export const updated = (graph: Graph, optimization: Optimization): Graph =>
  applyOptimizer(gatherGradients(graph, optimization), optimization);

/** The update of one parameter by adam. */
export function adam(parameter: string, shape: readonly number[]): Update {
  const s = new Sketch('adam');
  s.b.section = 'update';
  const param = s.input('parameter', 'param', shape);
  const grad = s.input('grad', 'grad', shape);
  const m = s.input('slot', 'm', shape);
  const v = s.input('slot', 'v', shape);
  const t = s.input('host', 't', [], 'f64');
  const m1 = s.op('add', [s.op('mul', [0.9, m]), s.op('mul', [s.op('sub', [1, 0.9]), grad])], {}, 'm');
  const m2 = s.op('flush', [m1], {}, 'm');
  const v1 = s.op(
    'add',
    [s.op('mul', [0.999, v]), s.op('mul', [s.op('sub', [1, 0.999]), s.op('pow', [grad, 2])])],
    {},
    'v',
  );
  const v2 = s.op('flush', [v1], {}, 'v');
  const mHat = s.op('div', [m2, s.op('sub', [1, s.op('pow', [0.9, t])])]);
  const vHat = s.op('div', [v2, s.op('sub', [1, s.op('pow', [0.999, t])])]);
  const step = s.op('div', [s.op('mul', [s.op('mul', [1e-3, 1]), mHat]), s.op('add', [s.op('sqrt', [vHat]), 1e-7])]);
  const next = s.op('sub', [param, step], {}, 'param');
  const init: Graph = { inputs: [], nodes: [], outputs: [] };
  return {
    parameter,
    graph: s.graph([
      { role: 'slot', name: 'm', value: m2 },
      { role: 'slot', name: 'v', value: v2 },
      { role: 'parameter', name: 'param', value: next },
    ]),
    slots: [
      { name: 'm', shape, init },
      { name: 'v', shape, init },
    ],
    optimizer: 'adam',
    origin: origin('adam', 6),
  };
}
