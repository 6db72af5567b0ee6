/** Functions, initialisers and small layers of the library, against what they are by definition. */
import { describe, expect, it } from 'vitest';
import type { SavedTensor } from '../../runtime/checkpoint/safetensors.ts';
import { modelOf } from '../check/elaboration.ts';
import { readFixture } from '../oracle/fixtures.ts';
import { doubles, initialWeights, interpretStep } from '../oracle/interpret.ts';
import { flat, predicted, tensor, type Nested } from './model.ts';

const xs = [-30, -3.5, -3, -1, -0.2, 0, 0.4, 1, 2.9, 3, 6.5, 40];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
/** The error function by its series, and its limits where that would need many terms. */
const erf = (x: number): number => {
  if (Math.abs(x) > 4.5) return Math.sign(x);
  let [sum, term] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};
const clip = (x: number, lo: number, hi: number): number => Math.min(Math.max(x, lo), hi);

describe('activations', () => {
  it.each<readonly [string, (x: number) => number]>([
    ['relu', (x) => Math.max(0, x)],
    ['relu6', (x) => clip(x, 0, 6)],
    ['leaky_relu', (x) => (x > 0 ? x : 0.2 * x)],
    ['leaky_relu(slope=0.1)', (x) => (x > 0 ? x : 0.1 * x)],
    ['elu', (x) => (x > 0 ? x : Math.expm1(x))],
    ['selu', (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))],
    ['gelu', (x) => 0.5 * x * (1 + erf(x / Math.SQRT2))],
    ['gelu_tanh', (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))],
    ['silu', (x) => x * sigmoid(x)],
    ['mish', (x) => x * Math.tanh(softplus(x))],
    ['softplus', softplus],
    ['softsign', (x) => x / (1 + Math.abs(x))],
    ['hard_sigmoid', (x) => clip(x / 6 + 0.5, 0, 1)],
    ['hard_silu', (x) => x * clip(x / 6 + 0.5, 0, 1)],
    ['log_sigmoid', (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)))],
    ['celu(alpha=0.5)', (x) => (x > 0 ? x : 0.5 * Math.expm1(2 * x))],
    ['tanh', Math.tanh],
    ['sigmoid', sigmoid],
  ])('%s', (name, f) => {
    const spec = `def layer apply(act: fn) { it = act(it) }\ninput x: f32[${xs.length}]\nlayer apply ${name}`;
    const { data } = predicted(spec, { x: [xs] });
    for (const [i, x] of xs.entries()) expect(data[i]).toBeCloseTo(f(x), 9);
  });
});

describe('functions', () => {
  const x = [
    [1, 2, -3],
    [0.5, 0, 4],
  ];
  const rows = (f: (row: readonly number[]) => Nested): Nested => [x.map(f)];
  const total = (row: readonly number[], f: (v: number) => number): number => row.reduce((sum, v) => sum + f(v), 0);

  it.each<readonly [string, Nested]>([
    ['softmax(x)', rows((row) => row.map((v) => Math.exp(v) / total(row, Math.exp)))],
    ['log_softmax(x)', rows((row) => row.map((v) => v - Math.log(total(row, Math.exp))))],
    ['clip(x, -1, 2)', rows((row) => row.map((v) => clip(v, -1, 2)))],
    ['l2_normalize(x)', rows((row) => row.map((v) => v / Math.sqrt(total(row, (w) => w * w))))],
    ['logaddexp(log(0 * x), log(0))', rows((row) => row.map(() => -Infinity))],
    ['logaddexp(-log(0 * x), -log(0))', rows((row) => row.map(() => Infinity))],
    ['logaddexp(x, 1)', rows((row) => row.map((v) => Math.log(Math.exp(v) + Math.E)))],
    ['variance(x, axis=-1)', rows((row) => total(row, (v) => (v - total(row, (w) => w / 3)) ** 2 / 3))],
    ['zeros([3]) + x', rows((row) => row)],
    ['prod(x)', [x.flat().reduce((a, b) => a * b)]],
    ['prod(x[:, :1], axis=0, keepdims=true)', [[[0.5]]]],
    ['prod(x + 1, axis=-1)', rows((row) => row.reduce((a, b) => a * (b + 1), 1))],
    ['prod(x, keepdims=true) + 1', [[[1]]]],
    ['cumprod(x)', rows((row) => row.map((_, i) => row.slice(0, i + 1).reduce((a, b) => a * b, 1)))],
    ['cumprod(x, reverse=true)', rows((row) => row.map((_, i) => row.slice(i).reduce((a, b) => a * b, 1)))],
    ['cumprod(x, axis=0)', [[x[0] ?? [], (x[1] ?? []).map((v, i) => v * (x[0]?.[i] ?? NaN))]]],
    ['any(x > 3, axis=-1)', [[0, 1]]],
    ['all(x, axis=1)', [[1, 0]]],
    ['any(x) + all(x, keepdims=true)', [[[1]]]],
    ['log2(abs(x) + 1)', rows((row) => row.map((v) => Math.log2(Math.abs(v) + 1)))],
    ['log10(abs(x) + 1)', rows((row) => row.map((v) => Math.log10(Math.abs(v) + 1)))],
    ['exp2(x) + reciprocal(x + 5)', rows((row) => row.map((v) => 2 ** v + 1 / (v + 5)))],
    ['rsqrt(x^2 + 1)', rows((row) => row.map((v) => 1 / Math.sqrt(v * v + 1)))],
    ['hypot(1e30 * x, 2e30) / 1e30', rows((row) => row.map((v) => Math.hypot(v, 2)))],
    ['hypot(0 * x, 0)', rows((row) => row.map(() => 0))],
    ['std(x, axis=1)', rows((row) => Math.sqrt(total(row, (v) => (v - total(row, (w) => w / 3)) ** 2 / 3)))],
    [
      'pad(x[:, 1:], [1, 0, 0, 2], value=9, between=[1, 2])',
      [
        [
          [9, 9, 9, 9, 9, 9],
          [2, 9, 9, -3, 9, 9],
          [9, 9, 9, 9, 9, 9],
          [0, 9, 9, 4, 9, 9],
        ],
      ],
    ],
    ['squeeze(expand_dims(x, -1), 2)', [x]],
    ['squeeze(expand_dims(x, 0)[:, 1:], -2)', [[[0.5, 0, 4]]]],
    ['swapaxes(x, -1, 0)', [[0, 1, 2].map((i) => x.map((row) => row[i] ?? NaN))]],
    ['swapaxes(expand_dims(x, 0), 0, 2)', [[0, 1, 2].map((i) => x.map((row) => [row[i] ?? NaN]))]],
    ['swapaxes(x, 1, 1)', [x]],
    [
      'take_along(x[:, :2], argsort(x))',
      [
        [
          [0, 1, 2],
          [0, 0.5, 0],
        ],
      ],
    ],
    ['take_along(x, argsort(x))', rows((row) => row.toSorted((a, b) => a - b))],
    ['top_k(x, 2)', rows((row) => row.toSorted((a, b) => b - a).slice(0, 2))],
    ['top_k(x, 3)', rows((row) => row.toSorted((a, b) => b - a))],
    ['median(x)', [[1, 0.5]]],
    ['median(x[:, 1:])', [[-0.5, 2]]],
    ['diff(x)', rows(([a = NaN, b = NaN, c = NaN]) => [b - a, c - b])],
    ['outer(x[0], x[1, :2])', [[1, 2, -3].map((v) => [0.5 * v, 0])]],
    [
      'tril(x)',
      [
        [
          [1, 0, 0],
          [0.5, 0, 0],
        ],
      ],
    ],
    [
      'tril(x, k=1)',
      [
        [
          [1, 2, 0],
          [0.5, 0, 4],
        ],
      ],
    ],
    [
      'triu(x)',
      [
        [
          [1, 2, -3],
          [0, 0, 4],
        ],
      ],
    ],
    ['triu(x, k=-1)', [x]],
    ['x + shape([[1, 2, 3], [4, 5, 6]])[1] + rank([[[1]]])', rows((row) => row.map((v) => v + 6))],
    ['full([3], 0.5) * x', rows((row) => row.map((v) => v / 2))],
    ['x @ eye(3)', [x]],
    ['x + linspace(1, 2, 3)', rows(([a = NaN, b = NaN, c = NaN]) => [a + 1, b + 1.5, c + 2])],
    ['x + linspace(1, 2, 1)', rows((row) => row.map((v) => v + 1))],
    ['roll(x, 1)', rows(([a = NaN, b = NaN, c = NaN]) => [c, a, b])],
    ['roll(x, -5)', rows(([a = NaN, b = NaN, c = NaN]) => [c, a, b])],
    ['roll(x, 3) + roll(x, 0)', rows((row) => row.map((v) => 2 * v))],
    ['roll(x, 1, axis=0)', [x.toReversed()]],
    ['tile(x, [2, 1])', [[...x, ...x]]],
    ['tile(x, [1, 2])', rows((row) => [...row, ...row])],
    ['tile(x[0], [3])', [[1, 2, -3, 1, 2, -3, 1, 2, -3]]],
    ['from_end(x, 0)', [[0, 1, 2].map((i) => x.map((row) => row[i] ?? NaN))]],
    ['from_end(expand_dims(x, 0), -2)', [[[0, 1, 2].map((i) => x.map((row) => row[i] ?? NaN))]]],
    [
      'einsum(",ij->ji", 2, x) + einsum("ij,,->", x, 1, 0)',
      [[0, 1, 2].map((i) => x.map((row) => 2 * (row[i] ?? NaN)))],
    ],
    ['at_end(x, 0)', [[0, 1, 2].map((i) => x.map((row) => row[i] ?? NaN))]],
    ['at_end(x, -1)', [x]],
    ['ones([2, 3]) + x', rows((row) => row.map((v) => v + 1))],
  ])('%s', (expression, expected) => {
    const { data } = predicted(`input x: f32[2, 3]\npredict (${expression})`, { x: [x] });
    for (const [i, value] of flat(expected).entries()) expect(data[i]).toBeCloseTo(value, 10);
  });

  it('one_hot of −1 is zeros', () => {
    const { data, shape } = predicted('input id: i32[3]\npredict one_hot(id, 4)', { id: [[2, -1, 0]] });
    expect(shape).toEqual([1, 3, 4]);
    expect([...data]).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  });
});

describe('layers that move numbers', () => {
  const image = [
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    [
      [7, 8],
      [9, 10],
      [11, 12],
    ],
  ];
  it.each<readonly [string, string, Nested, Nested]>([
    ['flatten', 'f32[2, 3, 2]', image, flat(image)],
    [
      'reshape [3, -1]',
      'f32[2, 3, 2]',
      image,
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10, 11, 12],
      ],
    ],
    [
      'transpose',
      'f32[2, 3]',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
    [
      'transpose [1, 0, 2]',
      'f32[2, 3, 2]',
      image,
      [
        [
          [1, 2],
          [7, 8],
        ],
        [
          [3, 4],
          [9, 10],
        ],
        [
          [5, 6],
          [11, 12],
        ],
      ],
    ],
    ['pad 1', 'f32[2, 1]', [[1], [2]], [[0], [1], [2], [0]]],
    [
      'pad 1x0',
      'f32[1, 2, 1]',
      [[[1], [2]]],
      [
        [[0], [0]],
        [[1], [2]],
        [[0], [0]],
      ],
    ],
    [
      'pad 0x1x0',
      'f32[1, 1, 2, 1]',
      [[[[1], [2]]]],
      [
        [
          [[0], [0]],
          [[1], [2]],
          [[0], [0]],
        ],
      ],
    ],
    ['crop 1', 'f32[4, 1]', [[1], [2], [3], [4]], [[2], [3]]],
    ['crop 0x1', 'f32[2, 3, 2]', image, [[[3, 4]], [[9, 10]]]],
    ['upsample 2', 'f32[2, 1]', [[1], [2]], [[1], [1], [2], [2]]],
    [
      'upsample 2x1',
      'f32[1, 2, 1]',
      [[[1], [2]]],
      [
        [[1], [2]],
        [[1], [2]],
      ],
    ],
    [
      'upsample 2',
      'f32[1, 2, 1]',
      [[[1], [2]]],
      [
        [[1], [1], [2], [2]],
        [[1], [1], [2], [2]],
      ],
    ],
    ['concat from x, (2 * x)', 'f32[2]', [1, 2], [1, 2, 2, 4]],
    [
      'concat axis=0 from x, x',
      'f32[1, 2]',
      [[1, 2]],
      [
        [1, 2],
        [1, 2],
      ],
    ],
    ['add from x, x, (10 * x)', 'f32[2]', [1, 2], [12, 24]],
    ['multiply from x, x, (10 * x)', 'f32[2]', [1, 2], [10, 80]],
    ['gaussian_noise 0.5', 'f32[2]', [1, 2], [1, 2]],
  ])('%s of %s', (layer, type, x, expected) => {
    const found = predicted(`input x: ${type}\nlayer ${layer}`, { x: [x] });
    const wanted = tensor([expected]);
    expect(found.shape).toEqual(wanted.shape);
    expect([...found.data]).toEqual([...wanted.data]);
  });
});

describe('initialisers', () => {
  const [rows, columns] = [200, 100];
  const drawn = (init: string, shape: readonly number[] = [rows, columns]): Float64Array => {
    const text = `weight w: [${shape.join(', ')}] init=${init}\ninput x: f32[1]\nloss = sum(w) * mean(x)\noptim sgd`;
    return initialWeights(modelOf(text), 3).get('w')?.data ?? new Float64Array();
  };
  const deviation = (data: Float64Array): number => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
  const largest = (data: Float64Array): number => data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

  it.each<readonly [string, number, number]>([
    ['normal', 0.05, 6 * 0.05],
    ['normal(2)', 2, 12],
    ['truncated_normal(std=1)', 0.87962566, 2],
    ['uniform', 0.05 / Math.sqrt(3), 0.05],
    ['glorot_uniform', Math.sqrt(2 / (rows + columns)), Math.sqrt(6 / (rows + columns))],
    ['glorot_normal', Math.sqrt(2 / (rows + columns)), (2 * Math.sqrt(2 / (rows + columns))) / 0.87962566],
    ['he_uniform', Math.sqrt(2 / rows), Math.sqrt(6 / rows)],
    ['he_normal', Math.sqrt(2 / rows), (2 * Math.sqrt(2 / rows)) / 0.87962566],
    ['lecun_uniform', Math.sqrt(1 / rows), Math.sqrt(3 / rows)],
    ['lecun_normal', Math.sqrt(1 / rows), (2 * Math.sqrt(1 / rows)) / 0.87962566],
    ['fan_in_uniform', Math.sqrt(1 / (3 * rows)), Math.sqrt(1 / rows)],
  ])('%s has deviation %f and no number beyond %f', (init, sigma, limit) => {
    const data = drawn(init);
    expect(deviation(data) / sigma).toBeGreaterThan(0.98);
    expect(deviation(data) / sigma).toBeLessThan(1.02);
    expect(largest(data)).toBeLessThanOrEqual(limit * (1 + 1e-6));
    if (!init.startsWith('normal')) expect(largest(data)).toBeGreaterThan(0.95 * limit);
  });

  it('uniform(lo, hi) is between them', () => {
    const data = drawn('uniform(1, 3)');
    expect(Math.min(...data)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...data)).toBeLessThanOrEqual(3);
    expect(data.reduce((a, b) => a + b, 0) / data.length).toBeCloseTo(2, 1);
  });

  it.each([
    ['zeros', 0],
    ['ones', 1],
    ['constant(0.25)', 0.25],
  ])('%s', (init, value) => {
    expect(new Set(drawn(init, [3, 2]))).toEqual(new Set([value]));
  });

  it.each([
    [[5, 3], 1],
    [[3, 5], 2],
    [[2, 2, 3, 4], 1],
  ])('orthogonal %j with gain %i keeps lengths', (shape, gain) => {
    const data = drawn(`orthogonal(${gain})`, shape);
    const n = shape.at(-1) ?? 0;
    const m = data.length / n;
    const at = (i: number, j: number): number => data[i * n + j] ?? NaN;
    const [few, many] = [Math.min(m, n), Math.max(m, n)];
    const entry = (a: number, k: number): number => (n <= m ? at(k, a) : at(a, k));
    for (let a = 0; a < few; a++) {
      for (let b = 0; b < few; b++) {
        let dot = 0;
        for (let k = 0; k < many; k++) dot += entry(a, k) * entry(b, k);
        expect(dot).toBeCloseTo(a === b ? gain * gain : 0, 5);
      }
    }
  });

  it('identity', () => {
    expect([...drawn('identity(3)', [2, 3])]).toEqual([3, 0, 0, 0, 3, 0]);
  });
});

/** What lies at a place of a line that is resized: between the middles of old places, or in the nearest. */
function resizedAt(line: readonly number[], new_: number, place: number, how: string): number {
  const middle = ((place + 0.5) * line.length) / new_;
  const at = (i: number): number => line[Math.min(Math.max(i, 0), line.length - 1)] ?? NaN;
  if (how === 'nearest') return at(Math.floor(middle));
  const [low, share] = [Math.floor(middle - 0.5), middle - 0.5 - Math.floor(middle - 0.5)];
  return at(low) * (1 - share) + at(low + 1) * share;
}

describe('resize', () => {
  const line = [4, -1, 2, 0.5, 3];
  it.each(['bilinear', 'nearest'].flatMap((how) => [1, 2, 3, 5, 7, 11].map((size) => ({ how, size }))))(
    '$how to $size',
    ({ how, size }) => {
      const wanted = Array.from({ length: size }, (_, i) => resizedAt(line, size, i, how));
      const of = (expression: string) =>
        Array.from(predicted(`input x: f32[5]\npredict ${expression}`, { x: [line] }).data);
      const close = (found: readonly number[], by: number) =>
        wanted.forEach((x, i) => expect(found[i]).toBeCloseTo(by * x, 10));
      close(of(`resize(expand_dims(x, 1), [${size}], how=${how})`), 1);
      close(of(`resize(outer(x, [3, 6]), [${size}], how=${how})[:, 1]`), 6);
      close(of(`resize(expand_dims(expand_dims(x, 0), 2), [2, ${size}], how=${how})[1, :, 0]`), 1);
    },
  );
  it("has PyTorch's numbers", () => {
    const { data } = predicted('input x: f32[4]\npredict resize(expand_dims(x, 1), [8])', { x: [[0, 1, 2, 3]] });
    expect([...data]).toEqual([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]);
  });
});

describe('einsum', () => {
  const sizes: Readonly<Record<string, number>> = { i: 2, j: 3, k: 4, l: 2, m: 5 };
  const size = (letters: string): number => [...letters].reduce((all, letter) => all * (sizes[letter] ?? 1), 1);
  const numbersOf = (letters: string, seed: number): readonly number[] =>
    Array.from({ length: size(letters) }, (_, at) => Math.sin(3 * at + seed));
  /** Where the element of these letters lies, row by row. */
  const placeOf = (letters: string, at: Readonly<Record<string, number>>): number =>
    [...letters].reduce((place, letter) => place * (sizes[letter] ?? 1) + (at[letter] ?? 0), 0);

  /** Over every choice of an index for each letter. */
  function summed(
    inputs: readonly string[],
    output: string,
    values: readonly (readonly number[])[],
  ): readonly number[] {
    const letters = [...new Set(inputs.join(''))];
    const result = Array.from({ length: size(output) }, () => 0);
    for (let n = 0; n < size(letters.join('')); n++) {
      const at: Record<string, number> = {};
      let rest = n;
      for (const letter of letters) {
        at[letter] = rest % (sizes[letter] ?? 1);
        rest = Math.floor(rest / (sizes[letter] ?? 1));
      }
      const product = inputs.reduce((all, own, i) => all * (values[i]?.[placeOf(own, at)] ?? NaN), 1);
      const place = placeOf(output, at);
      result[place] = (result[place] ?? NaN) + product;
    }
    return result;
  }

  const equations = [
    ...[
      'ij,jk->ik',
      'ij,jk',
      'ij,kj->ki',
      'i,i->',
      'i,j->ij',
      'i,j->ji',
      'ij->ji',
      'ij->j',
      'ij->',
      'ij,ij->i',
      'ij,ij->',
    ],
    ...[
      'lij,ljk->lik',
      'lij,ljk->ikl',
      'ijk,ijm->ikm',
      'ijk,jm->ikm',
      'ij,j->i',
      'j,ij->i',
      'ij,k->ikj',
      'ij,jk,km->im',
    ],
    ...[
      'i,ij,j->',
      'ii->i',
      'ii->',
      'ii',
      'iji->ij',
      'ill,jl->ij',
      'iil,jj->lj',
      'ijk,ilm->kj',
      'i,i,i->i',
      'ij,j,jk->jik',
    ],
  ];
  describe.each([
    ['of examples', (): boolean => true],
    ['of weights', (): boolean => false],
    ['of both', (at: number): boolean => at % 2 === 0],
  ] as const)('%s', (_, isInput) => {
    it.each(equations)('%s', (equation) => {
      const [left = '', right] = equation.split('->');
      const inputs = left.split(',');
      const alone = [...left].filter(
        (letter, at, all) => letter !== ',' && all.indexOf(letter) === all.lastIndexOf(letter),
      );
      const output = right ?? alone.toSorted().join('');
      const values = inputs.map(numbersOf);
      const shape = (letters: string): readonly number[] => [...letters].map((letter) => sizes[letter] ?? 1);
      const nested = (all: readonly number[], [first, ...rest]: readonly number[]): Nested =>
        first === undefined
          ? (all[0] ?? NaN)
          : Array.from({ length: first }, (__, i) =>
              nested(all.slice((i * all.length) / first, ((i + 1) * all.length) / first), rest),
            );
      const given = inputs.map((own, i) => nested(values[i] ?? [], shape(own)));
      const ports = inputs.map((own, i) => (isInput(i) ? `input x${i}: f32[${shape(own).join(', ')}]` : ''));
      const names = inputs.map((_own, i) => (isInput(i) ? `x${i}` : JSON.stringify(given[i])));
      const spec = `input z: f32[1]\n${ports.join('\n')}\npredict (einsum("${equation}", ${names.join(', ')}) + 0 * z[0])`;
      const { data, shape: found } = predicted(spec, {
        z: [[0]],
        ...Object.fromEntries(given.flatMap((x, i) => (isInput(i) ? [[`x${i}`, [x]]] : []))),
      });
      expect(found).toEqual([1, ...shape(output)]);
      summed(inputs, output, values).forEach((x, at) => expect(data[at]).toBeCloseTo(x, 10));
    });
  });
});

/** A slice as Python's reference defines it, place by place. */
function sliced(xs: readonly number[], start: number | undefined, end: number | undefined, step: number): number[] {
  const place = (i: number): number => (i < 0 ? i + xs.length : i);
  const taken: number[] = [];
  const [last, absent] = [xs.length - 1, step > 0 ? 0 : xs.length - 1];
  let i = start === undefined ? absent : place(start);
  if (step > 0)
    for (i = Math.max(i, 0); i < (end === undefined ? xs.length : place(end)) && i <= last; i += step)
      taken.push(xs[i] ?? NaN);
  else
    for (i = Math.min(i, last); i > (end === undefined ? -1 : place(end)) && i >= 0; i += step)
      taken.push(xs[i] ?? NaN);
  return taken;
}

describe('slices are those of Python', () => {
  const bounds = [undefined, 0, 1, 3, 9, -1, -2, -7];
  const cases = [1, 2, 3, 7, -1, -2, -3, -7].flatMap((step) =>
    bounds.flatMap((start) => bounds.map((end) => ({ step, text: `${start ?? ''}:${end ?? ''}:${step}`, start, end }))),
  );
  const xs = [10, 11, 12, 13, 14];
  const held = cases.filter(({ start, end, step }) => sliced(xs, start, end, step).length > 0);
  const wanted = held.flatMap(({ start, end, step }) => sliced(xs, start, end, step));

  it('of values, along either axis', () => {
    const all = (of: (text: string) => string): string => `concat([${held.map(({ text }) => of(text)).join(', ')}])`;
    const of = (expression: string) => {
      const spec = `input x: f32[5]\ny = stack([x, 2 * x])\npredict ${expression}`;
      return Array.from(predicted(spec, { x: [xs] }).data);
    };
    expect(of(all((text) => `x[${text}]`))).toEqual(wanted);
    expect(of(all((text) => `transpose(y)[${text}, 1]`))).toEqual(wanted.map((x) => 2 * x));
    expect(of(all((text) => `y[..., ${text}][0]`))).toEqual(wanted);
  });
  it('of lists, which may be empty', () => {
    const product = cases.map(({ text }) => `product([2, 3, 5, 7, 11][${text}])`).join(', ');
    const spec = `input x: f32[1]\npredict (x * [${product}])`;
    const of = cases.map(({ start, end, step }) =>
      sliced([2, 3, 5, 7, 11], start, end, step).reduce((a, b) => a * b, 1),
    );
    expect(Array.from(predicted(spec, { x: [[1]] }).data)).toEqual(of);
  });
});

it('residual is the block that the contract writes out and PyTorch judges', () => {
  const { text, weights, batches } = readFixture('contract/residual-net');
  const own = /def layer residual[^]*?\n}\n/;
  expect(text).toMatch(own);
  // The library's shortcut has no bias.
  const unbiased = new Map(
    [...weights].map(([path, tensor]) => [
      path,
      path.endsWith('skip.bias') ? { ...tensor, data: new Float32Array(tensor.data.length) } : tensor,
    ]),
  );
  const answers = (spec: string, given: ReadonlyMap<string, SavedTensor>) =>
    interpretStep(modelOf(spec), { weights: doubles(given), batches: batches.map(doubles) }).get('predict');
  const within = new Map([...unbiased].filter(([path]) => !path.endsWith('skip.bias')));
  expect(answers(text, unbiased)?.shape).toEqual([3, 10]);
  expect(answers(text.replace(own, ''), within)).toEqual(answers(text, unbiased));
});
