/**
 * A matrix W with a pair a, b means the same as the matrix W + scale·a·b, of which the chain rule makes the gradients of
 * both: with G that of the whole matrix, scale·G·bᵀ and scale·aᵀ·G. Held against the spec without `lora`, by the f64
 * interpreter, for loss, gradients, figures and predictions.
 */
import { describe, expect, it } from 'vitest';
import type { Model } from '../../compiler/ir/model.ts';
import { stepsOf } from '../../compiler/ir/model.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { deviation } from '../oracle/deviation.ts';
import { doubles, initialWeights, interpretEvaluation, interpretStep, scalar } from '../oracle/interpret.ts';
import type { Tensors } from '../oracle/interpret.ts';
import { modelOf } from './model-of.ts';
import { randomBatch } from './random-batch.ts';

interface Case {
  readonly spec: string;
  /** `lora` and `freeze`, which the spec beside it does not have. */
  readonly directives: string;
  /** The matrices, each with the scope of its pair, the rank, and how much the pair counts. */
  readonly pairs: Readonly<Record<string, readonly [path: string, rank: number, scale: number]>>;
}

const square = 'input x: f32[4]; target y: f32[4]';
const sequence = 'input x: f32[5, 4]; target y: f32[3]';
const swiglu = `def layer swiglu(units) {
  weight gate: [in, units]; weight up: [in, units]; weight down: [units, in]
  it = (silu(it @ gate) * (it @ up)) @ down
}`;
const attention = ['query', 'key', 'value', 'output'];

const rounds = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const all = <T>(keys: readonly T[], of: (key: T) => readonly [string, readonly [string, number, number]]) =>
  Object.fromEntries(keys.map(of));

const cases: Readonly<Record<string, Case>> = {
  dense: {
    spec: `${square}; layer dense 6 tanh as body; layer dense 4 as head`,
    directives: 'lora body rank=2 alpha=3',
    pairs: { 'body.kernel': ['body.lora', 2, 1.5] },
  },
  'alpha is the rank unless given, and ranks go up to that of the matrix': {
    spec: `${square}; layer dense 3 tanh as body; layer dense 4 as head`,
    directives: 'lora ** rank=3',
    pairs: { 'body.kernel': ['body.lora', 3, 1], 'head.kernel': ['head.lora', 3, 1] },
  },
  'one kernel by its name, of a frozen layer': {
    spec: `${square}; layer dense 6 tanh as body; layer dense 4 as head`,
    directives: 'freeze body; lora body.kernel rank=1 alpha=4',
    pairs: { 'body.kernel': ['body.lora', 1, 4] },
  },
  attention: {
    spec: 'input x: f32[5, 4]; input m: f32[5] in 0..1; target y: f32[5, 4]; layer attention 2 mask=m from x as look',
    directives: 'lora look rank=2 alpha=1',
    pairs: all(attention, (part) => [`look.${part}.kernel`, [`look.${part}.lora`, 2, 0.5]]),
  },
  'attention to something else, some of it': {
    spec: 'input x: f32[5, 4]; input z: f32[3, 6]; target y: f32[5, 4]; layer attention 2 causal=true from x; layer attention 2 key_from=z',
    directives: 'lora *.query rank=2 alpha=1; lora attention_1.value rank=1',
    pairs: {
      'attention.query.kernel': ['attention.query.lora', 2, 0.5],
      'attention_1.query.kernel': ['attention_1.query.lora', 2, 0.5],
      'attention_1.value.kernel': ['attention_1.value.lora', 1, 1],
    },
  },
  "a user's layer of several matrices": {
    spec: `${swiglu}\n${square}; layer swiglu 6 as s`,
    directives: 'lora s rank=2 alpha=4',
    pairs: all(['gate', 'up', 'down'], (part) => [`s.${part}`, [`s.${part}.lora`, 2, 2]]),
  },
  'one matrix of several': {
    spec: `${swiglu}\n${square}; layer swiglu 6 as s`,
    directives: 'lora s.up rank=2 alpha=4',
    pairs: { 's.up': ['s.lora', 2, 2] },
  },
  'a matrix that a function of the user multiplies with, and a vector of all examples': {
    spec: `def fn affine(x, w, b) = x @ w + b
def layer own(units) { weight w: [in, units]; weight v: [in]; weight b: [units] init=zeros; it = affine(it * v, w, b) + v @ w }
${square}; layer own 4 as o`,
    directives: 'lora o rank=2',
    pairs: { 'o.w': ['o.lora', 2, 1] },
  },
  'tables, norms, and matrices that are turned, stand in front or have three axes, are left alone': {
    spec: `def layer turned(units) {
  weight w: [units, in]; weight v: [units, units]; weight stack: [2, units, units]; weight plain: [in, units]
  it = v @ (it @ transpose(w)) + sum(reshape(it, [1, 4]) @ stack, axis=[0, 1]) + it @ plain
}
input words: i32[1] in 0..8; target y: f32[4]
layer embedding 9 4 as tok; it = it[0]; layer layernorm; layer turned 4 as t`,
    directives: 'lora ** rank=2 alpha=6',
    pairs: { 't.plain': ['t.lora', 2, 3] },
  },
  'a matrix that is also turned, summed, and in front': {
    spec: `def layer tied(units) {
  weight w: [in, units]; weight v: [units, units]
  h = tanh(it @ w)
  it = (v @ h + v[0] + h @ v) @ transpose(w) + 0.3 * sum(w^2)
}
${square}; layer tied 6 as t`,
    directives: 'lora t rank=2 alpha=3',
    pairs: { 't.w': ['t.w.lora', 2, 1.5], 't.v': ['t.v.lora', 2, 1.5] },
  },
  'the same by its path, from another layer, within rounds and after them': {
    spec: `${square}; repeat 3 as r { layer dense 6 tanh as up; it = it @ transpose(up.kernel) }; it = it + sin(x * mean(r.1.up.kernel, axis=1)) + x @ r.2.up.kernel @ transpose(r.0.up.kernel)`,
    directives: 'lora r rank=2 alpha=3',
    pairs: all(rounds(3), (i) => [`r.${i}.up.kernel`, [`r.${i}.up.lora`, 2, 1.5]]),
  },
  'a gradient by an adapted matrix': {
    spec: `${square}; block b { weight w: [4, 4]; it = tanh(it @ w) @ transpose(w) }; loss = 0.1 * sum(grad(it, b.w)^2)`,
    directives: 'lora b rank=2 alpha=3',
    pairs: { 'b.w': ['b.lora', 2, 1.5] },
  },
  'weights at top level and in a block, and one that is read from elsewhere': {
    spec: `${square}; weight u: [4, 4]; block b { weight w: [4, 4]; it = tanh(it @ w) }; it = it @ u + sin(x @ b.w)`,
    directives: 'lora b rank=1; lora u rank=2',
    pairs: { 'b.w': ['b.lora', 1, 1], u: ['lora', 2, 1] },
  },
  lstm: {
    spec: `${sequence}; layer lstm 3 as l`,
    directives: 'lora l rank=2 alpha=1',
    pairs: { 'l.kernel': ['l.kernel.lora', 2, 0.5], 'l.recurrent': ['l.recurrent.lora', 2, 0.5] },
  },
  'a recurrent matrix alone': {
    spec: `${sequence}; layer gru 3 as l`,
    directives: 'lora l.recurrent rank=2 alpha=3',
    pairs: { 'l.recurrent': ['l.lora', 2, 1.5] },
  },
  'rnn in both directions': {
    spec: 'input x: f32[5, 4]; target y: f32[6]; layer bidirectional rnn 3 as both',
    directives: 'lora both.*.kernel rank=2; lora both.backward.recurrent rank=1',
    pairs: {
      'both.forward.kernel': ['both.forward.lora', 2, 1],
      'both.backward.kernel': ['both.backward.kernel.lora', 2, 1],
      'both.backward.recurrent': ['both.backward.recurrent.lora', 1, 1],
    },
  },
  "a user's scan, whose state becomes one of each example, and layers within it": {
    spec: `def layer own(units) {
  weight w: [in, units]; weight u: [units, units]
  scan x over it with h = zeros([units]) { layer dense units tanh from (x @ w + h @ u); h = it }
  it = h
}
${sequence}; layer own 3 as o`,
    directives: 'lora o rank=2 alpha=1',
    pairs: {
      'o.w': ['o.w.lora', 2, 0.5],
      'o.u': ['o.u.lora', 2, 0.5],
      'o.dense.kernel': ['o.dense.lora', 2, 0.5],
    },
  },
  'rounds of a repeat': {
    spec: `${square}; repeat 3 as r { x0 = it; layer dense 6 gelu; layer dense 4; it = it + x0 }`,
    directives: 'freeze r; lora r rank=2 alpha=1',
    pairs: all(
      rounds(3).flatMap((i) => ['dense', 'dense_1'].map((part) => `r.${i}.${part}`)),
      (path) => [`${path}.kernel`, [`${path}.lora`, 2, 0.5]],
    ),
  },
  'some rounds, at different ranks': {
    spec: `${square}; repeat 5 as r { layer dense 4 tanh }`,
    directives: 'lora r.1 rank=2; lora r.3 rank=2 alpha=3; lora r.4 rank=1 alpha=2',
    pairs: {
      'r.1.dense.kernel': ['r.1.dense.lora', 2, 1],
      'r.3.dense.kernel': ['r.3.dense.lora', 2, 1.5],
      'r.4.dense.kernel': ['r.4.dense.lora', 1, 2],
    },
  },
  'rounds within rounds, of which one reads a matrix of another': {
    spec: `${square}; repeat 2 as o { repeat 2 as r { layer dense 4 tanh }; layer dense 4 as d }; it = it + x @ o.1.r.0.dense.kernel`,
    directives: 'lora o.*.r rank=2 alpha=3',
    pairs: all(
      rounds(4).map((i) => `o.${i >> 1}.r.${i % 2}.dense`),
      (path) => [`${path}.kernel`, [`${path}.lora`, 2, 1.5]],
    ),
  },
  'what is reused': {
    spec: `${square}; block enc { layer dense 4 tanh; repeat 2 { layer dense 4 sin } }; reuse enc from (it + x); layer dense 4 as d; reuse d from sin(it)`,
    directives: 'lora ** rank=2 alpha=1',
    pairs: all(['enc.dense', 'enc.repeat.0.dense', 'enc.repeat.1.dense', 'd'], (path) => [
      `${path}.kernel`,
      [`${path}.lora`, 2, 0.5],
    ]),
  },
};

/** Weights of no special kind: no bias and no b is zero. */
function weightsOf(model: Model): Tensors {
  let i = 0;
  return new Map(
    [...initialWeights(model, 1)].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((x) => x + 0.3 * Math.sin(++i)) },
    ]),
  );
}

/** Σ over k of a(m, k)·b(k, n), scaled. */
function product(
  [m, k, n]: readonly [number, number, number],
  a: (row: number, column: number) => number,
  b: (row: number, column: number) => number,
  scale: number,
): Tensor {
  const data = new Float64Array(m * n);
  for (let row = 0; row < m; row++)
    for (let column = 0; column < n; column++)
      for (let i = 0; i < k; i++)
        data[row * n + column] = (data[row * n + column] ?? 0) + scale * a(row, i) * b(i, column);
  return { shape: [m, n], data };
}

const at =
  ({ shape, data }: Tensor) =>
  (row: number, column: number): number =>
    data[row * (shape[1] ?? NaN) + column] ?? NaN;
const turned = (tensor: Tensor) => (row: number, column: number) => at(tensor)(column, row);

function tensorOf(tensors: Tensors, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`there is no ${name}`);
  return tensor;
}

/** A pair beside its matrix W [in, out]. */
function pairIn(weights: Tensors, path: string) {
  const [a, b] = [tensorOf(weights, `${path}.a`), tensorOf(weights, `${path}.b`)];
  return { a, b, size: [a.shape[0] ?? NaN, a.shape[1] ?? NaN, b.shape[1] ?? NaN] as const };
}

/** W + scale·a·b in the place of each W, and no pair. */
function merged(weights: Tensors, pairs: Case['pairs']): Tensors {
  const whole = new Map(weights);
  for (const [matrix, [path, , scale]] of Object.entries(pairs)) {
    const { a, b, size } = pairIn(weights, path);
    const low = product(size, at(a), at(b), scale);
    const { shape, data } = tensorOf(weights, matrix);
    whole.set(matrix, { shape, data: data.map((w, i) => w + (low.data[i] ?? NaN)) });
    for (const name of ['a', 'b']) whole.delete(`${path}.${name}`);
  }
  return whole;
}

const rest = 'loss mse; optim sgd lr=0.1; metric mse; train seed=3';

describe('a pair is as if its product were added to the matrix', () => {
  it.each(Object.entries(cases))('%s', (_, { spec, directives, pairs }) => {
    const adapted = modelOf([spec, rest, directives].join('\n'));
    const plain = modelOf([spec, rest].join('\n'));
    const found = Object.fromEntries(
      adapted.parameters.flatMap(({ path, pair }) => {
        const rank = adapted.parameters.find((other) => other.path === `${pair?.path ?? ''}.a`)?.shape[1];
        return pair === undefined ? [] : [[path, [pair.path, rank, pair.scale]]];
      }),
    );
    expect(found).toEqual(pairs);
    const weights = weightsOf(adapted);
    const whole = merged(weights, pairs);
    expect([...whole.keys()].toSorted()).toEqual([...initialWeights(plain, 1).keys()].toSorted());
    const batch = doubles(randomBatch(adapted, 4, 3));
    const step = interpretStep(adapted, { weights, batches: [batch] });
    const wanted = interpretStep(plain, { weights: whole, batches: [batch] });
    const gradients = new Map<string, Tensor>();
    for (const [matrix, [path, , scale]] of Object.entries(pairs)) {
      const { a, b, size } = pairIn(weights, path);
      const [ins, rank, outs] = size;
      const g = tensorOf(wanted, `grad/${matrix}`);
      gradients.set(`grad/${path}.a`, product([ins, outs, rank], at(g), turned(b), scale));
      gradients.set(`grad/${path}.b`, product([rank, ins, outs], turned(a), at(g), scale));
    }
    const frozen = new Set(adapted.parameters.filter((each) => each.frozen).map(({ path }) => path));
    for (const { path } of plain.parameters)
      if (!frozen.has(path)) gradients.set(`grad/${path}`, tensorOf(wanted, `grad/${path}`));
    const given = [...step.keys()].filter((name) => name.startsWith('grad/'));
    expect(given.toSorted()).toEqual([...gradients.keys()].toSorted());
    for (const matrix of Object.keys(pairs)) expect(frozen).toContain(matrix);
    for (const path of frozen) expect(step.get(`new/${path}`)).toEqual(weights.get(path));
    for (const name of ['loss', 'loss/0', 'predict']) gradients.set(name, tensorOf(wanted, name));
    const { worst, name } = deviation(step, gradients);
    expect(worst, name).toBeLessThan(1e-10);
    const figures = (model: Model, of: Tensors): Tensors =>
      new Map([...interpretEvaluation(model, of, batch)].map(([name, value]) => [name, scalar(value)]));
    expect(deviation(figures(adapted, weights), figures(plain, whole)).worst).toBeLessThan(1e-12);
  });

  it('starts from the model as it was: a within ±1/√in, b zeros', () => {
    const { spec, directives } = cases['rounds of a repeat'] ?? { spec: '', directives: '' };
    const adapted = modelOf([spec, rest, directives].join('\n'));
    const initial = initialWeights(adapted, 1);
    const drawn = [...initial].filter(([path]) => path.endsWith('.lora.a'));
    for (const [path, { shape, data }] of drawn) {
      const limit = 1 / Math.sqrt(shape[0] ?? NaN);
      expect(Math.max(...data.map(Math.abs)), path).toBeLessThanOrEqual(limit);
      expect(Math.max(...data.map(Math.abs)), path).toBeGreaterThan(0.6 * limit);
    }
    expect(new Set(drawn.map(([, { data }]) => data.join())).size).toBe(6);
    const zeros = [...initial].filter(([path]) => path.endsWith('.lora.b')).flatMap(([, { data }]) => [...data]);
    expect(new Set(zeros)).toEqual(new Set([0]));
  });

  it('rounds that are adapted alike stay calls of one function', () => {
    const calls = (text: string): number =>
      stepsOf(modelOf(text)).reduce(
        (sum, { graph }) => sum + graph.nodes.filter(({ op }) => op === 'call_function').length,
        0,
      );
    const spec = `${square}; repeat 8 as r { layer dense 4 tanh }\n${rest}`;
    expect(calls(`${spec}\nlora r rank=2`)).toBe(8);
    // A round that alone has a rank of its own is no function.
    expect(calls(`${spec}\nlora r.0 rank=1\nlora r.1 rank=2\nlora r.2 rank=2`)).toBe(7);
  });
});

/** Which parameters are trained in each phase. */
const trainedIn = (text: string): readonly (readonly string[])[] =>
  stepsOf(modelOf(text)).map(({ updates }) => updates.map(({ parameter }) => parameter));

describe('what is trained', () => {
  const spec = `${square}; layer dense 4 tanh as body; layer dense 4 as head\nloss mse; optim adam`;

  it.each<readonly [string, string, readonly string[]]>([
    [
      'the pair, and not the matrix',
      'lora body rank=1',
      ['body.lora.a', 'body.lora.b', 'body.bias', 'head.kernel', 'head.bias'],
    ],
    [
      'freezing a layer leaves its pair',
      'freeze body; lora body rank=1',
      ['body.lora.a', 'body.lora.b', 'head.kernel', 'head.bias'],
    ],
    ['in any order, and by any selector', 'lora body rank=1; freeze **', ['body.lora.a', 'body.lora.b']],
    [
      'a pair that is named is frozen',
      'lora body rank=1; lora head rank=1; freeze **; freeze body.lora',
      ['head.lora.a', 'head.lora.b'],
    ],
    ['a half of one', 'lora body rank=1; freeze head; freeze body.**.a', ['body.lora.b', 'body.bias']],
    [
      'a matrix that is unfrozen learns beside its pair',
      'lora body rank=1; freeze head; unfreeze body',
      ['body.kernel', 'body.lora.a', 'body.lora.b', 'body.bias'],
    ],
  ])('%s', (_, directives, paths) => {
    expect(trainedIn(`${spec}\n${directives}`)).toEqual([paths]);
  });

  it('phases freeze and thaw pairs and matrices, whose slots begin anew', () => {
    const phases = `phase head epochs=1 { freeze body; freeze **.lora }
phase thin epochs=1 { unfreeze **.lora }
phase all epochs=1 { unfreeze body }`;
    const head = ['head.kernel', 'head.bias'];
    const pair = ['body.lora.a', 'body.lora.b'];
    expect(trainedIn(`${spec}\nlora body rank=1\n${phases}`)).toEqual([
      head,
      [...pair, ...head],
      ['body.kernel', ...pair, 'body.bias', ...head],
    ]);
  });

  it('an optimizer may name a layer whose matrix has a pair, and the pair alone', () => {
    const groups = `${spec.replace('optim adam', 'optim sgd for body; optim adam for head')}\nlora body rank=1`;
    const trained = ['body.lora.a', 'body.lora.b', 'body.bias', 'head.kernel', 'head.bias'];
    expect(trainedIn(groups)).toEqual([trained]);
    // What is made of the matrix stands still with it.
    expect(trainedIn(`${groups}\nreparam weight_norm on body`)).toEqual([trained]);
    const [step] = stepsOf(modelOf(`${spec}; optim sgd for **.lora\nlora body rank=1`));
    const names = step?.updates.map(({ parameter, optimizer }) => `${optimizer} ${parameter}`);
    expect(names).toEqual([
      'sgd body.lora.a',
      'sgd body.lora.b',
      'adam body.bias',
      'adam head.kernel',
      'adam head.bias',
    ]);
  });

  it('weight decay and penalties reach a and b as any matrix', () => {
    const { parameters } = modelOf(`${spec}; penalty l2 0.1\nlora body rank=1`);
    expect(parameters.filter(({ decays }) => decays).map(({ path }) => path)).toEqual([
      'body.kernel',
      'body.lora.a',
      'body.lora.b',
      'head.kernel',
    ]);
  });

  it('a penalty is of the matrix as it is stored', () => {
    const outcome = (gram: string): Tensors => {
      const model = modelOf(`def penalty skew(c) = c * sum((${gram})^2)
input x: f32[4]; target y: f32[3]; layer dense 3 as d
loss mse; penalty skew 0.3 on d.kernel; optim sgd
lora d rank=2; unfreeze d`);
      const batch = doubles(randomBatch(model, 2, 3));
      return interpretStep(model, { weights: weightsOf(model), batches: [batch] });
    };
    const wanted = outcome('sum(reshape(param, [4, 3, 1]) * reshape(param, [4, 1, 3]), axis=0)');
    expect(deviation(outcome('transpose(param) @ param'), wanted).worst).toBeLessThan(1e-12);
  });
});
