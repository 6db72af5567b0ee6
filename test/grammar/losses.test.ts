/** Losses, metrics and penalties of the library against their definitions, written out in plain numbers. */
import { describe, expect, it } from 'vitest';
import { lossOf, metricOf, oneParameter, tensors, type Nested } from './model.ts';
import { std } from '../../grammar/std/index.ts';
import { interpretStep } from '../oracle/interpret.ts';

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const mean = (xs: readonly number[]): number => sum(xs) / xs.length;
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((x, i) => x * (b[i] ?? NaN)));
const length = (a: readonly number[]): number => Math.sqrt(dot(a, a));
const softmax = (z: readonly number[]): readonly number[] => {
  const exps = z.map((x) => Math.exp(x));
  return exps.map((e) => e / sum(exps));
};
const at = (xs: readonly number[], i: number): number => xs[i] ?? NaN;
/** Rows of logits with what each is compared with. */
const pairs = <B>(a: readonly (readonly number[])[], b: readonly B[]): readonly (readonly [readonly number[], B])[] =>
  a.flatMap((row, i) => {
    const other = b[i];
    return other === undefined ? [] : [[row, other] as const];
  });

const z = [
  [0.3, -1.2, 2.5],
  [-0.7, 0.1, 0.4],
  [4, -3, 0],
  [1.5, 1.5, -0.25],
];
const y = [
  [1, 0, 3],
  [0.5, -0.5, 0.4],
  [2, 2, -1],
  [0, 1, 0],
];
const q = [
  [0.2, 0.3, 0.5],
  [1, 0, 0],
  [0, 0.5, 0.5],
  [0.1, 0.1, 0.8],
];
const bits = [
  [1, 0, 1],
  [0, 0, 1],
  [1, 1, 0],
  [0, 1, 0],
];
const signs = bits.map((row) => row.map((bit) => 2 * bit - 1));
const classes = [2, 0, -1, 1];
const weights = [1, 2, 0.5];

/** Over all numbers, each with its target. */
const each = (targets: readonly (readonly number[])[], f: (z: number, y: number) => number): number =>
  mean(z.flatMap((row, i) => row.map((value, j) => f(value, at(targets[i] ?? [], j)))));
const kept = pairs(z, classes).filter(([, c]) => c >= 0);
const smooth = (c: number, epsilon: number): readonly number[] =>
  [0, 1, 2].map((k) => (k === c ? 1 - epsilon : 0) + epsilon / 3);
const crossed = (row: readonly number[], p: readonly number[], w: readonly number[] = [1, 1, 1]): number =>
  -sum(softmax(row).map((s, k) => at(w, k) * at(p, k) * Math.log(s)));

/** How badly each u finds its own v among all, and each v its u. */
function infonce(u: readonly (readonly number[])[], v: readonly (readonly number[])[], temperature: number): number {
  const missed = (of: typeof u, among: typeof v): readonly number[] =>
    of.map((a, i) => -Math.log(at(softmax(among.map((b) => dot(a, b) / temperature)), i)));
  return (mean(missed(u, v)) + mean(missed(v, u))) / 2;
}

/** The logarithm of the density at x of a normal distribution. */
const logNormal = (x: number, centre: number, variance: number): number =>
  Math.log(Math.exp(-((x - centre) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance));
const logRoot = Math.log(Math.sqrt(2 * Math.PI));

/** What a row of z and [1, 0, 0.5] cost as a pair. */
function apart(row: number, alike: boolean, margin: number): number {
  const d = length((z[row] ?? []).map((x, k) => x - at([1, 0, 0.5], k)));
  return alike ? d ** 2 / 2 : Math.max(0, margin - d) ** 2 / 2;
}

/** What logits cost whose teacher has the same ones in reverse. */
function taught(row: readonly number[], p: readonly number[], temperature: number, alpha: number): number {
  const cooled = softmax(row.map((x) => x / temperature));
  const far = sum(cooled.toReversed().map((t, k) => t * Math.log(t / at(cooled, k))));
  return alpha * temperature ** 2 * far + (1 - alpha) * crossed(row, p);
}

const pair = 'target y: class[2]; input x: f32[3]';
const real = 'target y: f32[3]; input x: f32[3]';
const klass = 'target y: class[3]; input x: f32[3]';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** What a comment of a definition says of a derivative, with the function and that derivative in plain numbers. */
const derivatives: Readonly<
  Record<
    string,
    readonly [
      of: (z: readonly number[], p: readonly number[]) => number,
      by: (z: readonly number[], p: readonly number[]) => readonly number[],
    ]
  >
> = {
  '∂cost/∂logits = softmax(logits) Σp − p, of a target p': [
    (row, p) => crossed(row, p),
    (row, p) => softmax(row).map((s, k) => s * sum(p) - at(p, k)),
  ],
  '∂kl/∂logits = softmax(logits) Σq − q': [
    (row, p) => crossed(row, p) + sum(p.map((x) => (x > 0 ? x * Math.log(x) : 0))),
    (row, p) => softmax(row).map((s, k) => s * sum(p) - at(p, k)),
  ],
  '∂bce/∂logits = sigmoid(logits) − y': [
    (row, p) => sum(row.map((x, k) => at(p, k) * Math.log1p(Math.exp(-x)) + (1 - at(p, k)) * Math.log1p(Math.exp(x)))),
    (row, p) => row.map((x, k) => sigmoid(x) - at(p, k)),
  ],
};

describe('a derivative that a definition says', () => {
  const said = [...std.values()].flatMap((text) => text.match(/(?<=# )∂.*/gu) ?? []);

  it('is one of these', () => {
    expect(said.toSorted()).toEqual(Object.keys(derivatives).toSorted());
  });

  it.each(Object.entries(derivatives))('%s', (_, [of, by]) => {
    for (const [row, p] of [
      ...pairs(z, q),
      ...pairs(
        z,
        q.map((each) => each.map((x) => 0.7 * x)),
      ),
    ]) {
      const numeric = row.map((x, k) => (of(row.with(k, x + 1e-5), p) - of(row.with(k, x - 1e-5), p)) / 2e-5);
      by(row, p).forEach((exact, k) => expect(exact).toBeCloseTo(at(numeric, k), 7));
    }
  });
});

describe('losses', () => {
  it.each<readonly [string, string, Nested, number]>([
    ['loss mse z', real, y, each(y, (a, b) => (a - b) ** 2)],
    ['loss mae z', real, y, each(y, (a, b) => Math.abs(a - b))],
    ['loss huber z', real, y, each(y, (a, b) => (Math.abs(a - b) <= 1 ? (a - b) ** 2 / 2 : Math.abs(a - b) - 0.5))],
    [
      'loss huber z delta=2',
      real,
      y,
      each(y, (a, b) => (Math.abs(a - b) <= 2 ? (a - b) ** 2 / 2 : 2 * (Math.abs(a - b) - 1))),
    ],
    ['loss logcosh z', real, y, each(y, (a, b) => Math.log(Math.cosh(a - b)))],
    ['loss bce z', real, bits, each(bits, (a, b) => Math.max(a, 0) - a * b + Math.log1p(Math.exp(-Math.abs(a))))],
    ['loss bce z 1', real, bits, each(bits, (a) => Math.log1p(Math.exp(-a)))],
    ['loss hinge z', real, signs, each(signs, (a, b) => Math.max(0, 1 - a * b))],
    ['loss poisson z', real, bits, each(bits, (a, b) => Math.exp(a) - a * b)],
    [
      'loss kl z',
      real,
      q,
      mean(
        pairs(z, q).map(([row, p]) =>
          sum(softmax(row).map((s, k) => (at(p, k) === 0 ? 0 : at(p, k) * Math.log(at(p, k) / s)))),
        ),
      ),
    ],
    ['loss cosine z', real, y, mean(pairs(z, y).map(([a, b]) => 1 - dot(a, b) / (length(a) * length(b))))],
    ['loss cosine z y', real, y, mean(pairs(z, y).map(([a, b]) => 1 - dot(a, b) / (length(a) * length(b))))],
    [
      'loss dice z',
      real,
      bits,
      mean(
        pairs(z, bits).map(([row, b]) => {
          const p = row.map((x) => 1 / (1 + Math.exp(-x)));
          return 1 - (2 * dot(p, b) + 1) / (sum(p) + sum(b) + 1);
        }),
      ),
    ],
    ['loss xent z', klass, classes, mean(kept.map(([row, c]) => crossed(row, smooth(c, 0))))],
    ['loss xent z smoothing=0.1', klass, classes, mean(kept.map(([row, c]) => crossed(row, smooth(c, 0.1))))],
    [
      'loss xent z smoothing=0.1 weights=[1, 2, 0.5]',
      klass,
      classes,
      sum(kept.map(([row, c]) => crossed(row, smooth(c, 0.1), weights))) / sum(kept.map(([, c]) => at(weights, c))),
    ],
    ['loss xent z', real, q, mean(pairs(z, q).map(([row, p]) => crossed(row, p)))],
    [
      'loss xent z smoothing=0.3',
      real,
      q,
      mean(
        pairs(z, q).map(([row, p]) =>
          crossed(
            row,
            p.map((v) => 0.7 * v + 0.1),
          ),
        ),
      ),
    ],
    [
      'loss focal z',
      klass,
      classes,
      mean(kept.map(([row, c]) => -((1 - at(softmax(row), c)) ** 2) * Math.log(at(softmax(row), c)))),
    ],
    [
      'loss focal z gamma=1.5 weights=[1, 2, 0.5]',
      klass,
      classes,
      sum(kept.map(([row, c]) => -at(weights, c) * (1 - at(softmax(row), c)) ** 1.5 * Math.log(at(softmax(row), c)))) /
        sum(kept.map(([, c]) => at(weights, c))),
    ],
    ['loss infonce z y temperature=0.5', real, y, infonce(z, y, 0.5)],
    [
      'loss infonce (0.1 * z) y',
      real,
      y,
      infonce(
        z.map((row) => row.map((x) => 0.1 * x)),
        y,
        0.07,
      ),
    ],
    ['loss = cross(z, y)^3', real, y, mean(z.flatMap((a) => y.map((b) => dot(a, b) ** 3)))],
    ['loss = z * (batch_index() + 1)', real, y, mean(z.flatMap((row, i) => row.map((x) => x * (i + 1))))],
    [
      'loss triplet z y (2 * y)',
      real,
      y,
      mean(
        pairs(z, y).map(([a, b]) => {
          const near = sum(a.map((x, k) => (x - at(b, k)) ** 2));
          return Math.max(0, near - sum(a.map((x, k) => (x - 2 * at(b, k)) ** 2)) + 1);
        }),
      ),
    ],
    ['loss quantile z q=0.9', real, y, each(y, (a, b) => (b > a ? 0.9 * (b - a) : 0.1 * (a - b)))],
    ['loss quantile z', real, y, each(y, (a, b) => Math.abs(a - b) / 2)],
    ['loss gaussian_nll z (z / 2 - 1)', real, y, each(y, (a, b) => -logNormal(b, a, Math.exp(a / 2 - 1)) - logRoot)],
    ['loss gaussian_nll z 0.4 full=true', real, y, each(y, (a, b) => -logNormal(b, a, Math.exp(0.4)))],
    ['loss contrastive z [1, 0, 0.5] margin=3', pair, [1, 0, -1, 0], mean([0, 1, 3].map((i) => apart(i, i === 0, 3)))],
    [
      'loss contrastive z [1, 0, 0.5]',
      'target y: f32[1]; input x: f32[3]',
      [[0], [1], [0], [0]],
      mean([0, 1, 2, 3].map((i) => apart(i, i === 1, 1))),
    ],
    ['loss distillation z (z[::-1])', klass, classes, mean(kept.map(([row, c]) => taught(row, smooth(c, 0), 2, 0.5)))],
    [
      'loss distillation z (z[::-1]) temperature=3 alpha=0.9',
      klass,
      classes,
      mean(kept.map(([row, c]) => taught(row, smooth(c, 0), 3, 0.9))),
    ],
    [
      'loss distillation z (z[::-1]) temperature=0.7 alpha=0.2',
      real,
      q,
      mean(pairs(z, q).map(([row, p]) => taught(row, p, 0.7, 0.2))),
    ],
  ])('%s, %s', (loss, ports, target, expected) => {
    expect(lossOf(ports, loss, { x: z, y: target })).toBeCloseTo(expected, 10);
  });

  it('compare `it` with the only target, all but those of several predictions, whose last value is the target', () => {
    const headers = [...std].flatMap(([path, text]) => {
      const [, name = '', parameters = ''] = /^def loss (\w+)\((.*)\) \{$/m.exec(text) ?? [];
      return path.includes('losses/') ? [{ name, parameters: parameters.split(/, (?=\w+)/) }] : [];
    });
    expect(headers.length).toBeGreaterThan(10);
    const several = new Map([
      ['contrastive', 2],
      ['distillation', 2],
      ['gaussian_nll', 2],
      ['triplet', 3],
    ]);
    for (const { name, parameters } of headers) {
      const given = several.get(name) ?? 0;
      const values = parameters.slice(0, given > 0 ? given + 1 : 2);
      if (given === 0) expect([name, values.shift()]).toEqual([name, expect.stringMatching(/= ?it$/)]);
      for (const value of values.slice(0, given))
        expect([name, value]).toEqual([name, expect.not.stringContaining('=')]);
      if (given !== 3) expect([name, values.at(-1)]).toEqual([name, expect.stringMatching(/= ?target$/)]);
    }
  });

  it('xent averages over the positions that are kept in the whole batch', () => {
    const labels = [
      [0, -1],
      [2, 1],
    ];
    const x = [
      [z[0] ?? [], z[1] ?? []],
      [z[2] ?? [], z[3] ?? []],
    ];
    const places = [
      [0, 0, 0],
      [1, 0, 2],
      [1, 1, 1],
    ];
    const costs = places.map(([i = 0, j = 0, c = 0]) => crossed(x[i]?.[j] ?? [], smooth(c, 0)));
    expect(lossOf('target y: class[3][2]; input x: f32[2, 3]', 'loss xent z', { x, y: labels })).toBeCloseTo(
      mean(costs),
      10,
    );
  });

  it('xent of a batch that keeps nothing is 0', () => {
    expect(lossOf(klass, 'loss xent z', { x: z, y: [-1, -1, -1, -1] })).toBe(0);
  });

  it('xent, bce and logcosh stay finite for huge numbers', () => {
    const huge = [[1e4, -1e4, 0]];
    expect(lossOf(klass, 'loss xent z', { x: huge, y: [1] })).toBeCloseTo(2e4, 6);
    expect(lossOf(real, 'loss bce z', { x: huge, y: [[0, 1, 0]] })).toBeCloseTo((2e4 + Math.log(2)) / 3, 6);
    expect(lossOf(real, 'loss logcosh z', { x: huge, y: [[0, 0, 0]] })).toBeCloseTo((2 * (1e4 - Math.log(2))) / 3, 6);
  });
});

describe('metrics', () => {
  const hits = (threshold: (z: number, y: number) => boolean, targets: readonly (readonly number[])[]): number =>
    each(targets, (a, b) => (threshold(a, b) ? 1 : 0));
  const f1 = (pairsOfFlags: readonly (readonly [boolean, boolean])[]): number => {
    const both = pairsOfFlags.filter(([p, t]) => p && t).length;
    return (2 * both) / sum(pairsOfFlags.map(([p, t]) => Number(p) + Number(t)));
  };
  // The largest logits of z are at 2, 2, 0, 0 (the first of equals); the classes are 2, 0, none, 1.
  const ofClass = (k: number) =>
    [
      [2, 2],
      [2, 0],
      [0, 1],
    ].map(([p, t]): readonly [boolean, boolean] => [p === k, t === k]);
  const output = (k: number) =>
    pairs(z, bits).map(([row, b]): readonly [boolean, boolean] => [at(row, k) > 0, at(b, k) > 0.5]);
  const column = (rows: readonly (readonly number[])[], k: number): readonly number[] => rows.map((row) => at(row, k));
  const r2 = (k: number): number => {
    const [targets, values] = [column(y, k), column(z, k)];
    const centre = mean(targets);
    return 1 - sum(targets.map((t, i) => (t - at(values, i)) ** 2)) / sum(targets.map((t) => (t - centre) ** 2));
  };

  it.each<readonly [string, string, Nested, number]>([
    ['metric accuracy it y', klass, classes, 1 / 3],
    ['metric accuracy it y', real, bits, hits((a, b) => a > 0 === b > 0.5, bits)],
    ['metric accuracy it y distribution=true', real, q, 1 / 4],
    ['metric f1 it y', klass, classes, mean([f1(ofClass(0)), f1(ofClass(1)), f1(ofClass(2))])],
    ['metric f1 it y average=micro', klass, classes, f1([...ofClass(0), ...ofClass(1), ...ofClass(2)])],
    ['metric f1 it y', real, bits, mean([f1(output(0)), f1(output(1)), f1(output(2))])],
    [
      'metric f1 it y',
      klass,
      [2, 2, 2, -1],
      mean([
        0,
        f1([
          [true, true],
          [true, true],
          [false, true],
        ]),
      ]),
    ],
    ['metric mse it y', real, y, each(y, (a, b) => (a - b) ** 2)],
    ['metric mae it y', real, y, each(y, (a, b) => Math.abs(a - b))],
    ['metric r2 it y', real, y, mean([r2(0), r2(1), r2(2)])],
  ])('%s, %s', (metric, ports, target, expected) => {
    expect(metricOf(ports, metric, { x: z, y: target })).toBeCloseTo(expected, 10);
  });

  it.each(['accuracy', 'f1', 'f1 average=micro'])(
    '%s of a class at each position is that of all positions',
    (metric) => {
      const inTwos = <T>(all: readonly T[]): readonly (readonly T[])[] => [all.slice(0, 2), all.slice(2)];
      const places = 'target y: class[3][2]; input x: f32[2, 3]';
      const found = metricOf(places, `metric ${metric} it y`, { x: inTwos(z), y: inTwos(classes) });
      expect(found).toBeCloseTo(metricOf(klass, `metric ${metric} it y`, { x: z, y: classes }), 10);
    },
  );
});

describe('penalties', () => {
  const w = [
    [1, -2, 0.5],
    [0, 3, -0.25],
  ];
  const g = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  it.each([
    ['l1', 0.1 * 6.75],
    ['l2', 0.1 * (1 + 4 + 0.25 + 9 + 0.0625)],
    ['group_l1', 0.1 * Math.SQRT2 * (1 + Math.hypot(-2, 3) + Math.hypot(0.5, -0.25))],
  ])('%s', (name, expected) => {
    const model = oneParameter([2, 3], `optim sgd\npenalty ${name} 0.1`);
    const result = interpretStep(model, { weights: tensors({ w }), batches: [tensors({ g: [g] })] });
    expect(result.get('loss')?.data[0]).toBeCloseTo(expected, 10);
  });

  it('group_l1 of a parameter of one axis is l1', () => {
    const model = oneParameter([3], 'optim sgd\npenalty group_l1 0.1 on w');
    const result = interpretStep(model, {
      weights: tensors({ w: [1, -2, 3] }),
      batches: [tensors({ g: [[0, 0, 0]] })],
    });
    expect(result.get('loss')?.data[0]).toBeCloseTo(0.6, 10);
  });
});
