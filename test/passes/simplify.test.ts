/** Every rule of simplify: where it fires, that it keeps the value there, and where it must not fire. */
import { describe, expect, it } from 'vitest';
import type { Graph, Value } from '../../compiler/ir/types.ts';
import { verify } from '../../compiler/ir/verify.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { indexed, rules, simplify } from '../../compiler/passes/simplify.ts';
import { expectClose, run } from './agreement.ts';
import { Sketch } from './models.ts';

type Build = (s: Sketch, at: { readonly x: Value; readonly y: Value; readonly row: Value; readonly h: Value }) => Value;

const number = (s: Sketch, value: number): Value => s.op('cast', [value], { dtype: 'f32' });
const fill = (s: Sketch, of: Value): Value => s.op('broadcast', [of], { shape: ['B', 3] });

const greatest = (s: Sketch, x: Value): Value => s.op('max', [x], { axis: [1], keepdims: true });

/** e^((x − m) − ln Σ e^(x − m)). */
function softmaxOf(s: Sketch, x: Value, m: Value | number): Value {
  const shifted = (): Value => s.op('sub', [x, m]);
  const total = s.op('sum', [s.op('exp', [shifted()])], { axis: [1], keepdims: true });
  return s.op('exp', [s.op('sub', [shifted(), s.op('log', [total])])]);
}

/** [B, 1, 3] of [B, 3], its first axes swapped, and a matrix. */
const cube = (s: Sketch, x: Value): Value => s.op('reshape', [x], { shape: ['B', 1, 3] });
const turned = (s: Sketch, x: Value): Value => s.op('transpose', [x], { permutation: [1, 0, 2] });
const square = (s: Sketch): Value => s.op('reshape', [s.op('arange', [], { size: 9 })], { shape: [3, 3] });

/** What is made as a part of the derivative. */
function backward(s: Sketch, make: () => Value): Value {
  s.b.section = 'backward';
  return make();
}

const summed = (s: Sketch, axis: readonly number[], x: Value): Value => s.op('sum', [x], { axis, keepdims: false });
const meanOfRows = (s: Sketch, x: Value): Value => s.op('div', [s.op('sum', [x], { axis: [1], keepdims: true }), 3]);

/** For each theorem an expression in x and y [B, 3], a row [3] and a host number h, and the ops that are left. */
const cases: Readonly<Record<string, readonly [Build, readonly string[]]>> = {
  'x + 0 → x': [(s, { x }) => s.op('add', [0, x]), []],
  'x + fill(0) → x': [(s, { x }) => s.op('add', [x, fill(s, number(s, 0))]), []],
  'x − 0 → x': [(s, { x }) => s.op('sub', [x, 0]), []],
  '0 − x → −x': [(s, { x }) => s.op('sub', [0, x]), ['neg']],
  'x · 1 → x': [(s, { x }) => s.op('mul', [x, 1]), []],
  'x / 1 → x': [(s, { x }) => s.op('div', [x, 1]), []],
  'x · −1 → −x': [(s, { x }) => s.op('mul', [-1, x]), ['neg']],
  'x · 0 → 0': [(s, { x, y }) => s.op('mul', [s.op('greater', [x, y]), 0]), ['const', 'cast', 'broadcast']],
  'x − x → 0': [
    (s, { x, y }) => {
      const kept = s.op('greater', [x, y]);
      return s.op('sub', [kept, kept]);
    },
    ['const', 'cast', 'broadcast'],
  ],
  'x ^ 1 → x': [(s, { x }) => s.op('pow', [x, 1]), []],
  'x ^ 2 → square(x)': [(s, { x }) => s.op('pow', [x, 2]), ['square']],
  'x ^ 3 → square(x) · x': [(s, { x }) => s.op('pow', [x, 3]), ['square', 'mul']],
  'x ^ −1 → 1 / x': [(s, { x }) => s.op('pow', [x, -1]), ['const', 'div']],
  'x · x → square(x)': [(s, { x }) => s.op('mul', [x, x]), ['square']],
  '−(−x) → x': [(s, { x }) => s.op('neg', [s.op('neg', [x])]), []],
  '−(a − b) → b − a': [(s, { x, y }) => s.op('neg', [s.op('sub', [x, y])]), ['sub']],
  'a + (−b) → a − b': [(s, { x, y }) => s.op('add', [s.op('neg', [x]), y]), ['sub']],
  'a − (−b) → a + b': [(s, { x, y }) => s.op('sub', [x, s.op('neg', [y])]), ['add']],
  '−((−a) · b) → a · b, and so for quotients': [
    (s, { x, y }) => s.op('neg', [s.op('mul', [s.op('neg', [x]), y])]),
    ['mul'],
  ],
  'x + (−a) · b → x − a · b, and so for quotients': [
    (s, { x, y, row }) => s.op('add', [s.op('div', [s.op('mul', [y, s.op('neg', [x])]), row]), y]),
    ['mul', 'div', 'sub'],
  ],
  'x − (−a) · b → x + a · b, and so for quotients': [
    (s, { x, y }) => s.op('sub', [y, s.op('div', [x, s.op('neg', [y])])]),
    ['div', 'add'],
  ],
  '(−a) · c → a · (−c), c a number': [(s, { x }) => s.op('mul', [s.op('neg', [x]), 3]), ['const', 'mul']],
  '(x · c) · d → x · (c · d), c and d numbers': [(s, { x }) => s.op('mul', [3, s.op('mul', [x, 5])]), ['const', 'mul']],
  'square(−x) → square(x)': [(s, { x }) => s.op('square', [s.op('neg', [x])]), ['square']],
  'square(|x|) → square(x)': [(s, { x }) => s.op('square', [s.op('abs', [x])]), ['square']],
  '|−x| → |x|': [(s, { x }) => s.op('abs', [s.op('neg', [x])]), ['abs']],
  'relu(relu(x)) → relu(x)': [(s, { x }) => s.op('relu', [s.op('relu', [x])]), ['relu']],
  'x − (m + c) → (x − m) − c': [
    (s, { x }) => {
      const m = greatest(s, x);
      return s.op('sub', [x, s.op('add', [s.op('abs', [m]), m])]);
    },
    ['max', 'abs', 'sub', 'sub'],
  ],
  'e^((x − m) − ln s) → e^(x − m) / s': [
    (s, { x }) => softmaxOf(s, x, greatest(s, x)),
    ['max', 'sub', 'exp', 'sum', 'sub', 'exp', 'div'],
  ],
  'where(c, x, y) → x or y, c a number': [(s, { x, y }) => s.op('where', [0, x, y]), []],
  'where(c, x, x) → x': [(s, { x, y }) => s.op('where', [y, x, x]), []],
  'where(not c, x, y) → where(c, y, x)': [(s, { x, y }) => s.op('where', [s.op('not', [x]), x, y]), ['where']],
  'maximum(x, x) → x': [(s, { x }) => s.op('maximum', [x, x]), []],
  'stop_gradient(x) → x': [(s, { x }) => s.op('stop_gradient', [x]), []],
  'cast(x) → x, of equal dtype': [(s, { x }) => s.op('cast', [x], { dtype: 'f32' }), []],
  'f(cast(h), …) → f(h, …), cast or not where the result needs it: numbers stay on the host': [
    (s, { x, h }) => s.op('mul', [x, s.op('div', [number(s, 1), h])]),
    ['const', 'div', 'mul'],
  ],
  'f(broadcast(x), …) → f(x, …), broadcast where the result needs it; so for axes of size 1 in front': [
    (s, { row }) => s.op('mul', [s.op('neg', [fill(s, row)]), s.op('reshape', [row], { shape: [1, 3] })]),
    ['neg', 'mul', 'broadcast'],
  ],
  'broadcast(x) → x, to its own shape': [(s, { x }) => fill(s, x), []],
  'broadcast(broadcast(x)) → broadcast(x)': [
    (s, { row }) => fill(s, s.op('broadcast', [row], { shape: [1, 3] })),
    ['broadcast'],
  ],
  'broadcast(reshape(x)) → broadcast(x), where the reshape adds axes of size 1 in front': [
    (s, { row }) => fill(s, s.op('reshape', [row], { shape: [1, 3] })),
    ['broadcast'],
  ],
  'reshape(broadcast(x)) → broadcast(x), where the axes of x stay the last': [
    (s, { h, row }) => {
      const wide = s.op('reshape', [fill(s, s.op('cast', [h], { dtype: 'f32' }))], { shape: ['B', 1, 3] });
      return s.op('add', [wide, s.op('reshape', [fill(s, row)], { shape: ['B', 1, 3] })]);
    },
    ['cast', 'broadcast', 'broadcast', 'add'],
  ],
  'transpose(broadcast(x)) → broadcast(x), x of one element': [
    (s, { h }) => s.op('transpose', [fill(s, s.op('cast', [h], { dtype: 'f32' }))], { permutation: [1, 0] }),
    ['cast', 'broadcast'],
  ],
  'sum(broadcast(x)) → n · x, x of one element': [
    (s, { h }) => {
      const square = s.op('broadcast', [s.op('cast', [h], { dtype: 'f32' })], { shape: [2, 3] });
      return s.op('sum', [square], { axis: [0], keepdims: false });
    },
    ['cast', 'const', 'mul', 'broadcast'],
  ],
  'reshape(x) → x, to its own shape': [(s, { x }) => s.op('reshape', [x], { shape: ['B', 3] }), []],
  'reshape(reshape(x)) → reshape(x)': [
    (s, { x }) => s.op('reshape', [s.op('reshape', [x], { shape: ['B', 3, 1] })], { shape: ['B', 1, 3] }),
    ['reshape'],
  ],
  'transpose(x) → x, by the identity': [(s, { x }) => s.op('transpose', [x], { permutation: [0, 1] }), []],
  'transpose(transpose(x)) → transpose(x), by the product of both': [
    (s, { x }) => {
      const cube = s.op('reshape', [x], { shape: ['B', 3, 1] });
      return s.op('transpose', [s.op('transpose', [cube], { permutation: [1, 0, 2] })], { permutation: [2, 1, 0] });
    },
    ['reshape', 'transpose'],
  ],
  'transpose(x) → reshape(x), where only axes of size 1 move': [
    (s, { x }) => s.op('transpose', [s.op('reshape', [x], { shape: ['B', 3, 1] })], { permutation: [0, 2, 1] }),
    ['reshape', 'reshape'],
  ],
  'sum(x) → reshape(x), over axes of size 1': [
    (s, { x }) => s.op('sum', [s.op('reshape', [x], { shape: ['B', 3, 1] })], { axis: [2], keepdims: false }),
    ['reshape', 'reshape'],
  ],
  'sum(reshape(x)) → sum(x), over all axes': [
    (s, { x }) => s.op('sum', [s.op('reshape', [x], { shape: ['B', 1, 3] })], { axis: 'all', keepdims: false }),
    ['sum'],
  ],
  'sum(sum(x)) → sum(x), over the axes of both': [
    (s, { x }) => s.op('sum', [s.op('sum', [x], { axis: [1], keepdims: false })], { axis: [0], keepdims: false }),
    ['sum'],
  ],
  'batch_total(reshape(x)) → reshape(batch_total(x)), where examples are numbers': [
    (s, { x }) =>
      s.op('batch_total', [s.op('reshape', [s.op('sum', [x], { axis: [1], keepdims: true })], { shape: ['B'] })]),
    ['sum', 'batch_total', 'reshape'],
  ],
  'slice(x) → x, of everything': [(s, { row }) => s.op('slice', [row], { begin: [0], size: [3] }), []],
  'slice(reshape(x)) → reshape(slice(x)), where the box is one of x too': [
    (s, { row }) => s.op('slice', [s.op('reshape', [row], { shape: [3, 1] })], { begin: [1, 0], size: [2, 1] }),
    ['slice', 'reshape'],
  ],
  'concat(reshape(x), reshape(y), …) → reshape(concat(x, y, …)), where they lie so beside each other too': [
    (s, { x, y }) => s.op('concat', [cube(s, x), cube(s, y)], { axis: 1 }),
    ['concat', 'reshape'],
  ],
  'concat(x) → x, of one': [(s, { x }) => s.op('concat', [x], { axis: 1 }), []],
  'pad(x) → x, by nothing': [(s, { row }) => s.op('pad_constant', [row], { padding: [0, 0] }), []],
  'f(reshape(x), reshape(y), …) → reshape(f(x, y, …)), where all have one shape': [
    (s, { x, y }) =>
      s.op('maximum', [s.op('reshape', [x], { shape: ['B', 1, 3] }), s.op('reshape', [y], { shape: ['B', 1, 3] })]),
    ['maximum', 'reshape'],
  ],
  'aᵀ @ b and a @ bᵀ → one product that reads its operand transposed': [
    (s, { x, y }) => s.op('matmul', [s.op('transpose', [x], { permutation: [1, 0] }), y]),
    ['matmul'],
  ],
  '(a @ b)ᵀ → bᵀ @ aᵀ': [
    (s, { x, y }) => s.op('transpose', [s.op('matmul', [x, y], { transposeA: true })], { permutation: [1, 0] }),
    ['matmul'],
  ],
  'concat(concat(xs), …) → concat(xs, …), along one axis': [
    (s, { x, y }) => s.op('concat', [s.op('concat', [x, y], { axis: 1 }), x], { axis: -1 }),
    ['concat'],
  ],
  'pad(x) + pad(y) → pad(concat(x, y)), where each fills zeros of the other, one beside the other': [
    (s, { x, y }) => {
      const strip = (of: Value, before: number, after: number): Value =>
        s.op('pad_constant', [of], { padding: [0, 0, before, after] });
      const sum = s.op('add', [s.op('add', [strip(x, 4, 3), strip(y, 0, 7)]), s.op('square', [strip(x, 2, 5)])]);
      return s.op('add', [sum, strip(s.op('neg', [x]), 7, 0)]);
    },
    ['pad_constant', 'pad_constant', 'square', 'neg', 'concat', 'pad_constant', 'add', 'add'],
  ],
  'transpose(f(x, …)) → f(transpose(x), …), where only one of them has the axes that move': [
    (s, { x, row }) => turned(s, s.op('add', [s.op('neg', [cube(s, x)]), row])),
    ['reshape', 'transpose', 'neg', 'add'],
  ],
  'transpose(x @ w) → transpose(x) @ w, where w is one matrix and the last axis stays': [
    (s, { x }) => turned(s, s.op('matmul', [cube(s, x), square(s)], { transposeB: true })),
    ['reshape', 'arange', 'reshape', 'transpose', 'matmul'],
  ],
  'transpose(x) @ w → transpose(x @ w), where w is one matrix and the last axis stays': [
    (s, { x }) => {
      const w = square(s);
      const z = turned(s, cube(s, x));
      s.b.section = 'backward';
      return s.op('matmul', [z, w]);
    },
    ['arange', 'reshape', 'reshape', 'matmul', 'transpose'],
  ],
  'f(transpose(x), transpose(y), …) → transpose(f(x, y, …)), by one permutation': [
    (s, { x, y, row }) => {
      s.b.section = 'backward';
      return s.op('add', [s.op('mul', [turned(s, cube(s, x)), turned(s, cube(s, y))]), row]);
    },
    ['reshape', 'reshape', 'mul', 'add', 'transpose'],
  ],
  'slice(transpose(x)) → transpose(slice(x))': [
    (s, { x }) => {
      s.b.section = 'backward';
      return s.op('slice', [turned(s, cube(s, x))], { begin: [0, 0, 1], size: [1, 'B', 2] });
    },
    ['reshape', 'slice', 'transpose'],
  ],
  'transpose(gather(table, ids)) → gather(table, transpose(ids)), where the axes of a row stay': [
    (s, { x }) => turned(s, s.op('gather', [square(s), s.op('argmax', [cube(s, x)], { axis: -1 })])),
    ['arange', 'reshape', 'reshape', 'argmax', 'transpose', 'gather'],
  ],
  'transpose(concat(xs)) → concat(transpose(xs)), where all are transposes that go away': [
    (s, { x, y }) => turned(s, s.op('concat', [turned(s, cube(s, x)), turned(s, cube(s, y))], { axis: 0 })),
    ['reshape', 'reshape', 'concat'],
  ],
  'sum(transpose(x)) → sum(x), where the axes that are left stay in order': [
    (s, { x }) => s.op('sum', [turned(s, cube(s, x))], { axis: [1], keepdims: false }),
    ['reshape', 'sum'],
  ],
  'scatter_add(ids, transpose(x)) → scatter_add(transpose(ids), x), where the axes of a row stay': [
    (s, { x }) => {
      const ids = s.op('transpose', [s.op('argmax', [cube(s, x)], { axis: -1 })], { permutation: [1, 0] });
      return s.op('scatter_add', [ids, turned(s, cube(s, x))], { rows: 3 });
    },
    ['reshape', 'argmax', 'transpose', 'reshape', 'transpose', 'scatter_add'],
  ],
  'Σ aᵀ @ b → one product of all rows, over all axes in front': [
    (s, { x, y }) => {
      const product = s.op('matmul', [cube(s, x), cube(s, y)], { transposeA: true });
      return s.op('sum', [product], { axis: [0], keepdims: false });
    },
    ['reshape', 'reshape', 'rows_product'],
  ],
  'rows_product(x, transpose(y)) → rows_product(transpose(x), y), where the last axis stays': [
    (s, { x, y }) => s.op('rows_product', [turned(s, cube(s, x)), turned(s, cube(s, y))]),
    ['reshape', 'reshape', 'rows_product'],
  ],
  'Σ c · (x − mean x) → 0, c constant along the axes of the mean': [
    (s, { x, y }) => {
      const centred = s.op('sub', [x, meanOfRows(s, x)]);
      return backward(s, () => summed(s, [1], s.op('div', [centred, greatest(s, y)])));
    },
    ['const', 'cast', 'broadcast'],
  ],
  'Σ (a ± b) → Σ a, where Σ b = 0': [
    (s, { x, y }) => {
      const centred = s.op('sub', [x, meanOfRows(s, x)]);
      return backward(s, () => summed(s, [0, 1], s.op('sub', [centred, s.op('sin', [y])])));
    },
    ['sin', 'sum', 'neg'],
  ],
  '(x ± y) − mean x → (x − mean x) ± y': [
    (s, { x, y, row }) =>
      backward(s, () => {
        const first = s.op('sub', [s.op('sub', [s.op('sin', [x]), y]), meanOfRows(s, y)]);
        const second = s.op('sub', [s.op('add', [row, y]), meanOfRows(s, y)]);
        return s.op('maximum', [s.op('sub', [s.op('sub', [x, y]), meanOfRows(s, x)]), s.op('add', [first, second])]);
      }),
    [
      'sin',
      'sub',
      'sum',
      'const',
      'div',
      'sub',
      'sum',
      'const',
      'div',
      'sub',
      'add',
      'sum',
      'const',
      'div',
      'sub',
      'sub',
      'add',
      'maximum',
    ],
  ],
  'Σ c · x → c · Σ x, where Σ x is made already, c constant along the axes': [
    (s, { x, y, row }) =>
      backward(s, () => {
        const known = summed(s, [0], s.op('mul', [x, y]));
        const scaled = s.op('div', [s.op('mul', [s.op('neg', [s.op('mul', [x, row])]), y]), row]);
        return s.op('maximum', [known, summed(s, [0], scaled)]);
      }),
    ['mul', 'sum', 'mul', 'div', 'neg', 'maximum'],
  ],
  'Σ −x → −Σ x': [(s, { x }) => backward(s, () => summed(s, [0], s.op('neg', [x]))), ['sum', 'neg']],
  'Σ c · x → c · Σ x and Σ x / c → (Σ x) / c, c constant along the axes': [
    (s, { x, y, row }) => {
      const c = greatest(s, y);
      return backward(s, () => {
        const columns = summed(s, [0], s.op('mul', [row, s.op('mul', [x, row])]));
        return s.op('add', [columns, s.op('reshape', [summed(s, [1], s.op('div', [x, c]))], { shape: ['B', 1] })]);
      });
    },
    ['max', 'sum', 'mul', 'mul', 'sum', 'reshape', 'div', 'reshape', 'add'],
  ],
  '(x / 2) · (2 · y) → x · y, and so for other numbers': [
    (s, { x, y }) =>
      backward(s, () => s.op('mul', [s.op('div', [x, 3]), s.op('mul', [number(s, 3), s.op('neg', [y])])])),
    ['neg', 'mul'],
  ],
  '(a / c) · b → a · (b / c), where b / c is made on the way forward': [
    (s, { x, y, row }) => {
      const made = s.op('div', [x, row]);
      return backward(s, () => s.op('sub', [s.op('mul', [s.op('div', [s.op('div', [y, row]), 2]), x]), made]));
    },
    ['div', 'const', 'div', 'mul', 'sub'],
  ],
  'a · x ± a · y → a · (x ± y), and x / a ± y / a → (x ± y) / a': [
    (s, { x, y, row }) => {
      const scaled = (value: Value): Value => s.op('div', [s.op('mul', [value, row]), y]);
      return backward(s, () => s.op('add', [s.op('neg', [scaled(x)]), s.op('neg', [scaled(s.op('sin', [x]))])]));
    },
    ['sin', 'add', 'mul', 'div', 'neg'],
  ],
  '−(c · (a − b)) → c · (b − a), wherever the sign stands': [
    (s, { x, y, row }) => backward(s, () => s.op('div', [s.op('mul', [s.op('neg', [row]), s.op('sub', [x, y])]), y])),
    ['sub', 'mul', 'div'],
  ],
};

/** Where a theorem must hold unless its rule asks for less. */
const SPECIALS: readonly number[] = [0, -0, 1, -1, 0.5, -2.5, 1e30, -1e30, 1e-40, Infinity, -Infinity, NaN];
/** Where a theorem of derivatives must hold. */
const NUMBERS: readonly number[] = [0.5, -2.5, 1, 3, -1, 2e5, 0.125, -3e-5, 7, 1.5, -0.75, 11];
const BATCH = 4;

function graphOf(build: Build): Graph {
  const s = new Sketch();
  const x = s.input('input', 'x', ['B', 3]);
  const y = s.input('input', 'y', ['B', 3]);
  const row = s.input('parameter', 'row', [3]);
  const h = s.input('host', 'h', [], 'f64');
  return s.graph([{ role: 'value', name: 'result', value: build(s, { x, y, row, h }) }]);
}

/** Each special of x meets each of y, by turning one list against the other. */
function inputs(turn: number, numbers: readonly number[] = SPECIALS): ReadonlyMap<string, Tensor> {
  const some = (shift: number, size: number): Float64Array =>
    Float64Array.from({ length: size }, (_, i) => numbers[(i + shift) % numbers.length] ?? 0);
  return new Map<string, Tensor>([
    ['input:x', { shape: [BATCH, 3], data: some(0, 12) }],
    ['input:y', { shape: [BATCH, 3], data: some(turn, 12) }],
    ['parameter:row', { shape: [3], data: some(turn, 3) }],
    ['host:h', { shape: [], data: Float64Array.of(turn + 2) }],
  ]);
}

describe('every rule of simplify', () => {
  it.each(rules.map((rule) => [rule.theorem, rule] as const))('%s', (theorem, rule) => {
    const known = cases[theorem];
    if (known === undefined) throw new Error(`no case for ${theorem}`);
    const [build, left] = known;
    const before = graphOf(build);
    const after = simplify(before, indexed([rule]));
    verify(after, theorem);
    expect(after.nodes.map(({ op }) => op)).toEqual(left);
    expect(after.nodes).not.toEqual(before.nodes);
    const numbers = rule.derivative === true ? NUMBERS : SPECIALS;
    for (let turn = 0; turn < numbers.length; turn++)
      expectClose(run(after, inputs(turn, numbers), BATCH), run(before, inputs(turn, numbers), BATCH));
  });

  const alone = rules.filter(({ condition = '' }) => /nothing else reads|read once/.test(condition));

  it.each(alone.map((rule) => [rule.theorem, rule] as const))(
    'leaves what something else reads: %s',
    (theorem, rule) => {
      const [build] = cases[theorem] ?? [];
      if (build === undefined) throw new Error(`no case for ${theorem}`);
      const before = graphOf(build);
      const read = before.nodes.flatMap(({ outputs }) => outputs);
      const outputs = read.map((value, i) => ({ role: 'value' as const, name: `read ${i}`, value }));
      const graph = { ...before, outputs: [...before.outputs, ...outputs] };
      expect(simplify(graph, indexed([rule])).nodes).toEqual(graph.nodes);
    },
  );

  it('has a case for nothing else', () => {
    expect(Object.keys(cases).filter((theorem) => !rules.some((rule) => rule.theorem === theorem))).toEqual([]);
  });
});

describe('a rule whose condition is not proved does not fire', () => {
  const refused: readonly (readonly [string, Build])[] = [
    ['x · 0, where x may be infinite', (s, { x }) => s.op('mul', [x, 0])],
    ['x − x, where x may be infinite', (s, { x }) => s.op('sub', [x, x])],
    ['x · 0, where x is an exponential', (s, { x }) => s.op('mul', [s.op('exp', [s.op('greater', [x, 0])]), 0])],
    [
      'x · 1, where the product has more axes',
      (s, { row }) => s.op('mul', [row, s.op('broadcast', [number(s, 1)], { shape: ['B', 3] })]),
    ],
    ['xᵀ as a reshape, where the axes are in reverse order unsaid', (s, { x }) => s.op('transpose', [x])],
    [
      'x − (m + c), where m is the greatest of others',
      (s, { x, y }) => s.op('sub', [x, s.op('add', [greatest(s, y), 1])]),
    ],
    ['e^((x − m) − ln s), where m is a number', (s, { x }) => softmaxOf(s, x, 1)],
    ['e^((x − m) − ln s), where m is the greatest of others', (s, { x, y }) => softmaxOf(s, x, greatest(s, y))],
    ['(x · c) · d, where c · d leaves the range', (s, { x }) => s.op('mul', [s.op('mul', [x, 1e-30]), 1e30])],
    [
      '(a @ b + c)ᵀ, which is no product',
      (s, { x, y, row }) =>
        s.op('transpose', [s.op('matmul', [x, y, row], { transposeA: true })], { permutation: [1, 0] }),
    ],
    [
      '(a @ b)ᵀ, where the product is read too',
      (s, { x, y }) => {
        const product = s.op('matmul', [x, y], { transposeA: true });
        return s.op('add', [product, s.op('transpose', [product], { permutation: [1, 0] })]);
      },
    ],
  ];

  it.each([
    [1e30, 1e-30],
    [1e-30, 1e30],
    [1e20, 1e20],
    [1e-20, 1e-20],
    [-1e10, 1e10],
  ])('(x · %s) · %s: f64 would not show the loss', (c, d) => {
    const before = graphOf((s, { x }) => s.op('mul', [s.op('mul', [x, c]), d]));
    const products = simplify(before).nodes.filter(({ op }) => op === 'mul');
    expect(products).toHaveLength(2);
  });

  it.each(refused)('%s', (_, build) => {
    const before = graphOf(build);
    const after = simplify(before);
    // A sum of special ones is often no number at all.
    for (const numbers of [SPECIALS, NUMBERS])
      for (let turn = 0; turn < numbers.length; turn++)
        expectClose(run(after, inputs(turn, numbers), BATCH), run(before, inputs(turn, numbers), BATCH));
  });
});
