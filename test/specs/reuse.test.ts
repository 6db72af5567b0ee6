/**
 * What is reused means the same as weights that are written out and used twice: loss, gradients (sums over the uses),
 * states and predictions of both specs, by the f64 interpreter, in training, evaluation and inference.
 */
import { describe, expect, it } from 'vitest';
import type { Model } from '../../compiler/ir/model.ts';
import type { Node } from '../../compiler/ir/types.ts';
import { deviation } from '../oracle/deviation.ts';
import { doubles, initialWeights, interpretEvaluation, interpretStep } from '../oracle/interpret.ts';
import type { Tensors } from '../oracle/interpret.ts';
import { modelOf } from './model-of.ts';
import { randomBatch } from './random-batch.ts';
import { onlyStep } from '../only-step.ts';

interface Case {
  readonly ports: string;
  readonly reused: string;
  /** The weight `enc.kernel` is called `enc_kernel` here, and the stream of `drop#1` that of `drop_1`. */
  readonly written: string;
}

const pair = 'input a: f32[4]; input b: f32[4]; target y: f32[3]';
const square = 'input x: f32[4]; target y: f32[4]';

const dense = (path: string, ins: number, outs: number): string =>
  `weight ${path}_kernel: [${ins}, ${outs}]; weight ${path}_bias: [${outs}] init=zeros`;

/** x·kernel + bias */
const affine = (path: string, x: string): string => `((${x}) @ ${path}_kernel + ${path}_bias)`;

const rounds = [0, 1, 2];

/** Uses of one norm, each of the value that a line before it has called `x…`; all move the same averages. */
const norms = (first: string, ...uses: readonly string[]): string =>
  [
    'def layer norms(x0: value) {',
    '  state mean: [4] = zeros; state var: [4] = ones; weight gamma: [4] init=ones; weight beta: [4] init=zeros',
    ...['x0', ...uses].flatMap((use, i) => [
      ...(i === 0 ? [] : [`  x${i} = ${use}`]),
      `  if training { m${i} = batch_mean(x${i}); v${i} = batch_mean((x${i} - m${i})^2)`,
      `    mean <- 0.9 * mean + 0.1 * m${i}; var <- 0.9 * var + 0.1 * v${i} } else { m${i} = mean; v${i} = var }`,
      `  z${i} = (x${i} - m${i}) / sqrt(v${i} + 1e-3) * gamma + beta`,
    ]),
    `  it = z${uses.length}`,
    '}',
    `layer norms from ${first} as norm`,
  ].join('\n');

const cases: Readonly<Record<string, Case>> = {
  dense: {
    ports: pair,
    reused: 'layer dense 3 tanh from a as enc; reuse enc from b as z; it = enc * 2 + z',
    written: `${dense('enc', 4, 3)}; it = tanh(${affine('enc', 'a')}) * 2 + tanh(${affine('enc', 'b')})`,
  },
  'dense, of the current value, three times': {
    ports: square,
    reused: 'layer dense 4 tanh as enc; reuse enc; reuse enc',
    written: `${dense('enc', 4, 4)}; ${rounds.map(() => `it = tanh(${affine('enc', 'it')})`).join('; ')}`,
  },
  'dense, of other leading axes': {
    ports: 'input x: f32[4]; input rows: f32[5, 4]; target y: f32[3]',
    reused: 'layer dense 3 from x as enc; reuse enc from rows; it = enc + mean(it, axis=0)^2',
    written: `${dense('enc', 4, 3)}; it = ${affine('enc', 'x')} + mean(${affine('enc', 'rows')}, axis=0)^2`,
  },
  'a function as a layer, and a layer of several values': {
    ports: pair,
    reused: `layer tanh from a as f; reuse f from b as g
      def layer mix(u: value, v: value) { weight w: [in]; it = u * w - v^2 }
      layer mix from f, g as m; reuse m from g, m; layer dense 3`,
    written: `weight m_w: [4] init=glorot_uniform; f = tanh(a); g = tanh(b); m = f * m_w - g^2; it = g * m_w - m^2
      ${dense('dense', 4, 3)}; it = ${affine('dense', 'it')}`,
  },
  conv: {
    ports: 'input p: f32[5, 6, 2]; input q: f32[4, 4, 2]; target y: f32[3]',
    reused:
      'layer conv 3 3x3 tanh pad=same from p as c; reuse c from q; it = mean(c, axis=[0, 1]) * mean(it, axis=[0, 1])',
    written: `weight c_kernel: [3, 3, 2, 3]; weight c_bias: [3] init=zeros
      def fn f(v, k, u) { it = mean(tanh(conv(v, k, pad=same) + u), axis=[0, 1]) }
      it = f(p, c_kernel, c_bias) * f(q, c_kernel, c_bias)`,
  },
  lstm: {
    ports: 'input p: f32[5, 2]; input q: f32[3, 2]; target y: f32[3]',
    reused: 'layer lstm 3 from p as enc; reuse enc from q as z; it = enc - z^2',
    written: `def fn run(xs, k, r, bias) {
        scan x over xs with h = zeros([3]), c = zeros([3]) {
          z = reshape(x @ k + h @ r + bias, [4, 3])
          c = sigmoid(z[1]) * c + sigmoid(z[0]) * tanh(z[2]); h = sigmoid(z[3]) * tanh(c)
        }
        it = h
      }
      weight enc_kernel: [2, 12]; weight enc_recurrent: [3, 12]; weight enc_bias: [12]
      it = run(p, enc_kernel, enc_recurrent, enc_bias) - run(q, enc_kernel, enc_recurrent, enc_bias)^2`,
  },
  'a block, with another value from outside': {
    ports: pair,
    reused: `k = sin(b)
      block enc { layer dense 4 tanh from a; it = it * k + a; layer dense 3 as out }
      reuse enc from b as z; it = out + z^2`,
    written: `${dense('enc_dense', 4, 4)}; ${dense('enc_out', 4, 3)}
      u = tanh(${affine('enc_dense', 'a')}) * sin(b) + a; v = tanh(${affine('enc_dense', 'b')}) * sin(b) + b
      it = ${affine('enc_out', 'u')} + ${affine('enc_out', 'v')}^2`,
  },
  'a block that reads its input by several names': {
    ports: square,
    reused: 'h = x; block enc { u = it; layer dense 4 sin from h; it = it + u * x }; reuse enc from (2 * it) as z',
    written: `${dense('enc_dense', 4, 4)}; v = sin(${affine('enc_dense', 'x')}) + x * x
      it = sin(${affine('enc_dense', '2 * v')}) + 4 * v * v`,
  },
  'a weight is no input of a block': {
    ports: square,
    reused: 'weight w: [4] init=constant(0.7); block s { it = sin(w * it) * w }; reuse s from (x + it); reuse s',
    written: `weight w: [4] init=constant(0.7); it = sin(w * x) * w; it = sin(w * (x + it)) * w; it = sin(w * it) * w`,
  },
  'a weight that is the current value': {
    ports: square,
    reused:
      'weight w: [4] init=constant(0.7); it = w; block s { layer dense 4 tanh as u }; reuse s from x; it = u * it',
    written: `weight w: [4] init=constant(0.7); ${dense('s_u', 4, 4)}; it = tanh(${affine('s_u', 'x')})
      it = tanh(${affine('s_u', 'w')}) * it`,
  },
  'names as they were at the block': {
    ports: pair,
    reused: `block p { u = sin(a) }; k = cos(b); block enc { layer dense 3 from k; it = it * sum(u) }
      block r { u = cos(b) * 3 }; reuse enc from (2 * u)`,
    written: `${dense('enc_dense', 4, 3)}; it = ${affine('enc_dense', '6 * cos(b)')} * sum(sin(a))`,
  },
  'a block in a block, and its layer behind it': {
    ports: square,
    reused: `block o { block i { layer dense 4 tanh as d; reuse d }; reuse i; it = it + 0.5 * x }
      reuse o; reuse i from (it * x); reuse d`,
    written: `${dense('o_i_d', 4, 4)}; def fn f(v, k, u) { it = tanh(tanh(v @ k + u) @ k + u) }
      v = f(f(x, o_i_d_kernel, o_i_d_bias), o_i_d_kernel, o_i_d_bias) + 0.5 * x
      w = f(f(v, o_i_d_kernel, o_i_d_bias), o_i_d_kernel, o_i_d_bias) + 0.5 * v
      it = f(w * x, o_i_d_kernel, o_i_d_bias); it = tanh(it @ o_i_d_kernel + o_i_d_bias)`,
  },
  'a block with a repeat': {
    ports: square,
    reused: `block enc { repeat 3 as r { h = it; layer dense 4 tanh; it = it + h * sin(x) } }
      reuse enc from (it * 0.5)`,
    written: `${rounds.map((i) => dense(`enc_r_${i}_dense`, 4, 4)).join('; ')}
      ${rounds.map((i) => `it = tanh(${affine(`enc_r_${i}_dense`, 'it')}) + it * sin(x)`).join('; ')}
      it = it * 0.5; s = sin(it)
      ${rounds.map((i) => `it = tanh(${affine(`enc_r_${i}_dense`, 'it')}) + it * s`).join('; ')}`,
  },
  'a block that is a repeat': {
    ports: square,
    reused: 'layer sin; repeat 2 as o { block enc { repeat 2 as r { layer dense 4 tanh } }; reuse enc from (it * x) }',
    written: `${[0, 1, 2, 3].map((i) => dense(`o_${i >> 1}_enc_r_${i % 2}_dense`, 4, 4)).join('; ')}; it = sin(it)
      ${[0, 1, 'x', 0, 1, 2, 3, 'x', 2, 3]
        .map((i) =>
          typeof i === 'string' ? 'it = it * x' : `it = tanh(${affine(`o_${i >> 1}_enc_r_${i % 2}_dense`, 'it')})`,
        )
        .join('; ')}`,
  },
  'reuse in the rounds of a repeat': {
    ports: square,
    reused: 'layer dense 4 tanh as enc; repeat 3 as r { layer dense 4 sin; reuse enc; layer dense 4 as d; reuse d }',
    written: `${dense('enc', 4, 4)}; it = tanh(${affine('enc', 'it')})
      ${rounds.map((i) => `${dense(`r_${i}_dense`, 4, 4)}; ${dense(`r_${i}_d`, 4, 4)}`).join('; ')}
      ${rounds
        .map(
          (i) =>
            `it = tanh(${affine('enc', `sin(${affine(`r_${i}_dense`, 'it')})`)})
             it = ${affine(`r_${i}_d`, affine(`r_${i}_d`, 'it'))}`,
        )
        .join('\n')}`,
  },
  'reuse in a definition': {
    ports: square,
    reused:
      'def layer twice(n) { layer dense n tanh as inner; reuse inner from (it + 1) }; layer twice 4 as t; reuse t',
    written: `${dense('t_inner', 4, 4)}
      it = tanh(${affine('t_inner', `tanh(${affine('t_inner', 'it')}) + 1`)})
      it = tanh(${affine('t_inner', `tanh(${affine('t_inner', 'it')}) + 1`)})`,
  },
  'reuse in a scan': {
    ports: 'input x: f32[5, 4]; target y: f32[4]',
    reused:
      'layer dense 4 tanh from x[0] as enc; scan row over x with h = enc { reuse enc from (h + row); h = it }; it = h',
    written: `${dense('enc', 4, 4)}; h = tanh(${affine('enc', 'x[0]')})
      ${[0, 1, 2, 3, 4].map((t) => `it = tanh(${affine('enc', `${t === 0 ? 'h' : 'it'} + x[${t}]`)})`).join('; ')}`,
  },
  batchnorm: {
    ports: square,
    reused: 'layer batchnorm momentum=0.9 as norm; reuse norm from (x * x + norm); reuse norm from sin(it)',
    written: norms('x', 'x0 * x0 + z0', 'sin(z1)'),
  },
  'a batchnorm that rounds of a repeat use': {
    ports: square,
    reused: 'layer batchnorm momentum=0.9 as norm; weight u: [4]; repeat 3 as r { it = it * u + x; reuse norm }',
    written: `weight u: [4]; ${norms('x, u', ...rounds.map((i) => `z${i} * u + x0`)).replace('x0: value', 'x0: value, u: value')}`,
  },
  dropout: {
    ports: square,
    reused: 'weight w: [4]; it = it * w; layer dropout 0.4 as drop; reuse drop from (it + x); reuse drop',
    written:
      'weight w: [4]; it = it * w; layer dropout 0.4 as drop; layer dropout 0.4 from (it + x) as drop_1; layer dropout 0.4 as drop_2',
  },
};

const role = /^((?:grad|new|state)\/)?(.*)$/;

/** The name as the spec has it that is written out. */
const flat = (name: string): string =>
  name.replace(role, (_, kind: string = '', path: string) => kind + path.replaceAll('.', '_'));

const flattened = (tensors: Tensors): Tensors => new Map([...tensors].map(([name, tensor]) => [flat(name), tensor]));

/** Draws of what is written out as `drop_1` come from the stream of the first reuse. */
function drawnAsReused(model: Model): Model {
  const renamed = (node: Node): Node => {
    const { stream } = node.attrs;
    if (typeof stream !== 'string') return node;
    return { ...node, attrs: { ...node.attrs, stream: stream.replace(/_(\d+)\./, '#$1.') } };
  };
  const step = onlyStep(model);
  const drawn = { ...step, graph: { ...step.graph, nodes: step.graph.nodes.map(renamed) } };
  return { ...model, phases: model.phases.map((phase) => ({ ...phase, steps: [drawn] })) };
}

/** Weights of no special kind: biases that are not zero, averages that have moved. */
function weightsOf(model: Model): Tensors {
  let i = 0;
  return new Map(
    [...initialWeights(model, 1)].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((x) => x + 0.3 * Math.sin(++i)) },
    ]),
  );
}

describe('reuse is as if the weights were used again', () => {
  it.each(Object.entries(cases))('%s', (_, { ports, reused, written }) => {
    const rest = 'loss mse; optim sgd lr=0.1; metric mse';
    const one = modelOf([ports, reused, rest].join('\n'));
    const other = drawnAsReused(modelOf([ports, written, ...rest.split('; ')].join('\n')));
    const weights = weightsOf(one);
    const paths = ({ parameters, states }: Model) =>
      [...parameters, ...states].map(({ path }) => flat(path)).toSorted();
    expect(paths(one)).toEqual(paths(other));
    const ofOther = new Map(
      [...other.parameters, ...other.states].map(({ path, shape }) => {
        const known = flattened(weights).get(flat(path));
        return [path, { shape, data: known?.data ?? new Float64Array() }];
      }),
    );
    const batch = doubles(randomBatch(one, 4, 3));
    const found = interpretStep(one, { weights, batches: [batch] });
    const wanted = interpretStep(other, { weights: ofOther, batches: [batch] });
    expect([...flattened(found).keys()].toSorted()).toEqual([...flattened(wanted).keys()].toSorted());
    expect(deviation(flattened(found), flattened(wanted)).worst).toBeLessThan(1e-12);
    const figures = interpretEvaluation(one, weights, batch);
    for (const [name, value] of interpretEvaluation(other, ofOther, batch))
      expect(figures.get(name)).toBeCloseTo(value, 12);
  });
});
