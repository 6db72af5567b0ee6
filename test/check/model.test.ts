/** What a spec becomes besides its mathematics: paths, groups, settings, names. */
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../compiler/ir/types.ts';
import { inlineCalls } from '../../compiler/passes/functions.ts';
import { elaboration, modelOf } from './elaboration.ts';
import { onlyStep } from '../only-step.ts';

const head = 'input x: f32[4]\ntarget y: f32[1]\n';
const tail = '\nlayer dense 1 as last\nloss mse\noptim sgd';
const paths = (body: string) => modelOf(head + body + tail).parameters.map((parameter) => parameter.path);
const kernels = (body: string) => paths(body).filter((path) => !path.endsWith('bias') && !path.startsWith('last'));
const ops = (graph: Graph) => graph.nodes.map((node) => node.op);

describe('paths', () => {
  it.each([
    ['layer dense 2; layer dense 3; layer dense 4', ['dense.kernel', 'dense_1.kernel', 'dense_2.kernel']],
    ['layer dense 2; layer dense 3 as h; layer dense 4', ['dense.kernel', 'h.kernel', 'dense_1.kernel']],
    ['block a { layer dense 2; layer dense 3 }; layer dense 4', ['a.dense.kernel', 'a.dense_1.kernel', 'dense.kernel']],
    ['block a { block b { layer dense 2 } }', ['a.b.dense.kernel']],
    ['weight w: [4, 4]; it = it @ w', ['w']],
    ['block a { weight w: [4, 4]; it = it @ w }', ['a.w']],
    ['layer relu; layer dense 2', ['dense.kernel']],
    ['repeat 2 { layer dense 4 }', ['repeat.0.dense.kernel', 'repeat.1.dense.kernel']],
    ['repeat 1 { layer dense 4 }; repeat 1 { layer dense 4 }', ['repeat.0.dense.kernel', 'repeat_1.0.dense.kernel']],
    ['repeat 2 as t { layer dense 4 as d }', ['t.0.d.kernel', 't.1.d.kernel']],
    ['repeat n in [3, 2] as t { layer dense n }', ['t.0.dense.kernel', 't.1.dense.kernel']],
    ['block a { repeat 1 as t { block b { layer dense 4 } } }', ['a.t.0.b.dense.kernel']],
    ['repeat 2 as t { repeat 1 as u { weight w: [4]; it = it * w } }', ['t.0.u.0.w', 't.1.u.0.w']],
    ['repeat 0 { layer dense 2 }', []],
  ])('%s', (body, expected) => {
    expect(kernels(body)).toEqual(expected);
  });

  it.each([
    'layer dense 4 relu',
    'h = it; layer dense 4; it = it + h',
    'block b { layer dense 4 as d; layer dropout 0.5 }',
    'layer batchnorm; loss = 0.1 * mean(it^2)',
    'if 1 < 2 { layer dense 4 }',
  ])('rounds are blocks that are written one after the other: %s', (body) => {
    const [rounds, blocks] = [`repeat 2 as r { ${body} }`, `block r_0 { ${body} }\nblock r_1 { ${body} }`].map(
      (network) => {
        const model = modelOf(`${head}${network}${tail}`);
        return [onlyStep(model).graph, model.evaluation, model.inference].map((graph) =>
          inlineCalls(graph).nodes.map(({ op, outputs }) => [op, outputs.map(({ type }) => type)]),
        );
      },
    );
    expect(rounds).toEqual(blocks);
  });

  it('a def opens a scope, and numbering restarts in it', () => {
    const text = `def layer two(n) { layer dense n; layer dense n; layer dense n as out }\n${head}layer two 3; layer two 2${tail}`;
    const found = modelOf(text).parameters.map((parameter) => parameter.path);
    expect(found.filter((path) => path.endsWith('kernel'))).toEqual([
      'two.dense.kernel',
      'two.dense_1.kernel',
      'two.out.kernel',
      'two_1.dense.kernel',
      'two_1.dense_1.kernel',
      'two_1.out.kernel',
      'last.kernel',
    ]);
  });

  it('each round of a repeat has its own', () => {
    const text = `def layer deep(n: int) { repeat n as step { layer dense in }; repeat 1 { layer dense in } }\n${head}layer deep 2${tail}`;
    const found = modelOf(text).parameters.map((parameter) => parameter.path);
    expect(found.filter((path) => path.endsWith('kernel'))).toEqual([
      'deep.step.0.dense.kernel',
      'deep.step.1.dense.kernel',
      'deep.repeat.0.dense.kernel',
      'last.kernel',
    ]);
  });

  it('random streams are named by their scope', () => {
    const text = `${head}layer dropout 0.5; layer dropout 0.5\nit = it + normal(like=it) + normal(like=it)${tail}`;
    const streams = onlyStep(modelOf(text)).graph.nodes.flatMap((node) =>
      typeof node.attrs['stream'] === 'string' ? [node.attrs['stream']] : [],
    );
    expect(streams).toEqual(['dropout.uniform', 'dropout_1.uniform', 'normal', 'normal_1']);
  });
});

describe('arguments in brackets behind a kind', () => {
  const model = (learning: string) => {
    const { graph: training, updates } = onlyStep(modelOf(`${head}layer dense 1\n${learning}`));
    const drawn = (graph: Graph) => graph.nodes.map(({ op, attrs, outputs }) => [op, attrs, outputs]);
    return [drawn(training), updates.map(({ graph }) => drawn(graph))];
  };

  it.each([
    ['loss huber(delta=2); optim sgd', 'loss huber delta=2; optim sgd'],
    ['loss mse; penalty l2(1e-2); optim sgd', 'loss mse; penalty l2 1e-2; optim sgd'],
    ['loss mse; optim adam(lr=0.1, beta1=0.5)', 'loss mse; optim adam lr=0.1 beta1=0.5'],
    ['loss mse; optim adam(beta1=0.5) lr=0.1', 'loss mse; optim adam lr=0.1 beta1=0.5'],
    [
      'loss mse; optim sgd; schedule exponential(gamma=0.5) every=3 warmup=2',
      'loss mse; optim sgd; schedule exponential gamma=0.5 every=3 warmup=2',
    ],
  ])('%s', (bracketed, plain) => {
    expect(model(bracketed)).toEqual(model(plain));
  });
});

describe('what is trained', () => {
  const text = (more: string) =>
    `${head}block a { layer dense 3; layer batchnorm; layer dropout 0.5 }\nlayer dense 1 as head\nloss mse\n${more}`;

  it('a frozen layer is outside training altogether', () => {
    const model = modelOf(text('freeze a; optim sgd'));
    expect(onlyStep(model).updates.map((update) => update.parameter)).toEqual(['head.kernel', 'head.bias']);
    expect(model.parameters.filter((parameter) => parameter.frozen).map((parameter) => parameter.path)).toEqual([
      'a.dense.kernel',
      'a.dense.bias',
      'a.batchnorm.gamma',
      'a.batchnorm.beta',
    ]);
    expect(ops(onlyStep(model).graph)).not.toContain('uniform');
    expect(onlyStep(model).graph.outputs.some((output) => output.role === 'state')).toBe(false);
  });

  it('a selector that names weights freezes those alone', () => {
    const model = modelOf(text('freeze **.gamma; optim sgd'));
    expect(model.parameters.filter((parameter) => parameter.frozen).map((parameter) => parameter.path)).toEqual([
      'a.batchnorm.gamma',
    ]);
    expect(ops(onlyStep(model).graph)).toContain('uniform');
  });

  it('what is unfrozen later is trained', () => {
    const model = modelOf(text('freeze a; unfreeze a.dense; optim sgd'));
    expect(onlyStep(model).updates.map((update) => update.parameter)).toEqual([
      'a.dense.kernel',
      'a.dense.bias',
      'head.kernel',
      'head.bias',
    ]);
  });

  it('each parameter has the optimizer of its group, and the rest the one without', () => {
    const model = modelOf(text('optim adam for head; optim momentum'));
    expect(onlyStep(model).updates.map((update) => [update.parameter, update.optimizer])).toEqual([
      ['a.dense.kernel', 'momentum'],
      ['a.dense.bias', 'momentum'],
      ['a.batchnorm.gamma', 'momentum'],
      ['a.batchnorm.beta', 'momentum'],
      ['head.kernel', 'adam'],
      ['head.bias', 'adam'],
    ]);
  });

  it('decay skips one axis, unless the group ends in the weight’s own name', () => {
    const decays = (more: string) =>
      modelOf(text(more))
        .parameters.filter((parameter) => parameter.decays)
        .map((parameter) => parameter.path);
    expect(decays('optim adamw')).toEqual(['a.dense.kernel', 'head.kernel']);
    expect(decays('optim adamw for head.bias; optim sgd')).toEqual(['a.dense.kernel', 'head.kernel', 'head.bias']);
    expect(decays('optim adamw for head; optim sgd')).toEqual(['a.dense.kernel', 'head.kernel']);
  });

  it('slots of an optimizer that uses another join', () => {
    const [update] = onlyStep(modelOf(text('optim lookahead'))).updates;
    expect(update?.slots.map((slot) => slot.name)).toEqual(['slow', 'm', 'v']);
    expect(update?.slots[0]?.init.inputs.map((input) => input.name)).toEqual(['param']);
    expect(update?.graph.outputs.map((output) => output.name)).toEqual(['param', 'slow', 'm', 'v']);
  });

  it('every slot that is written is flushed', () => {
    for (const update of onlyStep(modelOf(text('optim nadam'))).updates) {
      const slots = update.graph.outputs.filter((output) => output.role === 'slot').map((output) => output.value);
      const flushed = update.graph.nodes.filter((node) => node.op === 'flush').flatMap((node) => node.outputs);
      expect(slots.every((slot) => flushed.includes(slot))).toBe(true);
    }
  });
});

describe('graphs', () => {
  it('inference reads only what it needs', () => {
    const model = modelOf(
      `input a: f32[4]; input b: f32[4]; target y: f32[1]\nlayer dense 1 from b as side\nlayer dense 1 from a as main\nloss = mean((main + side - y)^2)\noptim sgd\npredict main`,
    );
    expect(model.inference.inputs.map((input) => input.name)).toEqual(['a', 'main.kernel', 'main.bias']);
  });

  it('predictions have names', () => {
    const model = modelOf(
      `${head}layer dense 3 as h\nloss = mean((h - y)^2); optim sgd\npredict class=argmax(h) p=softmax(h) same=[1, 2]`,
    );
    expect(model.inference.outputs.map((output) => [output.name, output.value.type])).toEqual([
      ['class', { dtype: 'i32', shape: ['B'] }],
      ['p', { dtype: 'f32', shape: ['B', 3] }],
      ['same', { dtype: 'f32', shape: ['B', 2] }],
    ]);
  });

  it('several losses add up with their weights, and penalties are in the loss alone', () => {
    const model = modelOf(`${head}layer dense 1\nloss mse weight=0.5; loss mae\npenalty l2 1e-3\noptim sgd`);
    expect(onlyStep(model).graph.outputs.map((output) => output.name)).toEqual(['loss', 'loss/0', 'loss/1']);
    expect(ops(onlyStep(model).graph)).toContain('square');
    expect(model.evaluation.inputs.filter((input) => input.role === 'parameter').map((input) => input.name)).toEqual([
      'dense.kernel',
      'dense.bias',
    ]);
  });

  it('figures of an evaluation are numbers of the host', () => {
    const model = modelOf(
      `input x: f32[4]\ntarget y: class[3]\nlayer dense 3\nloss xent; optim sgd\nmetric accuracy; metric f1; metric f1 average=micro`,
    );
    expect(model.evaluation.outputs.map((output) => [output.role, output.name, output.value.type.dtype])).toEqual([
      ['metric', 'loss', 'f64'],
      ['metric', 'accuracy', 'f64'],
      ['metric', 'f1', 'f64'],
      ['metric', 'f1_1', 'f64'],
    ]);
  });

  it('a loss whose sum over the batch meets examples again is evaluated batch by batch', () => {
    const model = modelOf(`${head}layer dense 1 bias=false\nloss = mean((it - batch_mean(it) - y)^2)\noptim sgd`);
    expect(ops(model.evaluation)).toContain('batch_total');
    expect(model.evaluation.outputs[0]?.value.type).toEqual({ dtype: 'f64', shape: [] });
  });

  it('values have names that a reader knows', () => {
    const model = modelOf(
      `${head}layer dense 3 relu\nlayer dense 2 as h\nz = h * 2 + 1\nlayer dense 1 from z\nloss mse; optim sgd`,
    );
    const named = onlyStep(model).graph.nodes.flatMap((node) => node.outputs.map((output) => output.word));
    for (const name of ['dense', 'h', 'z', 'dense_1', 'mse']) expect(named).toContain(name);
  });

  it('what an untrained classifier should score', () => {
    const classes = (loss: string) =>
      onlyStep(modelOf(`input x: f32[4]\ntarget y: class[8]\nlayer dense 8\n${loss}; optim sgd`)).expectedLoss;
    expect(classes('loss xent')).toBeCloseTo(Math.log(8), 12);
    expect(classes('loss xent smoothing=0.1 weight=2')).toBeCloseTo(2 * Math.log(8), 12);
    expect(onlyStep(modelOf(`${head}layer dense 1${tail}`)).expectedLoss).toBeUndefined();
  });

  it('what an untrained classifier of two things should score, whatever its values are called', () => {
    const two = (second: string) => `input x: f32[4]
target a: class[3]; target b: class[5]${second}
layer dense 3 from x as u; layer dense 5 from x as v
loss xent u a; loss xent v b; optim sgd`;
    expect(onlyStep(modelOf(two(''))).expectedLoss).toBeCloseTo(Math.log(3) + Math.log(5), 12);
    const several = two('[2]').replace('from x as v', 'from (broadcast(x, [2, 4])) as v');
    expect(onlyStep(modelOf(several)).expectedLoss).toBeCloseTo(Math.log(3) + Math.log(5), 12);
    // What comes in is no cut, whatever its name.
    const own =
      'input logits: f32[3]; target y: class[3]; weight w: [3, 3]; loss = mean((logits @ w - one_hot(y, 3))^2)';
    expect(onlyStep(modelOf(`${own}; optim sgd`)).expectedLoss).toBeUndefined();
  });
});

describe('settings', () => {
  it('reads them all', () => {
    const model = modelOf(
      `model small
hyper lr = 1e-2 in log 1e-4..1e-1
hyper wide = true
input x: f32[2] in 0..16
target y: class[3][5]
input z: f32[10, 3]
prep x scale 1/16; prep x standardize
layer dense 3
loss xent
optim adam lr=lr
schedule linear warmup=20 min=0.01
clip norm 1.0; clip value 1/2
accumulate 4
metric accuracy
data csv "rows.csv" y=[a, b] x=pixel_* split=0.8/0.2 seed=9
train epochs=3 batch=8 seed=2 patience=4 monitor=val_accuracy`.replace('class[3][5]', 'class[3][10]'),
    );
    expect(model).toMatchObject({
      name: 'small',
      hypers: [
        { name: 'lr', value: 0.01, set: false },
        { name: 'wide', value: 1, set: false },
      ],
      prep: [
        { port: 'x', kind: 'scale', factor: 1 / 16 },
        { port: 'x', kind: 'standardize' },
      ],
      data: { format: 'csv', file: 'rows.csv', columns: { y: ['a', 'b'], x: ['pixel_*'] }, split: [0.8, 0.2], seed: 9 },
      train: { epochs: 3, batch: 8, seed: 2, patience: 4, monitor: 'val_accuracy' },
    });
    expect(onlyStep(model)).toMatchObject({
      clips: [
        { by: 'norm', limit: 1 },
        { by: 'value', limit: 0.5 },
      ],
      accumulate: 4,
      warmup: 20,
    });
    expect(model.ports).toMatchObject([
      { name: 'x', role: 'input', dtype: 'f32', shape: [2], range: [0, 16] },
      { name: 'y', role: 'target', dtype: 'i32', shape: [10], classes: 3 },
      { name: 'z', role: 'input', dtype: 'f32', shape: [10, 3], classes: undefined },
    ]);
  });

  it('has the defaults of the language', () => {
    const model = modelOf(`${head}layer dense 1${tail}`);
    expect(model).toMatchObject({ name: 'model', prep: [], data: undefined });
    expect(onlyStep(model)).toMatchObject({ name: undefined, times: 1, accumulate: 1, warmup: 0, clips: [] });
    expect(model.train).toEqual({
      epochs: 10,
      batch: 32,
      seed: 1,
      patience: undefined,
      monitor: 'val_loss',
      best: 'lowest',
    });
  });

  it.each([
    ['val_loss', 'lowest'],
    ['val_mae', 'lowest'],
    ['error', 'lowest'],
    ['r2', 'highest'],
    ['val_accuracy', 'highest'],
    ['val_rmse', 'lowest'],
    ['far', 'highest'],
    ['misses', 'lowest'],
  ])('%s is best at its %s', (monitor, best) => {
    const misses = 'def metric misses(z=it, y=target, best: lowest|highest = lowest) = batch_mean(mean(z != y))';
    const metrics = `metric mae; metric mse as error; metric r2; metric accuracy; metric rmse
metric rmse best=highest as far; metric misses\n${misses}`;
    const { train } = modelOf(`${head}layer dense 1${tail}\n${metrics}\ntrain monitor=${monitor}`);
    expect(train).toMatchObject({ monitor, best });
  });

  it('a setting overrides a hyper, within its range', () => {
    const text = `hyper width = 8 in [8, 16]\n${head}layer dense width as h${tail}`;
    const model = modelOf(text, { width: '16' });
    expect(model.parameters[0]?.shape).toEqual([4, 16]);
    expect(model.hypers).toEqual([{ name: 'width', value: 16, set: true }]);
    expect(elaboration(text, { width: '12' }).diagnostics.map((each) => each.code)).toEqual(['NN2019']);
    expect(elaboration(text, { width: 'wide' }).diagnostics.map((each) => each.code)).toContain('NN2007');
  });

  it('a file of definitions alone is checked, and is no model', () => {
    const { model, diagnostics } = elaboration('hyper n = 2\ndef layer two() { layer dense n }\ndef fn sq(x) = x^2');
    expect([model, diagnostics]).toEqual([undefined, []]);
  });
});

describe('diagnostics', () => {
  it('all independent mistakes are told in one run', () => {
    const text =
      'input x: f32[4]\ntarget y: class[3]\nlayer dense 3 rleu\nlayer dropot 0.1\nloss xnt\noptim adm\nschedule cosin\nmetric acc\ntrain epoch=3\nclip nrm 1\npenalty l3 1\nfreeze bdy';
    expect(
      elaboration(text)
        .diagnostics.map((each) => each.code)
        .toSorted(),
    ).toEqual(
      ['NN2010', 'NN2002', 'NN2002', 'NN2002', 'NN2002', 'NN2002', 'NN2003', 'NN2002', 'NN2002', 'NN2020'].toSorted(),
    );
  });

  it('a mistake inside a definition is shown at the use and at the line inside', () => {
    const text = `def layer halve() {\n  it = it + x0()\n}\ndef fn x0() = [1, 2, 3]\n${head}layer halve${tail}`;
    const [only, ...more] = elaboration(text).diagnostics;
    expect(more).toEqual([]);
    expect(only?.code).toBe('NN2004');
    const at = (label: { readonly span: { readonly start: number; readonly end: number } } | undefined) =>
      text.slice(label?.span.start, label?.span.end);
    expect(at(only?.primary)).toBe('layer halve');
    expect(only?.secondary.map(at)).toContain('it + x0()');
  });

  it('the library’s definitions mean the library’s names', () => {
    const { diagnostics } = elaboration(
      'def fn softmax(x) = 2 * x\ndef fn log_softmax(x, y, z) = x\ninput x: f32[4]\ntarget y: class[3]\nlayer dense 3\nloss xent; optim sgd',
    );
    expect(diagnostics).toEqual([]);
  });
});

describe('what is asked in a few words and never ends', () => {
  const doubling = Array.from({ length: 30 }, (_, i) => `def fn f${i + 1}(x) = f${i}(f${i}(x))`).join('\n');
  it.each([
    ['a value without end', 'input x: f32[1e12]', 'NN2021'],
    ['numbers without end', 'input x: f32[4]\nit = x[0] + arange(1e12)', 'NN2021'],
    ['a product of both', 'input x: f32[100000]\nit = reshape(x, [100000, 1]) + x', 'NN2021'],
    ['functions of functions', `def fn f0(x) = x + 1\n${doubling}\ninput x: f32[4]\nit = f30(x)`, 'NN3015'],
    ['the same over numbers', `def fn f0(x) = x + 1\n${doubling}\ninput x: f32[4]\nit = x + f30(1)`, 'NN3015'],
    [
      'rounds of rounds',
      'def layer m() { repeat 10000 { repeat 10000 { it = it } } }\ninput x: f32[4]\nlayer m',
      'NN3015',
    ],
    [
      'a list that doubles',
      'def fn grow(xs: list) { it = xs; repeat 40 { it = [*it, *it] } }\ninput x: f32[4]\nit = x + sum(grow([1]))',
      'NN3015',
    ],
    ['layers without end', `input x: f32[4]\n${'layer dense 4\n'.repeat(20_000)}`, 'NN3015'],
  ])('%s', (_, text, code) => {
    expect(elaboration(text).diagnostics.map((each) => each.code)).toContain(code);
  });
});

describe('how far ids may count', () => {
  const end = 'layer dense 1; loss mse; optim sgd';
  const bound = (body: string) => modelOf(`${body}\n${end}`).ports.map(({ below }) => below);
  it.each<[string, readonly unknown[]]>([
    ['input w: i32[3]; target y: f32[1]\nlayer embedding 50 2; layer flatten', [50, undefined]],
    [
      'input w: i32[3]; target y: f32[1]\nlayer embedding 50 2 from (reshape(w, [1, 3])); layer flatten',
      [50, undefined],
    ],
    // Each column may have a table of its own.
    [
      'input w: i32[2]; target y: f32[1]\nlayer embedding 50 2 from (w[0]) as a\nlayer embedding 9 2 from (w[1]) as b\nit = concat([a, b])',
      [[50, 9], undefined],
    ],
    ['input w: i32[2]; target y: f32[1]\nlayer embedding 50 2 from (w[0])', [[50, Infinity], undefined]],
    // The smaller of two tables holds.
    [
      'input w: i32[2]; target y: f32[1]\nlayer embedding 50 2 as a\nlayer embedding 20 2 from (stack([w[1], w[0]])) as b\nit = a + b; layer flatten',
      [20, undefined],
    ],
    [
      'input v: i32[1]; input w: i32[2]; target y: f32[1]\nlayer embedding 50 2 from (concat([v, w])); layer flatten',
      [50, 50, undefined],
    ],
    // In a scan: position by position, carried on, and as a whole.
    [
      'input w: i32[3]; target y: f32[1]; weight a: [40, 2]; weight b: [30, 2]\nscan id over w with h = zeros([2]), last = w[1] reverse=true { h = h + gather(a, id) * gather(b, last); last = id }\nit = h',
      [[40, 30, 30], undefined],
    ],
    [
      'input w: i32[2]; target y: f32[1]; weight a: [40, 2]\nscan k over arange(3) with h = zeros([2]) { h = h * k + gather(a, w[1]) }\nit = h',
      [[Infinity, 40], undefined],
    ],
    // What is chosen or computed is clamped, and numbers are no ids.
    [
      'input w: i32[3]; target y: f32[1]\nb = where(w > 3, w, 2); layer embedding 50 2 from b; layer flatten',
      [undefined, undefined],
    ],
    ['input w: i32[3]; target y: f32[1]\nlayer flatten from (one_hot(w, 4))', [undefined, undefined]],
    ['input x: f32[3]; target y: f32[1]', [undefined, undefined]],
  ])('%s', (body, expected) => {
    expect(bound(body)).toEqual(expected);
  });
});

describe('a bias that a mean over the batch takes away', () => {
  const warned = (body: string) => elaboration(head + body + tail).diagnostics.some(({ code }) => code === 'NN3014');

  it.each([
    ['layer dense 3; layer batchnorm', true],
    ['layer dense 3; it = it - batch_mean(it)', true],
    // It reaches the loss by another way too.
    ['layer dense 3 as h; it = h - batch_mean(h); it = concat([it, h])', false],
    ['layer dense 3 as h; it = h - batch_mean(h); loss = mean(h^2)', false],
    ['layer dense 3 as h; it = h - batch_mean(h); loss = sum(batch_mean(h)^2)', false],
    ['layer dense 3 as h; it = h - batch_mean(h); loss = sum(batch_sum(h)^2)', false],
    ['layer dense 3 as h; it = (h - batch_mean(h)) * batch_mean(h)', false],
    ['layer dense 3 as h; it = (h - batch_mean(h)) * exp(h - batch_mean(h))', true],
    ['layer dense 3 as h; it = h - batch_mean(x)[:3]', false],
    ['scan k over x with h = zeros([3]) { layer dense 3 from (h * k); h = tanh(it - batch_mean(it)) }; it = h', true],
    [
      'scan k over x with h = zeros([3]) { layer dense 3 from (h * k); h = (it - batch_mean(it)) * batch_mean(it) }; it = h',
      false,
    ],
    [
      'scan k over x with h = ones([3]), g = zeros([3]) { layer dense 3 from (g * k); g = it; h = it - batch_mean(it) }; it = h',
      false,
    ],
  ])('%s', (body, expected) => {
    expect(warned(body)).toBe(expected);
  });
});
