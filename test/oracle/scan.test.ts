/** `scan` against the same body written out by hand, turn after turn: values, and gradients with random cotangents. */
import { describe, expect, it } from 'vitest';
import type { Model } from '../../compiler/ir/model.ts';
import type { Draw, Tensor } from '../../compiler/ops/define.ts';
import { concrete } from '../../compiler/ops/rules/index-space.ts';
import { differentiate } from '../../compiler/passes/differentiate.ts';
import { evaluateGraph, noDraw } from '../../compiler/targets/reference/evaluate.ts';
import { modelOf } from '../check/elaboration.ts';
import { onlyStep } from '../only-step.ts';

const rows = 3;

/** A scan in parts, of which its text and that of its turns are made. */
interface Recurrence {
  /** What stands above it: inputs but `r`, weights, values. */
  readonly above: readonly string[];
  readonly steps: number;
  /** Names and what they stand for at a position: `x` over `xs`; a number is itself at every position. */
  readonly over: Readonly<Record<string, string>>;
  readonly carried: Readonly<Record<string, string>>;
  /** Lines `name = expression`. */
  readonly body: readonly string[];
  readonly reverse?: boolean;
  /** What is compared, in terms of last values and of `h.all`. */
  readonly result: string;
}

const recurrences: Readonly<Record<string, Recurrence>> = {
  'a state': {
    above: ['input xs: f32[5, 3]', 'weight w: [3, 4]', 'weight u: [4, 4] init=orthogonal', 'weight b: [4]'],
    steps: 5,
    over: { x: 'xs' },
    carried: { h: 'zeros([4])' },
    body: ['h = tanh(x @ w + h @ u + b)'],
    result: 'h',
  },
  'its every value, from the end': {
    above: ['input xs: f32[4, 3]', 'weight u: [3, 3]'],
    steps: 4,
    over: { x: 'xs' },
    carried: { h: 'ones([3])' },
    body: ['h = tanh(x + h @ u)'],
    reverse: true,
    result: 'h.all * 2 + h.all[0] - h',
  },
  'a value that is the new one after its line': {
    above: ['input xs: f32[3, 4]', 'weight u: [4]', 'weight v: [4]'],
    steps: 3,
    over: { x: 'xs' },
    carried: { h: 'zeros([4])', c: 'v' },
    body: ['g = sigmoid(x + h * u)', 'c = g * c + (1 - g) * tanh(x)', 'h = g * tanh(c) + h * v'],
    result: 'h + c.all[1] * c',
  },
  'what all examples share, along weights': {
    above: ['input x: f32[2]', 'weight ws: [4, 2]', 'weight q: [4]'],
    steps: 4,
    over: { w: 'ws', a: 'q' },
    carried: { h: '0.5 * ws[0]', n: '0' },
    body: ['h = sin(h * a) + w', 'n = n + a'],
    result: 'x * h + n + mean(h.all)',
  },
  'a shared start that becomes one of each example': {
    above: ['input xs: f32[3, 2]', 'weight s: [2]', 'weight k: []'],
    steps: 3,
    over: { x: 'xs' },
    carried: { h: 's', m: 's * k' },
    body: ['m = m * k + s', 'h = h * m + x'],
    result: 'h + m',
  },
  'values from outside, whole, of each example': {
    above: ['input xs: f32[3, 4]', 'weight u: [4, 4]', 'keys = xs @ u'],
    steps: 3,
    over: { x: 'xs' },
    carried: { h: 'keys[0]' },
    body: ['s = softmax(keys @ (h + x))', 'h = tanh(s @ xs)'],
    result: 'h',
  },
  'a number at every position': {
    above: ['input xs: f32[4, 2]', 'weight rate: []'],
    steps: 4,
    over: { x: 'xs', k: '0.25', e: 'rate' },
    carried: { h: 'zeros([2])' },
    body: ['h = where(k > 0, h * e + k * x, h)'],
    result: 'h.all',
  },
  'a position that keeps the state': {
    above: ['input m: f32[4]', 'input xs: f32[4, 3]', 'weight u: [3, 3]'],
    steps: 4,
    over: { x: 'xs', keep: 'm' },
    carried: { h: 'zeros([3])' },
    body: ['h = where(keep > 0, tanh(x + h @ u), h)'],
    result: 'h + h.all',
  },
  'no gradient through the state': {
    above: ['input xs: f32[3, 3]', 'weight u: [3]'],
    steps: 3,
    over: { x: 'xs' },
    carried: { h: 'u' },
    body: ['h = tanh(x * u + stop_gradient(h) * u)'],
    result: 'h',
  },
  'a value that nothing changes, and one that nothing reads': {
    above: ['input xs: f32[3, 2]', 'weight u: [2]'],
    steps: 3,
    over: { x: 'xs' },
    carried: { h: 'zeros([2])', k: 'u', l: 'x0' },
    body: ['h = h + x * k', 'k = k', 'l = l * h'],
    result: 'h + k',
  },
  integers: {
    above: ['input ids: i32[5] in 0..3', 'input x: f32[2]', 'weight table: [4, 2]'],
    steps: 5,
    over: { id: 'ids' },
    carried: { h: 'x', last: 'ids[0]' },
    body: ['h = tanh(h + gather(table, id) * gather(table, last))', 'last = id'],
    result: 'h + gather(table, last)',
  },
  'a scan within': {
    above: ['input xs: f32[3, 4, 2]', 'weight u: [2, 2]', 'weight v: [2]'],
    steps: 3,
    over: { x: 'xs' },
    carried: { h: 'zeros([2])' },
    body: ['h = h * v + INNER'],
    result: 'h.all',
  },
  'rounds and conditions within': {
    above: ['input xs: f32[3, 2]', 'weight u: [2, 2]'],
    steps: 3,
    over: { x: 'xs' },
    carried: { h: 'zeros([2])' },
    body: ['h = swirl(x, h, u)'],
    result: 'h',
  },
};

/** A scan of its own, and rounds of a repeat, as functions, which stand in a scan as anywhere. */
const functions = [
  'def fn inner(xs, u) {',
  '  scan x over xs with s = ones(shape(xs)[1:]) reverse=true { s = tanh(s @ u) * x }',
  '  it = s + s.all[1]',
  '}',
  'def fn swirl(x, h, u) {',
  '  it = h',
  '  repeat 2 { it = tanh(it @ u) + x }',
  '  if rank(x) == 1 { it = it * 0.5 }',
  '}',
];

const inner = (text: string): string => text.replaceAll('INNER', 'inner(x, u)');

function scanned({ over, carried, body, reverse = false, result }: Recurrence): readonly string[] {
  const firsts = Object.entries(carried).map(([name, first]) => `${name} = ${first}`);
  const head = `scan ${Object.keys(over).join(', ')} over ${Object.values(over).join(', ')} with ${firsts.join(', ')}`;
  return [`${head}${reverse ? ' reverse=true' : ''} {`, ...body.map(inner), '}', `it = ${result}`];
}

/** The turns one after the other; each name is renamed at its line. */
function unrolled({ steps, over, carried, body, reverse = false, result }: Recurrence): readonly string[] {
  const lines: string[] = [];
  const now = new Map(Object.entries(carried).map(([name, first]) => [name, `(${first})`]));
  const all = new Map(Object.keys(carried).map((name): [string, string[]] => [name, []]));
  for (let turn = 0; turn < steps; turn++) {
    const t = reverse ? steps - 1 - turn : turn;
    const here = new Map(now);
    for (const [name, whole] of Object.entries(over)) {
      const single = /^[\d.]+$/.test(whole) || whole === 'rate';
      here.set(name, single ? whole : `${whole}[${t}]`);
    }
    for (const line of body) {
      const [, name = '', expression = ''] = /^(\w+) = (.*)$/.exec(line) ?? [];
      lines.push(`${name}_${turn} = ${renamed(inner(expression), here)}`);
      here.set(name, `${name}_${turn}`);
      if (now.has(name)) now.set(name, `${name}_${turn}`);
    }
    for (const [name, values] of all) values[t] = now.get(name) ?? '';
  }
  const every = result.replace(/\b(\w+)\.all\b/g, (_, name: string) => `stack([${all.get(name)?.join(', ') ?? ''}])`);
  return [...lines, `it = ${renamed(every, now)}`];
}

const renamed = (text: string, names: ReadonlyMap<string, string>): string =>
  text.replace(/\b[A-Za-z]\w*\b/g, (word) => names.get(word) ?? word);

/** With `it` weighed by an input, so that every element of it has a cotangent of its own. */
function specOf({ above }: Recurrence, lines: readonly string[], shape: readonly number[]): string {
  return [
    ...functions,
    `input r: f32[${shape.join(', ')}]`,
    'input x0: f32[2]',
    ...above,
    ...lines,
    'loss = mean(it * r)',
    'optim sgd',
    'predict it',
  ].join('\n');
}

function noise(shape: readonly number[], seed: number, whole: boolean): Tensor {
  let state = (seed * 2654435761) >>> 0;
  const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return whole ? Math.floor((state / 2 ** 32) * 4) : state / 2 ** 31 - 1;
  });
  return { shape, data };
}

/** The values of the inputs that both specs have. */
function inputsOf(model: Model): ReadonlyMap<string, Tensor> {
  const graphs = [onlyStep(model).graph, model.inference];
  const entries = graphs.flatMap(({ inputs }) =>
    inputs.map(({ role, name, value }): [string, Tensor] => {
      const seed = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 7);
      return [`${role}:${name}`, noise(concrete(value.type.shape, rows), seed, value.type.dtype === 'i32')];
    }),
  );
  return new Map([...entries, ['host:B', { shape: [], data: Float64Array.of(rows) }]]);
}

function meaning(model: Model): ReadonlyMap<string, Tensor> {
  const parameters = model.parameters.map(({ path }) => path);
  const run = { inputs: inputsOf(model), batch: rows, draw: noDraw };
  return new Map([
    ...evaluateGraph(differentiate(onlyStep(model).graph, parameters), run),
    ...evaluateGraph(model.inference, run),
  ]);
}

describe('a scan is its turns, one after the other', () => {
  it.each(Object.entries(recurrences))('%s', (_, recurrence) => {
    const probe = modelOf(specOf(recurrence, unrolled(recurrence), [1]));
    const shape = probe.inference.outputs[0]?.value.type.shape.filter((size) => size !== 'B') ?? [];
    const found = meaning(modelOf(specOf(recurrence, scanned(recurrence), shape)));
    const wanted = meaning(modelOf(specOf(recurrence, unrolled(recurrence), shape)));
    expect([...found.keys()].toSorted()).toEqual([...wanted.keys()].toSorted());
    for (const [name, { shape: sizes, data }] of wanted) {
      expect(found.get(name)?.shape, name).toEqual(sizes);
      data.forEach((value, i) => expect(Math.abs((found.get(name)?.data[i] ?? NaN) - value), name).toBeLessThan(1e-12));
    }
  });
});

describe('a draw in a scan', () => {
  /** What a graph draws: the element of its stream. */
  const elements: Draw = (kind, stream, index) => {
    expect(kind).toBe('normal');
    return index + (stream === 'normal' ? 0 : 1000);
  };
  const predicted = (...lines: readonly string[]): readonly number[] => {
    const model = modelOf(['weight w: []', ...lines, 'loss = mean(it) * w', 'optim sgd', 'predict it'].join('\n'));
    const found = evaluateGraph(model.inference, { inputs: inputsOf(model), batch: rows, draw: elements });
    return [...(found.get('predict:predict')?.data ?? [])];
  };

  it.each(['', ' reverse=true'])('takes at position t the elements t·n … t·n+n−1, n with the batch%s', (setting) => {
    const drawn = predicted(
      'input xs: f32[4, 2]',
      `scan x over xs with h = zeros([2])${setting} { h = normal(like=x) }`,
      'it = h.all',
    );
    const n = rows * 2;
    const wanted = Array.from({ length: rows * 4 * 2 }, (_, i) => {
      const [row, t, j] = [Math.floor(i / 8), Math.floor(i / 2) % 4, i % 2];
      return t * n + row * 2 + j;
    });
    expect(drawn).toEqual(wanted);
  });

  it('is shared where its shape is written, and two draws have two streams', () => {
    expect(
      predicted(
        'input x: f32[3]',
        'scan a over arange(3) with h = zeros([2]) { h = normal([2]) + normal([2]) }',
        'it = x[0] * 0 + h',
      ),
    ).toEqual(Array.from({ length: rows }, () => [1008, 1010]).flat());
  });

  it('in a scan within a scan goes along both', () => {
    const drawn = predicted(
      'def fn rows(y) { scan b over y with s = 0 { s = s * 0 + normal([1])[0] }; it = s.all }',
      'input x: f32[3, 2]',
      'scan a over arange(3) with h = zeros([2]) { h = rows(arange(2)) }',
      'it = x * 0 + h.all',
    );
    expect(drawn).toEqual(Array.from({ length: rows }, () => [0, 1, 2, 3, 4, 5]).flat());
  });
});

describe('weights in a scan', () => {
  it('are one parameter each, read at every position', () => {
    const text = (lines: string) => `input xs: f32[3, 2]\n${lines}\nloss = mean(it)\noptim sgd\npredict it`;
    const inside = modelOf(
      text(
        'scan x over xs with h = zeros([4]) { layer dense 4 tanh from x; layer dense 4; weight s: [4] init=ones; h = h + it * s }\nit = h',
      ),
    );
    const outside = modelOf(
      text('layer dense 4 tanh; layer dense 4; weight s: [4] init=ones\nit = sum(it * s, axis=0)'),
    );
    const paths = ({ parameters }: Model): readonly string[] => parameters.map(({ path }) => path);
    expect(paths(inside)).toEqual(['dense.kernel', 'dense.bias', 'dense_1.kernel', 'dense_1.bias', 's']);
    expect(paths(inside)).toEqual(paths(outside));
    const [found, wanted] = [meaning(inside), meaning(outside)];
    for (const [name, { data }] of wanted) {
      data.forEach((value, i) => expect(Math.abs((found.get(name)?.data[i] ?? NaN) - value), name).toBeLessThan(1e-12));
    }
  });
});
