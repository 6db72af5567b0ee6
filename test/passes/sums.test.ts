/** What sums to zero, and what only looks as if it did; where factors leave sums and sums of products, and where not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph, Shape, Value } from '../../compiler/ir/types.ts';
import { verify } from '../../compiler/ir/verify.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { indexed, rules, simplify } from '../../compiler/passes/simplify.ts';
import { expectClose, run } from './agreement.ts';
import { Sketch } from './models.ts';
import { generator } from './random-graph.ts';

const BATCH = 3;

interface Given {
  readonly s: Sketch;
  /** [B, 4, 2], and another such. */
  readonly x: Value;
  readonly y: Value;
  /** [B, 2, 2]. */
  readonly square: Value;
  /** [2], [4, 1] and [B, 1, 1]. */
  readonly row: Value;
  readonly column: Value;
  readonly examples: Value;
  /** The batch size, and a number of the host that is as large here. */
  readonly B: Value;
  readonly rows: Value;
}

type Build = (given: Given) => Value;

function graphOf(build: Build): Graph {
  const s = new Sketch();
  const x = s.input('input', 'x', ['B', 4, 2]);
  const y = s.input('input', 'y', ['B', 4, 2]);
  const square = s.input('input', 'square', ['B', 2, 2]);
  const row = s.input('parameter', 'row', [2]);
  const column = s.input('parameter', 'column', [4, 1]);
  // An input may be called what the batch size is.
  const examples = s.input('input', 'B', ['B', 1, 1]);
  const B = s.input('host', 'B', [], 'f64');
  const rows = s.input('host', 'rows', [], 'f64');
  const value = build({ s, x, y, square, row, column, examples, B, rows });
  return s.graph([{ role: 'value', name: 'result', value }]);
}

/** Numbers between 0.5 and 2, of either sign. */
function inputsOf(graph: Graph, seed: number): ReadonlyMap<string, Tensor> {
  const random = generator(seed);
  return new Map(
    graph.inputs.map(({ role, name, value }) => {
      const shape = value.type.shape.map((size) => (size === 'B' ? BATCH : size));
      const size = shape.reduce((product, n) => product * n, 1);
      const draw = (): number => (random() < 0.5 ? -1 : 1) * (0.5 + 1.5 * random());
      const data = Float64Array.from({ length: size }, role === 'host' ? () => BATCH : draw);
      return [`${role}:${name}`, { shape, data }];
    }),
  );
}

/** The ops that are left, after the values were found to be the same. */
function left(build: Build, using = rules): readonly string[] {
  const before = graphOf(build);
  verify(before, 'test');
  const after = simplify(before, indexed(using));
  verify(after, 'simplify');
  for (const seed of [1, 2, 3])
    expectClose(run(after, inputsOf(before, seed), BATCH), run(before, inputsOf(before, seed), BATCH));
  return after.nodes.map(({ op }) => op);
}

/** What is made as a part of the derivative. */
function backward(given: Given, make: Build): Value {
  given.s.b.section = 'backward';
  return make(given);
}

const sum = (s: Sketch, x: Value, axis: readonly number[], keepdims = true): Value =>
  s.op('sum', [x], { axis, keepdims });
const over = (s: Sketch, x: Value, ...by: readonly (Value | number)[]): Value =>
  by.reduce<Value>((quotient, each) => s.op('div', [quotient, each]), x);
const less = (s: Sketch, a: Value, b: Value): Value => s.op('sub', [a, b]);
const shaped = (s: Sketch, x: Value, shape: Shape): Value => s.op('reshape', [x], { shape });

/** Over these axes, whether it sums to zero, and x − what is the mean of x, or looks like it. */
const deviations: readonly (readonly [string, readonly number[], boolean, Build])[] = [
  ['over an axis', [1], true, ({ s, x }) => less(s, x, over(s, sum(s, x, [1]), 4))],
  ['over the last axis', [2], true, ({ s, x }) => less(s, x, over(s, sum(s, x, [2]), 2))],
  ['taken from it', [1], true, ({ s, x }) => less(s, over(s, sum(s, x, [1]), 4), x)],
  ['added to it', [1], false, ({ s, x }) => s.op('add', [x, over(s, sum(s, x, [1]), 4)])],
  ['summed over more axes', [0, 1], true, ({ s, x }) => less(s, x, over(s, sum(s, x, [1]), 4))],
  ['summed over fewer axes', [1], false, ({ s, x }) => less(s, x, over(s, sum(s, x, [1, 2]), 8))],
  ['summed over another axis', [2], false, ({ s, x }) => less(s, x, over(s, sum(s, x, [1]), 4))],
  ['over the batch, left out', [0], true, ({ s, x, B }) => less(s, x, over(s, sum(s, x, [0], false), B))],
  [
    'of means, all left out',
    [0, 1],
    true,
    ({ s, x, B }) => less(s, x, over(s, sum(s, over(s, sum(s, x, [1], false), 4), [0], false), B)),
  ],
  [
    'divided at once',
    [0, 1],
    true,
    ({ s, x, B }) => less(s, x, over(s, sum(s, x, [0, 1], false), s.op('mul', [B, 4]))),
  ],
  ['divided by one size of two', [0, 1], false, ({ s, x, B }) => less(s, x, over(s, sum(s, x, [0, 1], false), B))],
  ['divided twice', [0], false, ({ s, x, B }) => less(s, x, over(s, sum(s, x, [0]), B, B))],
  ['divided by another number', [1], false, ({ s, x }) => less(s, x, over(s, sum(s, x, [1]), 3))],
  ['divided by the batch size instead', [1], false, ({ s, x, B }) => less(s, x, over(s, sum(s, x, [1]), B))],
  ['divided by rows, which are none', [0], false, ({ s, x, rows }) => less(s, x, over(s, sum(s, x, [0]), rows))],
  ['divided by a tensor', [1], false, ({ s, x, row }) => less(s, x, over(s, sum(s, x, [1]), row))],
  ['undivided', [1], false, ({ s, x }) => less(s, x, sum(s, x, [1]))],
  ['of another value', [1], false, ({ s, x, y }) => less(s, x, over(s, sum(s, y, [1]), 4))],
  ['of what is masked', [1], false, ({ s, x, y }) => less(s, x, over(s, sum(s, s.op('mul', [x, y]), [1]), 4))],
  ['the greatest', [1], false, ({ s, x }) => less(s, x, s.op('max', [x], { axis: [1], keepdims: true }))],
  [
    'its axis back by a reshape',
    [1],
    true,
    ({ s, square }) => less(s, square, over(s, shaped(s, sum(s, square, [1], false), ['B', 1, 2]), 2)),
  ],
  [
    'its axis back at another place',
    [1],
    false,
    ({ s, square }) => less(s, square, over(s, shaped(s, sum(s, square, [1], false), ['B', 2, 1]), 2)),
  ],
  [
    'left out, so that another axis lies there',
    [1],
    false,
    ({ s, square }) => less(s, square, over(s, sum(s, sum(s, square, [0], false), [0]), 2)),
  ],
  [
    'spread to the shape of x',
    [1],
    true,
    ({ s, x }) => less(s, x, s.op('broadcast', [over(s, sum(s, x, [1]), 4)], { shape: ['B', 4, 2] })),
  ],
  [
    'summed again when it was spread',
    [1],
    false,
    ({ s, x }) => {
      const spread = s.op('broadcast', [sum(s, x, [1])], { shape: ['B', 4, 2] });
      return less(s, x, over(s, sum(s, spread, [1]), 4));
    },
  ],
];

const zero = ['const', 'cast', 'broadcast'];

describe('of a mean', () => {
  it.each(deviations)('%s, Σ (x − mean x) over %j is zero: %s', (_, axis, is, build) => {
    const ops = left((given) => {
      const centred = build(given);
      return backward(given, ({ s }) => sum(s, centred, axis));
    });
    expect(ops.join() === zero.join()).toBe(is);
  });

  it('of batches nothing is known where the size is not given', () => {
    const build: Build = (given) => {
      const { s, x, B } = given;
      const centred = less(s, x, over(s, sum(s, x, [0]), B));
      return backward(given, () => sum(s, centred, [0]));
    };
    const { inputs, ...graph } = graphOf(build);
    const unnamed = inputs.map((input) => (input.name === 'B' ? { ...input, name: 'lr' } : input));
    const after = simplify({ ...graph, inputs: unnamed });
    expect(after.nodes.filter(({ op }) => op === 'sum')).toHaveLength(2);
  });
});

/** What stands around x − mean x and y − mean y over axis 1, and whether it sums to zero. */
const expressions: readonly (readonly [string, boolean, (given: Given, dx: Value, dy: Value) => Value])[] = [
  [
    'times what is one along the axis',
    true,
    ({ s, row, examples }, dx) => s.op('mul', [row, s.op('mul', [dx, examples])]),
  ],
  ['divided by such', true, ({ s, examples }, dx) => s.op('div', [s.op('neg', [dx]), examples])],
  ['times what varies along the axis', false, ({ s, column }, dx) => s.op('mul', [column, dx])],
  ['divided by what varies', false, ({ s, y }, dx) => s.op('div', [dx, y])],
  ['below the line', false, ({ s, examples }, dx) => s.op('div', [examples, dx])],
  ['squared', false, ({ s }, dx) => s.op('square', [dx])],
  ['times another', false, ({ s }, dx, dy) => s.op('mul', [dx, dy])],
  ['and another', true, ({ s, row }, dx, dy) => s.op('add', [s.op('mul', [row, dx]), dy])],
  ['less another, twice', true, ({ s, row }, dx, dy) => less(s, less(s, dx, dy), s.op('mul', [dy, row]))],
  ['and something else', false, ({ s, y }, dx) => s.op('add', [s.op('sin', [y]), dx])],
  ['and something that is one along the axis', false, ({ s, row }, dx) => s.op('add', [s.op('mul', [row, dx]), row])],
];

it.each(expressions)('a deviation %s sums to zero: %s', (_, is, build) => {
  const ops = left((given) => {
    const { s, x, y } = given;
    const dx = less(s, x, over(s, sum(s, x, [1]), 4));
    const dy = less(s, y, over(s, sum(s, y, [1]), 4));
    return backward(given, () => sum(s, build(given, dx, dy), [1]));
  });
  expect(ops.join() === zero.join()).toBe(is);
});

it('what a user has said is summed as it was said', () => {
  const ops = left(({ s, x, row }) => {
    const centred = less(s, x, over(s, sum(s, x, [1]), 4));
    return s.op('add', [sum(s, centred, [1]), sum(s, s.op('mul', [row, x]), [1])]);
  });
  expect(ops.filter((op) => op === 'sum')).toHaveLength(3);
});

/** Formulas of a derivative that stay as they are, and why. */
const kept: readonly (readonly [string, Build])[] = [
  [
    'a · x + a · y, where a · x is needed',
    ({ s, x, y, row }) => {
      const product = s.op('mul', [row, x]);
      return s.op('maximum', [product, s.op('add', [product, s.op('mul', [row, y])])]);
    },
  ],
  ['a · x + y / a', ({ s, x, y, row }) => s.op('add', [s.op('mul', [row, x]), s.op('div', [y, row])])],
  ['a · x + a', ({ s, x, y }) => s.op('add', [s.op('mul', [y, x]), y])],
  [
    '(a / c) · x + b / c, where a, b and c are smaller than x',
    ({ s, x, row, examples, column }) =>
      s.op('add', [s.op('mul', [s.op('div', [row, column]), x]), s.op('div', [examples, column])]),
  ],
  [
    'Σ −x over examples, where −x is needed',
    ({ s, x }) => {
      const minus = s.op('neg', [s.op('sin', [x])]);
      return s.op('mul', [minus, sum(s, minus, [0])]);
    },
  ],
  [
    'Σ c · x over examples, where c · x is needed and x is not in memory',
    ({ s, x, row }) => {
      const product = s.op('mul', [row, s.op('sin', [x])]);
      return s.op('maximum', [product, sum(s, product, [0])]);
    },
  ],
  [
    'Σ (a + b) row by row, where Σ b = 0',
    ({ s, x, y }) => {
      const b = less(s, x, over(s, sum(s, x, [2]), 2));
      return sum(s, s.op('add', [s.op('sin', [y]), b]), [2]);
    },
  ],
  [
    '(x − y) − mean x, where x − y is needed',
    ({ s, x, y }) => {
      const difference = less(s, x, y);
      return s.op('maximum', [difference, less(s, difference, over(s, sum(s, x, [1]), 4))]);
    },
  ],
  ['(x − y) − mean y', ({ s, x, y }) => less(s, less(s, x, y), over(s, sum(s, y, [1]), 4))],
  ['Σ c · x, where c varies', ({ s, x, column }) => sum(s, s.op('mul', [x, column]), [1])],
  ['Σ c / x', ({ s, x, row }) => sum(s, s.op('div', [row, x]), [1])],
  ['Σ c · x, where x is repeated', ({ s, column, examples }) => sum(s, s.op('mul', [examples, column]), [0])],
  [
    'Σ c · x, where Σ x is over other axes',
    ({ s, x, y, row }) => {
      const scaled = s.op('mul', [s.op('mul', [x, row]), y]);
      return s.op('mul', [sum(s, s.op('mul', [x, y]), [0]), sum(s, scaled, [1])]);
    },
  ],
  [
    'Σ c · x, where Σ x is over another axis of the same size',
    ({ s, square, examples }) => {
      const x = s.op('sin', [square]);
      const scaled = s.op('mul', [x, examples]);
      const known = sum(s, x, [2], false);
      return s.op('div', [
        s.op('maximum', [known, sum(s, scaled, [1], false)]),
        s.op('reshape', [s.op('slice', [scaled], { begin: [0, 0, 0], size: ['B', 2, 1] })], { shape: ['B', 2] }),
      ]);
    },
  ],
  [
    'Σ c · x, where Σ x is made afterwards',
    ({ s, x, y, row }) => {
      const scaled = sum(s, s.op('mul', [s.op('mul', [x, row]), y]), [0]);
      return s.op('mul', [scaled, sum(s, s.op('mul', [x, y]), [0])]);
    },
  ],
  [
    '(a / c) · b, where b / c is part of the derivative',
    ({ s, x, y, row }) => s.op('maximum', [s.op('div', [x, row]), s.op('mul', [s.op('div', [y, row]), x])]),
  ],
  ['(x / 2) · (3 · y)', ({ s, x, y }) => s.op('mul', [s.op('div', [x, 2]), s.op('mul', [3, y])])],
  [
    '(x / c) · (c · y), where c is almost nothing',
    ({ s, x, y }) => s.op('mul', [s.op('div', [x, 1e-30]), s.op('mul', [1e-30, y])]),
  ],
  ['(x · 2) · (y · 2)', ({ s, x, y }) => s.op('mul', [s.op('mul', [s.op('sin', [x]), y]), s.op('mul', [2, y])])],
  [
    '−(c · (a − b)), where a − b is needed',
    ({ s, x, y, row }) => {
      const difference = less(s, x, y);
      return s.op('maximum', [difference, s.op('neg', [s.op('mul', [row, difference])])]);
    },
  ],
];

const own = rules.filter(({ derivative }) => derivative === true);

it.each(kept)('%s stays', (_, build) => {
  const before = graphOf((given) => backward(given, build));
  expect(simplify(before, indexed(own))).toBe(before);
});

/** A tree of sums, products, quotients and signs of a few values, of which some are made on the way forward. */
function randomFormula(seed: number): Build {
  const random = generator(seed);
  const pick = <T>(first: T, ...others: readonly T[]): T =>
    [first, ...others][Math.floor(random() * (1 + others.length))] ?? first;
  return (given) => {
    const { s, x, y, row, column, examples, B } = given;
    const centred = less(s, x, over(s, sum(s, x, [1]), 4));
    const made: Value[] = [y, row, column, examples, centred, s.op('div', [centred, row]), s.op('div', [x, examples])];
    return backward(given, () => {
      for (let i = 0; i < 14; i++) {
        const [a, b] = [pick(x, ...made), pick(x, ...made)];
        const kind = random();
        if (kind < 0.3) made.push(s.op('mul', [a, b]));
        else if (kind < 0.45) made.push(s.op('div', [a, pick(row, column, examples, B, s.b.constant(2))]));
        else if (kind < 0.55) made.push(s.op('neg', [a]));
        else if (kind < 0.6) made.push(s.op('mul', [s.b.constant(2), a]));
        else if (kind < 0.75) made.push(s.op(pick('add', 'sub'), [a, b]));
        else if (kind < 0.8 && a.type.shape[1] === 4)
          made.push(less(s, s.op(pick('add', 'sub'), [a, b]), over(s, sum(s, a, [1]), 4)));
        else if (a.type.shape.length === 3) made.push(sum(s, a, pick([0], [1], [2], [0, 1], [1, 2])));
      }
      const last = made.slice(-5).map((value) => s.op('sum', [value], { axis: 'all', keepdims: false }));
      return last.reduce((total, value) => s.op('add', [total, value]));
    });
  };
}

it('formulas of derivatives keep their values, whatever stands in them', { timeout: 60_000 }, () => {
  const fired = new Map<string, number>();
  const counted = own.map((rule) => ({
    ...rule,
    apply: (site: Parameters<typeof rule.apply>[0]) => {
      const value = rule.apply(site);
      if (value !== undefined) fired.set(rule.theorem, (fired.get(rule.theorem) ?? 0) + 1);
      return value;
    },
  }));
  fc.assert(
    fc.property(fc.integer(), (seed) => void left(randomFormula(seed), counted)),
    { numRuns: 400, seed: 7 },
  );
  expect(fired.size).toBe(own.length);
  for (const [theorem, times] of fired) expect(times, theorem).toBeGreaterThan(2);
});
