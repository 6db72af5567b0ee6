/** What a page makes of a definition: its prose, its formula, what it declares. */
import { describe, expect, it } from 'vitest';
import { filePages } from '../../compiler/reference/file.ts';
import type { Page } from '../../compiler/reference/page.ts';
import { documentationOf } from '../../grammar/documentation.ts';
import { parse } from '../../grammar/parser.ts';
import { library } from '../library.ts';

const read = () => ({ missing: true }) as const;

function pageOf(text: string): Page {
  const [page, ...more] = filePages({ file: 'own.nn', text }, { std: library, parse, read });
  if (page === undefined || more.length > 0) throw new Error('the text has one definition');
  return page;
}

describe('the comment of a definition', () => {
  it.each([
    ['nothing', undefined, { paragraphs: [], elsewhere: [], also: [], example: undefined }],
    ['prose alone', 'One\nline.\n\nAnother.', { paragraphs: ['One line.', 'Another.'], example: undefined }],
    [
      'an example',
      'A.\n\n    input x: f32[1]\n    it = x',
      { paragraphs: ['A.'], example: 'input x: f32[1]\nit = x\n' },
    ],
    [
      'names of frameworks, which go on below',
      'A.\n\nKeras: LSTM, SimpleRNN(16); gates\nin order\nPyTorch: none; a * b\nNumPy: none\nAlso: a_b, c.',
      {
        paragraphs: ['A.'],
        elsewhere: [
          { framework: 'Keras', names: ['LSTM', 'SimpleRNN(16)'], difference: 'gates in order' },
          { framework: 'PyTorch', names: [], difference: 'a * b' },
          { framework: 'NumPy', names: [], difference: undefined },
        ],
        also: ['a_b', 'c'],
      },
    ],
    [
      'a label within prose',
      'As in\nthe paper: Keras: no',
      { paragraphs: ['As in the paper: Keras: no'], elsewhere: [] },
    ],
  ])('with %s', (_, comment, parts) => expect(documentationOf(comment)).toMatchObject(parts));
});

describe('how it is used', () => {
  it.each([
    ['def layer a(units: int, act: fn = none) { layer dense units act }', 'layer a units act=none'],
    ['def layer a(n: int, left: value, right: value) { it = left + n * right }', 'layer a n from left, right'],
    ['def layer a(xs: value...) { it = 0 }', 'layer a from xs, …'],
    ['def fn a(x, axis=-1) = x', 'a(x, axis=-1)'],
    ['def init a(std=0.1) = std * normal(shape)', 'init=a(std=0.1)'],
    ['def init a = 0', 'init=a'],
    ['def optim a(lr=0.1) = param - lr * grad', 'optim a lr=0.1'],
    ['def schedule a(by=2) = 1 - u^by', 'schedule a by=2 warmup=0 min=0'],
    ['def loss a(z=it, y=target) = (z - y)^2', 'loss a z=it y=target'],
  ])('%s', (text, form) => expect(pageOf(text).forms).toEqual([{ written: form }]));
});

describe('its formula', () => {
  it.each<readonly [string, readonly string[]]>([
    ['def fn sq(x, by=2) = x^by', ['sq(x, by) = x^by']],
    ['def optim o(lr=1) = param - lr * grad', ['param ← param - lr * grad']],
    ['def optim o(lr=1) { state v = zeros; v <- v + grad; param <- v }', ['v ← v + grad', 'param ← v']],
    ['def optim o(lr=1) { optim adam lr=lr }', ['param ← adam(param, grad, lr=lr)']],
    [
      'def layer a(n: int, start: init = zeros) { layer dense (2 * n) relu bias=false init=start from (it + 1) as h }',
      ['it = h = dense(it + 1, 2 * n, relu, bias=false)'],
    ],
    [
      'def layer a(back=false) { scan x over it with h = zeros([in]) reverse=back { h = h + x }\n  it = h }',
      ['h = zeros([in])', 'for each x of it, in turn, from the end if back:', '  h = h + x', 'it = h'],
    ],
    [
      'def layer a(b=true, n: int) { if b { weight c: [in]; it = it * c } else if n > 1 { it = 2 * it } else { it = 3 * it } }',
      ['if b:', '  it = it * c', 'else if n > 1:', '  it = 2 * it', 'else:', '  it = 3 * it'],
    ],
    [
      'def layer a(b=true) { if b { weight c: [in] } else { it = 2 * it } }',
      ['if b:', '  it = it', 'else:', '  it = 2 * it'],
    ],
    ['def layer a(b=true) { if b { weight c: [in] }\n  it = 2 * it }', ['it = 2 * it']],
    [
      'def layer a(n: int) { repeat n as r { layer dense 4 relu as h }\n  repeat x in [1, 2] { it = x * it } }',
      ['n times:', '  it = h = dense(it, 4, relu)', 'for each x of [1, 2]:', '  it = x * it'],
    ],
    [
      'def layer a(m: value = 1) { scan x, k over it, m with h = zeros([in]) { h = x + k * h }\n  it = h }',
      ['h = zeros([in])', 'for each x, k of it, m, in turn:', '  h = x + k * h', 'it = h'],
    ],
    ['def layer a() { it = where(it > 0,  # so\n    it, 0) }', ['it = where(it > 0, it, 0)']],
  ])('%s', (text, formula) => expect(pageOf(text).formula).toEqual(formula));
});

describe('the names in it that only its sort explains', () => {
  it.each<readonly [string, readonly string[]]>([
    ['def optim o(lr=1) { state v = zeros; v <- v + grad; param <- param - lr * v / t }', ['param', 'grad', 'lr', 't']],
    ['def schedule s() = 1 - u^2', ['it', 'u']],
    ['def init i() = uniform(shape) / fan_in', ['it', 'shape', 'fan_in']],
    ['def layer a() { scan x over it with h = zeros([4]) { h = h + x }\n  it = h }', ['it']],
    ['def layer a() { if training { it = it / in } }', ['it', 'in', 'training']],
    ['def fn sq(x) = x^2', []],
  ])('%s', (text, names) => expect(pageOf(text).seen.map(({ name }) => name)).toEqual(names));
});

it('what its comments say of derivatives', () => {
  const page = pageOf(
    'def loss a(z=it, y=target) {\n  # half a square\n  # ∂a/∂z = z − y\n  it = (z - y)^2 / 2  # so\n}',
  );
  expect(page.derivative).toEqual(['∂a/∂z = z − y']);
});

it('what it declares, with the paths and the conditions', () => {
  const page = pageOf(`def layer a(n: int, act: fn = relu, b=true, cell: kind = gru) {
  require n > 0 "one at least"
  weight kernel: [in, n] init=(0.1 * normal([in, n]))
  weight w: [n, n]
  layer dense n act
  if b {
    weight bias: [n]
    require n > 1 "two at least"
  } else if n == 3 { state s: [n] = ones } else { layer dense n }
  block inner { weight v: [*shape(it)] }
  repeat n { weight u: [n] init=he_normal; layer cell n as last }
}`);
  expect(page.weights).toEqual([
    { path: 'kernel', shape: '[in, n]', start: '0.1 * normal([in, n])', when: [] },
    { path: 'w', shape: '[n, n]', start: 'glorot_uniform', when: [] },
    { path: 'bias', shape: '[n]', start: 'zeros', when: ['b'] },
    { path: 'inner.v', shape: '[*shape(it)]', start: 'glorot_uniform', when: [] },
    { path: 'repeat.{i}.u', shape: '[n]', start: 'he_normal', when: [] },
  ]);
  expect(page.states).toEqual([{ path: 's', shape: '[n]', start: 'ones', when: ['not b', 'n == 3'] }]);
  expect(page.parts).toEqual([
    { path: 'dense', kind: 'dense', when: [] },
    { path: 'dense_1', kind: 'dense', when: ['not b', 'n != 3'] },
    { path: 'repeat.{i}.last', kind: 'cell', when: [] },
  ]);
  expect(page.asks).toEqual([
    { condition: 'n > 0', message: 'one at least', when: [] },
    { condition: 'n > 1', message: 'two at least', when: ['b'] },
  ]);
});
