/**
 * A layer reads a function of its weight: as if a layer of the spec's own said that function in its body. Both specs are
 * compared by the f64 interpreter, for losses, gradients, states, figures and predictions.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../compiler/ir/model.ts';
import { stepsOf } from '../../compiler/ir/model.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { checkGradients } from '../../compiler/targets/reference/gradients.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { evaluateGraph, noDraw } from '../../compiler/targets/reference/evaluate.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { allocateMemory } from '../../runtime/train/memory.ts';
import { generate } from '../generated.ts';
import { deviation } from '../oracle/deviation.ts';
import { doubles, initialWeights, interpretEvaluation, interpretStep, scalar } from '../oracle/interpret.ts';
import type { Tensors } from '../oracle/interpret.ts';
import { modelOf } from './model-of.ts';
import { randomBatch } from './random-batch.ts';

const rest = 'loss mse; optim adam lr=0.1; metric mse; train seed=3';
const ports = 'input x: f32[4]; target y: f32[3]';

interface Case {
  readonly spec: string;
  /** `reparam`, `freeze`, `lora`, which the other spec does not have. */
  readonly directives: string;
  /** The same with the function in the layer's body; or said of lines that are no rounds. */
  readonly inside: string;
  /** Paths of the one by those of the other, where they differ. */
  readonly paths?: Readonly<Record<string, string>>;
}

const plain = `def layer own(units) { weight kernel: [in, units]; it = tanh(it @ kernel) }`;
const masked = `def reparam pruned(keep=0.5) {
  state mask: [*shape(it)] = ones
  if training { mask <- where(abs(it) > keep * mean(abs(it)), 1, 0) }
  it = it * mask
}`;

const cases: Readonly<Record<string, Case>> = {
  'a mask that training writes': {
    spec: `${masked}\n${plain}\n${ports}; layer own 3 as a`,
    directives: 'reparam pruned keep=0.7 on a',
    inside: `def layer own(units) {
  weight kernel: [in, units]; state mask: [in, units] = ones
  if training { mask <- where(abs(kernel) > 0.7 * mean(abs(kernel)), 1, 0) }
  it = tanh(it @ (kernel * mask))
}
${ports}; layer own 3 as a`,
    paths: { 'a.mask': 'a.pruned.mask' },
  },
  'rounded weights, in rounds that are reused': {
    spec: `def reparam rough() { s = max(abs(it)) / 7; it = it + stop_gradient(s * round(it / s) - it) }
${plain}\n${ports}; block enc { repeat 3 { layer own 4 } }; reuse enc from sin(it); layer dense 3`,
    directives: 'reparam rough on enc',
    inside: `def layer own(units) { weight kernel: [in, units]; s = max(abs(kernel)) / 7; it = tanh(it @ (kernel + stop_gradient(s * round(kernel / s) - kernel))) }
${ports}; block enc { repeat 3 { layer own 4 } }; reuse enc from sin(it); layer dense 3`,
  },
  'weights and sub-layers of its own, arguments, and a hyper that stands below the layer': {
    spec: `def reparam bent(act: fn, k) { weight b: [size(it, -1)] init=mean(it, axis=0); w = it; layer dense 3 as mix; it = act(k * w + b) + 0.1 * mix }
${plain}\n${ports}; layer own 3 as a; hyper c = 1.5`,
    directives: 'reparam bent sin (2 * c) on a.kernel',
    inside: `def layer own(units) { weight kernel: [in, units]; weight b: [units] init=zeros; x = it; layer dense 3 from kernel as mix; it = tanh(x @ (sin(3 * kernel + b) + 0.1 * mix)) }
${ports}; layer own 3 as a`,
    paths: { 'a.b': 'a.bent.b', 'a.mix.kernel': 'a.bent.mix.kernel', 'a.mix.bias': 'a.bent.mix.bias' },
  },
  'a vector and a number by their names, at top level and in a block': {
    spec: `def reparam above() = softplus(it)
${ports}; weight hot: [] init=constant(0.3); block b { weight s: [4] init=ones; it = it * s * hot }; layer dense 3`,
    directives: 'reparam above on hot; reparam above on b.s',
    inside: `${ports}; weight hot: [] init=constant(0.3); block b { weight s: [4] init=ones; it = it * softplus(s) * softplus(hot) }; layer dense 3`,
  },
  'rounds, of which one is read from elsewhere, as blocks': {
    spec: `${masked}\n${ports}; repeat 3 as r { layer dense 4 tanh as d; it = it @ d.kernel }; it = it + sin(x @ r.1.d.kernel); layer dense 3`,
    directives: 'reparam spectral_norm on r',
    inside: `${ports}; block r0 { layer dense 4 tanh as d; it = it @ d.kernel }; block r1 { layer dense 4 tanh as d; it = it @ d.kernel }
block r2 { layer dense 4 tanh as d; it = it @ d.kernel }; it = it + sin(x @ r1.d.kernel); layer dense 3
reparam spectral_norm on *.d`,
    paths: { r0: 'r.0', r1: 'r.1', r2: 'r.2' },
  },
  'rounds of which some are adapted, and alike': {
    spec: `${ports}; repeat 4 as r { layer dense 4 tanh as d }; layer dense 3`,
    directives:
      'reparam spectral_norm steps=2 on r.0; reparam spectral_norm on r.1; reparam weight_norm on r.2; reparam weight_norm on r.3',
    inside: `${ports}; block r0 { layer dense 4 tanh as d }; block r1 { layer dense 4 tanh as d }
block r2 { layer dense 4 tanh as d }; block r3 { layer dense 4 tanh as d }; layer dense 3
reparam spectral_norm steps=2 on r0; reparam spectral_norm on r1; reparam weight_norm on r2; reparam weight_norm on r3`,
    paths: { r0: 'r.0', r1: 'r.1', r2: 'r.2', r3: 'r.3' },
  },
  'within a scan, whose turns share it': {
    spec: `def layer walk(units) {
  weight kernel: [in, units]; weight u: [units, units]
  scan x over it with h = zeros([units]) { h = tanh(x @ kernel + h @ u) }
  it = h
}
${masked}
input x: f32[5, 4]; target y: f32[3]; layer walk 3 as a`,
    directives: 'reparam pruned on a.u',
    inside: `def layer walk(units) {
  weight kernel: [in, units]; weight u: [units, units]; state mask: [units, units] = ones
  if training { mask <- where(abs(u) > 0.5 * mean(abs(u)), 1, 0) }
  m = u * mask
  scan x over it with h = zeros([units]) { h = tanh(x @ kernel + h @ m) }
  it = h
}
input x: f32[5, 4]; target y: f32[3]; layer walk 3 as a`,
    paths: { 'a.mask': 'a.pruned.mask' },
  },
  'a layer that a scan applies': {
    spec: `${masked}
input x: f32[5, 4]; target y: f32[3]; scan s over x with h = zeros([3]) { layer dense 3 tanh from (concat(s, h)) as d; h = it }; it = h`,
    directives: 'reparam pruned on d',
    inside: `input x: f32[5, 4]; target y: f32[3]
def layer d(units) {
  weight kernel: [7, units]; weight bias: [units]; state mask: [7, units] = ones
  if training { mask <- where(abs(kernel) > 0.5 * mean(abs(kernel)), 1, 0) }
  m = kernel * mask
  scan s over it with h = zeros([units]) { h = tanh(concat(s, h) @ m + bias) }
  it = h
}
layer d 3`,
    paths: { 'd.mask': 'd.pruned.mask' },
  },
};

/** Weights of no special kind. */
function weightsOf(model: Model): Tensors {
  let i = 0;
  return new Map(
    [...initialWeights(model, 1)].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((x) => x + 0.3 * Math.sin(++i)) },
    ]),
  );
}

const figures = (model: Model, of: Tensors, batch: Tensors): Tensors =>
  new Map([...interpretEvaluation(model, of, batch)].map(([name, value]) => [name, scalar(value)]));

describe('a weight is read as if the layer said so', () => {
  it.each(Object.entries(cases))('%s', (_, { spec, directives, inside, paths = {} }) => {
    const adapted = modelOf([spec, rest, directives].join('\n'));
    const wanted = modelOf([inside, rest].join('\n'));
    const weights = weightsOf(adapted);
    const named = (name: string): string =>
      Object.entries(paths).reduce((text, [own, theirs]) => text.replace(new RegExp(`\\b${own}\\b`), theirs), name);
    const given = new Map(
      [...initialWeights(wanted, 1)].map(([name]): readonly [string, Tensor] => {
        const value = weights.get(named(name));
        if (value === undefined) throw new Error(`there is no ${named(name)}`);
        return [name, value];
      }),
    );
    expect(given.size).toBe(weights.size);
    const batch = doubles(randomBatch(adapted, 4, 3));
    const step = interpretStep(adapted, { weights, batches: [batch] });
    const theirs = interpretStep(wanted, { weights: given, batches: [batch] });
    const renamed = new Map([...theirs].map(([name, tensor]) => [named(name), tensor]));
    expect([...step.keys()].toSorted()).toEqual([...renamed.keys()].toSorted());
    const { worst, name } = deviation(step, renamed);
    expect(worst, name).toBeLessThan(1e-10);
    expect(deviation(figures(adapted, weights, batch), figures(wanted, given, batch)).worst).toBeLessThan(1e-12);
  });
});

const functions = { call: 'call_function', uniform: 'uniform' };

/** How many nodes of a sort the training graphs have, one for each step. */
const counts = (text: string, op: string): readonly number[] =>
  stepsOf(modelOf(text)).map(({ graph }) => graph.nodes.filter((node) => node.op === op).length);

describe('it is evaluated once in a step', () => {
  it('rounds that are adapted alike stay calls of one function', () => {
    const spec = `${ports}; repeat 8 as r { layer dense 4 tanh as d }; layer dense 3\n${rest}`;
    expect(counts(`${spec}\nreparam spectral_norm on r`, functions.call)).toEqual([8]);
    // What alone is adapted by another statement, or is read from outside, is no function.
    expect(counts(`${spec}\nreparam weight_norm on r.0; reparam weight_norm on r.*.d.bias`, functions.call)).toEqual([
      7,
    ]);
    const read = spec.replace('; layer dense 3', '; it = it + x @ r.5.d.kernel; layer dense 3');
    expect(counts(`${read}\nreparam spectral_norm on r`, functions.call)).toEqual([7]);
  });

  it('what is drawn in it is drawn for all that read the weight', () => {
    const spec = `def reparam noisy() { if training { it = it * (0.5 + uniform(like=it)) } }
${ports}; layer dense 4 tanh as d; reuse d from sin(it); it = it @ d.kernel; reuse d; layer dense 3\n${rest}`;
    expect(counts(`${spec}\nreparam noisy on d`, functions.uniform)).toEqual([1]);
    const [stream] = stepsOf(modelOf(`${spec}\nreparam noisy on d`)).flatMap(({ graph }) =>
      graph.nodes.flatMap(({ attrs }) => attrs['stream'] ?? []),
    );
    expect(stream).toBe('d.noisy.uniform');
  });
});

describe('states are written by what updates the weight', () => {
  const written = (text: string): readonly (readonly string[])[] =>
    stepsOf(modelOf(text)).map(({ graph }) =>
      graph.outputs.flatMap(({ role, name }) => (role === 'state' ? [name] : [])),
    );
  const two = `${ports}; layer dense 4 tanh as a; layer dense 3 as b`;

  it.each<readonly [string, string, readonly (readonly string[])[]]>([
    ['all', 'loss mse; optim sgd', [['a.spectral_norm.u', 'b.spectral_norm.u']]],
    ['not where the weight is frozen', 'loss mse; optim sgd; freeze a.kernel', [['b.spectral_norm.u']]],
    ['nor its layer', 'loss mse; optim sgd; freeze b', [['a.spectral_norm.u']]],
    ['nor where lora freezes it', 'loss mse; optim sgd; lora a rank=1', [['b.spectral_norm.u']]],
    [
      'by the step of its own',
      'step one updates a { loss mse; optim sgd }; step two updates b { loss mse; optim sgd }',
      [['a.spectral_norm.u'], ['b.spectral_norm.u']],
    ],
    [
      'whose selector names the weights alone',
      'step one updates **.kernel { loss mse; optim sgd }; step two updates **.bias { loss mse; optim sgd }',
      [['a.spectral_norm.u', 'b.spectral_norm.u'], []],
    ],
    [
      'in the phases that train it',
      'loss mse; optim sgd; phase one epochs=1 { freeze a }; phase two epochs=1 { unfreeze a; freeze b }',
      [['b.spectral_norm.u'], ['a.spectral_norm.u']],
    ],
  ])('%s', (_, learning, states) => {
    expect(written(`${two}\n${learning}\nreparam spectral_norm on **.kernel`)).toEqual(states);
  });

  it('what lora adapts is frozen with what the reparametrisation has of its own', () => {
    const trained = (lines: string): readonly string[] =>
      stepsOf(modelOf(`${two}\nloss mse; optim sgd\nreparam weight_norm on a; ${lines}`)).flatMap(({ updates }) =>
        updates.map(({ parameter }) => parameter),
      );
    expect(trained('freeze b')).toEqual(['a.kernel', 'a.weight_norm.g', 'a.bias']);
    expect(trained('freeze b; lora a rank=1')).toEqual(['a.lora.a', 'a.lora.b', 'a.bias']);
    expect(trained('freeze b; freeze a.kernel')).toEqual(['a.weight_norm.g', 'a.bias']);
    expect(trained('freeze b; lora a rank=1; unfreeze a.weight_norm')).toEqual([
      'a.lora.a',
      'a.lora.b',
      'a.weight_norm.g',
      'a.bias',
    ]);
  });
});

describe('the paths of what it has of its own', () => {
  it.each<readonly [string, readonly string[]]>([
    ['layer dense 3 as a; reparam weight_norm on a', ['a.weight_norm.g']],
    [
      'layer dense 3 as a; reparam weight_norm on a; reparam weight_norm on a.bias',
      ['a.kernel.weight_norm.g', 'a.bias.weight_norm.g'],
    ],
    ['layer lstm 3 as a; reparam weight_norm on a.kernel', ['a.weight_norm.g']],
    [
      'layer lstm 3 as a; reparam weight_norm on a.kernel; reparam spectral_norm on a.recurrent',
      ['a.kernel.weight_norm.g', 'a.recurrent.spectral_norm.u'],
    ],
    ['weight w: [4, 3]; it = it[0] @ w; reparam weight_norm on w', ['weight_norm.g']],
    [
      'weight w: [4, 3]; weight v: [4, 3]; it = it[0] @ (w * v); reparam weight_norm on *',
      ['w.weight_norm.g', 'v.weight_norm.g'],
    ],
  ])('%s', (lines, paths) => {
    const spec = lines.replace('layer dense 3', 'it = it[0]; layer dense 3');
    const model = modelOf(`input x: f32[5, 4]; target y: f32[3]; ${spec}\n${rest}`);
    const own = [...model.parameters, ...model.states]
      .map(({ path }) => path)
      .filter((path) => path.includes('_norm.'));
    expect(own).toEqual(paths);
  });
});

describe('initial values are made of those of the weight', () => {
  const spec = `${ports}; repeat 2 as r { layer dense 4 as d }; layer dense 3 as a\nload ** from "w.safetensors"\n${rest}
reparam weight_norm on r; reparam spectral_norm on a`;
  const norms = (kernel: { readonly data: ArrayLike<number> } | undefined): readonly number[] =>
    [0, 1, 2, 3].map((column) => Math.hypot(...[0, 1, 2, 3].map((row) => kernel?.data[4 * row + column] ?? NaN)));
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels('cpu');
  });
  afterAll(() => kernels.dispose());

  it.each(['drawn', 'loaded without them', 'loaded with them'])('%s', async (way) => {
    const { definition, model } = await generate('m', way === 'drawn' ? spec.replace(/^load.*$/m, '') : spec);
    const drawn = initialWeights(model, 3);
    const names = [...drawn.keys()].filter((path) => way === 'loaded with them' || !path.includes('_norm.'));
    const file = new Map(
      names.map((path) => {
        const { shape, data } = drawn.get(path) ?? scalar(NaN);
        return [path, { shape, data: Float32Array.from(data, (x, i) => 2 * x + Math.sin(i)) }];
      }),
    );
    const memory = allocateMemory(definition, kernels, 3, way === 'drawn' ? {} : { loaded: file });
    const found = await memory.readWeights();
    memory.release();
    expect([...found.keys()].toSorted()).toEqual([...drawn.keys()].toSorted());
    for (const round of [0, 1]) {
      const g = Array.from(found.get(`r.${round}.d.weight_norm.g`)?.data ?? []);
      if (way === 'loaded with them') expect(g).toEqual([...(file.get(`r.${round}.d.weight_norm.g`)?.data ?? [])]);
      else norms(found.get(`r.${round}.d.kernel`)).forEach((norm, i) => expect(g[i]).toBeCloseTo(norm, 5));
    }
    const u = Array.from(found.get('a.spectral_norm.u')?.data ?? []);
    expect(Math.hypot(...u) < 1.000001 && Math.hypot(...u) > 0.999999).toBe(way !== 'loaded with them');
  });
});

describe('gradients', () => {
  it.each(['weight_norm', 'spectral_norm', 'spectral_norm steps=3', 'pruned'])(
    'of %s are those of the loss',
    (kind) => {
      const model = modelOf(
        `${masked}\n${ports}; layer dense 4 tanh as a; layer dense 3\n${rest}\nreparam ${kind} on **.kernel`,
      );
      for (const step of stepsOf(model)) {
        const { parameters, faults } = checkGradients(model, step, 5);
        expect(faults).toEqual([]);
        expect(parameters.every(({ isRight }) => isRight)).toBe(true);
      }
    },
  );
});

it('the weights as layers read them are those of a spec without the lines', () => {
  const spec = `${ports}; repeat 3 as r { layer dense 4 tanh as d; it = it @ transpose(d.kernel) }; layer dense 3 as a\n${rest}`;
  const adapted = modelOf(`${spec}\nreparam spectral_norm on r.*.d; reparam weight_norm on a`);
  const weights = weightsOf(adapted);
  const { effective } = adapted;
  if (effective === undefined) throw new Error('nothing is adapted');
  const inputs = new Map(
    effective.inputs.map(({ role, name }) => [`${role}:${name}`, weights.get(name) ?? scalar(NaN)]),
  );
  const read = evaluateGraph(effective, { inputs, batch: 1, draw: noDraw });
  const plainModel = modelOf(spec);
  const whole = new Map(
    plainModel.parameters.map(({ path }) => [path, read.get(`value:${path}`) ?? weights.get(path) ?? scalar(NaN)]),
  );
  expect([...read.keys()].toSorted()).toEqual(['a', 'r.0.d', 'r.1.d', 'r.2.d'].map((layer) => `value:${layer}.kernel`));
  const batch = doubles(randomBatch(adapted, 4, 3));
  expect(deviation(figures(adapted, weights, batch), figures(plainModel, whole, batch)).worst).toBeLessThan(1e-12);
});
