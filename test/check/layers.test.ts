/** Layers of the library against the same mathematics written out by hand. */
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../compiler/ops/define.ts';
import { evaluateGraph, noDraw } from '../../compiler/targets/reference/evaluate.ts';
import { modelOf } from './elaboration.ts';
import { onlyStep } from '../only-step.ts';

/** Numbers that look random and are the same each time. */
function noise(shape: readonly number[], seed: number): Tensor {
  const data = Float64Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => {
    const x = Math.sin(12.9898 * (i + 1) + 78.233 * seed) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  });
  return { shape, data };
}

interface Outcome {
  readonly input: Tensor;
  readonly result: Tensor;
  readonly weight: (path: string) => Tensor;
}

/** The prediction of `layers` for a batch of two, with every parameter drawn. */
function predict(type: string, layers: string, values?: readonly number[]): Outcome {
  const model = modelOf(
    `input x: ${type}\ntarget y: f32[1]\nweight spare: [1]\n${layers}\nloss = mean((sum(it) * spare - y)^2)\noptim sgd`,
  );
  const [port] = model.ports;
  if (port === undefined) throw new Error('no input');
  const shape = [2, ...port.shape];
  const input = values === undefined ? noise(shape, 1) : { shape, data: Float64Array.from(values) };
  const inputs = new Map<string, Tensor>([['input:x', input]]);
  const weights = new Map<string, Tensor>();
  for (const [i, parameter] of model.parameters.entries()) weights.set(parameter.path, noise(parameter.shape, i + 2));
  for (const [path, tensor] of weights) inputs.set(`parameter:${path}`, tensor);
  for (const [i, state] of model.states.entries()) {
    const drawn = noise(state.shape, i + 50);
    inputs.set(`state:${state.path}`, { shape: state.shape, data: drawn.data.map((value) => 1.5 + value) });
  }
  const result = evaluateGraph(model.inference, { inputs, batch: 2, draw: noDraw }).get('predict:predict');
  if (result === undefined) throw new Error('no prediction');
  const weight = (path: string): Tensor => {
    const tensor = weights.get(path);
    if (tensor === undefined) throw new Error(`no weight ${path} among ${[...weights.keys()].join(', ')}`);
    return tensor;
  };
  return { input, result, weight };
}

const at = (tensor: Tensor, ...index: readonly number[]): number => {
  const flat = tensor.shape.reduce((offset, size, axis) => offset * size + (index[axis] ?? 0), 0);
  return tensor.data[flat] ?? Number.NaN;
};

function expectEach(result: Tensor, shape: readonly number[], value: (...index: readonly number[]) => number): void {
  expect(result.shape).toEqual(shape);
  result.data.forEach((found, flat) => {
    const index: number[] = [];
    let rest = flat;
    for (const size of shape.toReversed()) {
      index.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    expect(found).toBeCloseTo(value(...index), 10);
  });
}

describe('initial values', () => {
  it('fans are as in Keras', () => {
    const scale = (shape: string) => {
      const model = modelOf(
        `def init fans = fan_in + 1000 * fan_out\ninput x: f32[4]\ntarget y: f32[1]\nweight w: ${shape} init=fans\nloss = mean((x * sum(w) - y)^2)\noptim sgd`,
      );
      const [weight] = model.parameters;
      const values =
        weight === undefined ? undefined : evaluateGraph(weight.init, { inputs: new Map(), batch: 0, draw: noDraw });
      return values?.get('value:value')?.data[0];
    };
    expect([scale('[5, 7]'), scale('[3, 2, 5, 7]'), scale('[6]'), scale('[]')]).toEqual([7005, 42030, 6006, 1001]);
  });
});

const range = (n: number) => [...Array(n).keys()];
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

function dense(x: Tensor, kernel: Tensor, bias: Tensor, b: number, t: number, j: number): number {
  const [units = 0] = kernel.shape;
  return sum(range(units).map((i) => at(x, b, t, i) * at(kernel, i, j))) + at(bias, j);
}

/** Attention as its paper writes it, one head and one position at a time. */
function attend({ input, weight }: Outcome, heads: number, kept: (t: number, s: number) => boolean) {
  const [, T = 0, width = 0] = input.shape;
  const part = width / heads;
  const project = (name: string, b: number, t: number, j: number) =>
    dense(input, weight(`attention.${name}.kernel`), weight(`attention.${name}.bias`), b, t, j);
  const joined = (b: number, t: number, j: number): number => {
    const head = Math.floor(j / part);
    const places = range(T).filter((s) => kept(t, s));
    const scores = places.map((s) => {
      const products = range(part).map(
        (i) => project('query', b, t, head * part + i) * project('key', b, s, head * part + i),
      );
      return Math.exp(sum(products) / Math.sqrt(part));
    });
    return sum(places.map((s, k) => ((scores[k] ?? 0) / sum(scores)) * project('value', b, s, j)));
  };
  const output = weight('attention.output.kernel');
  return (b = 0, t = 0, j = 0): number =>
    sum(range(width).map((i) => joined(b, t, i) * at(output, i, j))) + at(weight('attention.output.bias'), j);
}

describe('layers', () => {
  it('attention', () => {
    const outcome = predict('f32[3, 4]', 'layer attention 2');
    expectEach(
      outcome.result,
      [2, 3, 4],
      attend(outcome, 2, () => true),
    );
  });

  it('causal attention sees nothing that comes later', () => {
    const outcome = predict('f32[3, 4]', 'layer attention 2 causal=true');
    expectEach(
      outcome.result,
      [2, 3, 4],
      attend(outcome, 2, (t, s) => s <= t),
    );
  });

  it('a mask hides positions, and a query without any gives zeros', () => {
    const hidden = predict('f32[3, 4]', 'm = where(arange(3) < 2, 1, 0)\nlayer attention 1 mask=m');
    expectEach(
      hidden.result,
      [2, 3, 4],
      attend(hidden, 1, (_, s) => s < 2),
    );
    const empty = predict('f32[3, 4]', 'm = 0 * arange(3)\nlayer attention 1 mask=m');
    expectEach(empty.result, [2, 3, 4], (_b, _t, j = 0) => at(empty.weight('attention.output.bias'), j));
  });

  it('groupnorm takes mean and variance over a group of channels and all positions', () => {
    const { input, result, weight } = predict('f32[3, 4]', 'layer groupnorm 2');
    expectEach(result, [2, 3, 4], (b = 0, t = 0, c = 0) => {
      const first = c < 2 ? 0 : 2;
      const group = range(3).flatMap((s) => [at(input, b, s, first), at(input, b, s, first + 1)]);
      const variance = mean(group.map((value) => (value - mean(group)) ** 2));
      const scaled = (at(input, b, t, c) - mean(group)) / Math.sqrt(variance + 1e-3);
      return scaled * at(weight('groupnorm.gamma'), c) + at(weight('groupnorm.beta'), c);
    });
  });

  it('rmsnorm', () => {
    const { input, result, weight } = predict('f32[4]', 'layer rmsnorm');
    expectEach(result, [2, 4], (b = 0, c = 0) => {
      const square = mean(range(4).map((i) => at(input, b, i) ** 2));
      return (at(input, b, c) / Math.sqrt(square + 1e-6)) * at(weight('rmsnorm.gamma'), c);
    });
  });

  it('embedding and position_embedding', () => {
    const ids = [2, 0, 1, 1, 2, 2];
    const { result, weight } = predict('i32[3]', 'layer embedding 3 2\nlayer position_embedding 5', ids);
    expectEach(result, [2, 3, 2], (b = 0, t = 0, j = 0) => {
      return at(weight('embedding.table'), ids[b * 3 + t] ?? 0, j) + at(weight('position_embedding.table'), t, j);
    });
  });

  it('prelu', () => {
    const { input, result, weight } = predict('f32[2, 3]', 'layer prelu');
    expectEach(result, [2, 2, 3], (b = 0, t = 0, c = 0) => {
      const x = at(input, b, t, c);
      return x > 0 ? x : x * at(weight('prelu.slope'), c);
    });
  });

  it('batchnorm outside training uses its states', () => {
    const model = modelOf('input x: f32[3]\ntarget y: f32[3]\nlayer batchnorm\nloss mse\noptim sgd');
    const tensor = (values: readonly number[], shape: readonly number[]): Tensor => ({
      shape,
      data: Float64Array.from(values),
    });
    const inputs = new Map<string, Tensor>([
      ['input:x', tensor([1, 2, 3], [1, 3])],
      ['parameter:batchnorm.gamma', tensor([1, 2, 3], [3])],
      ['parameter:batchnorm.beta', tensor([0.5, 0.5, 0.5], [3])],
      ['state:batchnorm.mean', tensor([1, 1, 1], [3])],
      ['state:batchnorm.var', tensor([4, 4, 4], [3])],
    ]);
    const found = evaluateGraph(model.inference, { inputs, batch: 1, draw: noDraw }).get('predict:predict');
    expectEach(found ?? tensor([], [0]), [1, 3], (_, c = 0) => (c / Math.sqrt(4 + 1e-3)) * (c + 1) + 0.5);
    expect(
      onlyStep(model)
        .graph.outputs.filter((output) => output.role === 'state')
        .map((output) => output.name),
    ).toEqual(['batchnorm.mean', 'batchnorm.var']);
  });

  it.each([
    ['f32[2, 3]', 'layer flatten', [2, 6], (x: Tensor, b: number, i: number) => at(x, b, Math.floor(i / 3), i % 3)],
    [
      'f32[2, 3]',
      'layer reshape [3, 2]',
      [2, 3, 2],
      (x: Tensor, b: number, i: number, j: number) => at(x, b, Math.floor((2 * i + j) / 3), (2 * i + j) % 3),
    ],
    ['f32[2, 3]', 'it = transpose(it)', [2, 3, 2], (x: Tensor, b: number, i: number, j: number) => at(x, b, j, i)],
    [
      'f32[2, 3]',
      'layer concat axis=0 from x, x',
      [2, 4, 3],
      (x: Tensor, b: number, i: number, j: number) => at(x, b, i % 2, j),
    ],
    [
      'f32[2, 3]',
      'layer concat from x, x',
      [2, 2, 6],
      (x: Tensor, b: number, i: number, j: number) => at(x, b, i, j % 3),
    ],
    ['f32[3]', 'layer add from x, x, x', [2, 3], (x: Tensor, b: number, i: number) => 3 * at(x, b, i)],
    ['f32[3]', 'it = x[1:]', [2, 2], (x: Tensor, b: number, i: number) => at(x, b, i + 1)],
    ['f32[2, 3]', 'it = x[-1, :]', [2, 3], (x: Tensor, b: number, i: number) => at(x, b, 1, i)],
    ['f32[2, 3]', 'it = x[:, 0]', [2, 2], (x: Tensor, b: number, i: number) => at(x, b, i, 0)],
    ['f32[3]', 'it = x * [1, 2, 3]', [2, 3], (x: Tensor, b: number, i: number) => at(x, b, i) * (i + 1)],
    [
      'f32[2, 3]',
      'it = concat(x, x, axis=0)',
      [2, 4, 3],
      (x: Tensor, b: number, i: number, j: number) => at(x, b, i % 2, j),
    ],
    [
      'f32[2, 3]',
      'it = concat(x, x, 0)',
      [2, 4, 3],
      (x: Tensor, b: number, i: number, j: number) => at(x, b, i % 2, j),
    ],
    ['f32[2, 3]', 'it = concat(x, x)', [2, 2, 6], (x: Tensor, b: number, i: number, j: number) => at(x, b, i, j % 3)],
    [
      'f32[3]',
      'it = stack(x, 2 * x)',
      [2, 2, 3],
      (x: Tensor, b: number, i: number, j: number) => (i + 1) * at(x, b, j),
    ],
    [
      'f32[3]',
      'it = stack(x, 2 * x, -1)',
      [2, 3, 2],
      (x: Tensor, b: number, i: number, j: number) => (j + 1) * at(x, b, i),
    ],
    ['f32[3]', 'it = concat([[7], x])', [2, 4], (x: Tensor, b: number, i: number) => (i === 0 ? 7 : at(x, b, i - 1))],
    [
      'f32[2, 3]',
      'it = x @ transpose(x)',
      [2, 2, 2],
      (x: Tensor, b: number, i: number, j: number) => sum(range(3).map((k) => at(x, b, i, k) * at(x, b, j, k))),
    ],
    [
      'f32[2, 3]',
      'it = x @ x[0, :]',
      [2, 2],
      (x: Tensor, b: number, i: number) => sum(range(3).map((k) => at(x, b, i, k) * at(x, b, 0, k))),
    ],
    [
      'f32[2, 3]',
      'it = x[:, 0] @ x',
      [2, 3],
      (x: Tensor, b: number, j: number) => sum(range(2).map((k) => at(x, b, k, 0) * at(x, b, k, j))),
    ],
    [
      'f32[3]',
      'w = [[1, 2, 3], [4, 5, 6]]\nit = w @ x',
      [2, 2],
      (x: Tensor, b: number, i: number) => sum(range(3).map((k) => at(x, b, k) * (3 * i + k + 1))),
    ],
    ['f32[3]', 'it = x @ x', [2], (x: Tensor, b: number) => sum(range(3).map((k) => at(x, b, k) ** 2))],
    [
      'f32[2, 3]',
      'it = x / sum(x^2, axis=-1, keepdims=true)',
      [2, 2, 3],
      (x: Tensor, b: number, i: number, j: number) => at(x, b, i, j) / sum(range(3).map((k) => at(x, b, i, k) ** 2)),
    ],
    [
      'f32[2, 3]',
      'it = x - max(x, axis=0)',
      [2, 2, 3],
      (x: Tensor, b: number, i: number, j: number) => at(x, b, i, j) - Math.max(at(x, b, 0, j), at(x, b, 1, j)),
    ],
    [
      'f32[3]',
      'it = x - sum(x)',
      [2, 3],
      (x: Tensor, b: number, i: number) => at(x, b, i) - sum(range(3).map((k) => at(x, b, k))),
    ],
  ] as const)('%s, %s', (type, layers, shape, value) => {
    const { input, result } = predict(type, layers);
    expectEach(result, shape, (b = 0, i = 0, j = 0) => value(input, b, i, j));
  });
});
