/** Optimizers of the library over several updates, against their papers' formulas in plain numbers. */
import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/parser.ts';
import { std } from '../../grammar/std/index.ts';
import { modelOf } from '../check/elaboration.ts';
import { oneParameter, tensor, trained } from './model.ts';

type Matrix = readonly (readonly number[])[];

const noise = (i: number): number => {
  const x = Math.sin(12.9898 * (i + 1)) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
};
const matrix = (rows: number, columns: number, seed: number): Matrix =>
  Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => noise(seed * 1000 + r * columns + c)),
  );

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const mean = (xs: readonly number[]): number => sum(xs) / xs.length;
const map = (a: Matrix, f: (x: number, row: number, column: number) => number): Matrix =>
  a.map((row, i) => row.map((x, j) => f(x, i, j)));
const zip = (a: Matrix, b: Matrix, f: (x: number, y: number) => number): Matrix =>
  map(a, (x, i, j) => f(x, b[i]?.[j] ?? NaN));
const zeros = (a: Matrix): Matrix => map(a, () => 0);
const norm = (a: Matrix): number => Math.hypot(...a.flat());
const rms = (a: Matrix): number => norm(a) / Math.sqrt(a.flat().length);
const transposed = (a: Matrix): Matrix => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? NaN));
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => transposed(b).map((column) => sum(row.map((x, k) => x * (column[k] ?? NaN)))));

/** An optimizer as a function of the gradient, which keeps what it needs. */
type Update = (w: Matrix, g: Matrix, t: number) => Matrix;

/** Optimizers by their parameters, in the order of the library's definition; flags are 0 or 1. */
type Rule = (...parameters: readonly number[]) => Update;

const moments = (beta1: number, beta2: number): ((g: Matrix) => { m: Matrix; v: Matrix }) => {
  let m: Matrix | undefined;
  let v: Matrix | undefined;
  return (g) => {
    m = zip(m ?? zeros(g), g, (old, x) => beta1 * old + (1 - beta1) * x);
    v = zip(v ?? zeros(g), g, (old, x) => beta2 * old + (1 - beta2) * x * x);
    return { m, v };
  };
};

const sgd: Rule =
  (lr = NaN) =>
  (w, g) =>
    zip(w, g, (x, y) => x - lr * y);

const momentum: Rule = (lr = NaN, beta = NaN, nesterov = 0) => {
  let v: Matrix | undefined;
  return (w, g) => {
    v = zip(v ?? zeros(g), g, (old, x) => beta * old + x);
    const step = nesterov === 1 ? zip(g, v, (x, y) => x + beta * y) : v;
    return zip(w, step, (x, y) => x - lr * y);
  };
};

/** Tieleman, Hinton 2012, with the epsilon behind the root. */
const rmsprop: Rule = (lr = NaN, rho = NaN, eps = NaN) => {
  let s: Matrix | undefined;
  return (w, g) => {
    s = zip(s ?? zeros(g), g, (old, x) => rho * old + (1 - rho) * x * x);
    const step = zip(g, s, (x, y) => x / (Math.sqrt(y) + eps));
    return zip(w, step, (x, y) => x - lr * y);
  };
};

/** Duchi et al. 2011. */
const adagrad: Rule = (lr = NaN, start = NaN, eps = NaN) => {
  let s: Matrix | undefined;
  return (w, g) => {
    s = zip(s ?? map(g, () => start), g, (old, x) => old + x * x);
    const step = zip(g, s, (x, y) => x / (Math.sqrt(y) + eps));
    return zip(w, step, (x, y) => x - lr * y);
  };
};

/** Zeiler 2012. */
const adadelta: Rule = (lr = NaN, rho = NaN, eps = NaN) => {
  let s: Matrix | undefined;
  let u: Matrix | undefined;
  return (w, g) => {
    s = zip(s ?? zeros(g), g, (old, x) => rho * old + (1 - rho) * x * x);
    const ratio = zip(u ?? zeros(g), s, (far, near) => Math.sqrt((far + eps) / (near + eps)));
    const d = zip(ratio, g, (x, y) => x * y);
    u = zip(u ?? zeros(g), d, (old, x) => rho * old + (1 - rho) * x * x);
    return zip(w, d, (x, y) => x - lr * y);
  };
};

const adam: Rule = (lr = NaN, beta1 = NaN, beta2 = NaN, eps = NaN) => {
  const next = moments(beta1, beta2);
  return (w, g, t) => {
    const { m, v } = next(g);
    const step = zip(m, v, (a, b) => a / (1 - beta1 ** t) / (Math.sqrt(b / (1 - beta2 ** t)) + eps));
    return zip(w, step, (x, s) => x - lr * s);
  };
};

/** The decay is of the weight before the step (Loshchilov, Hutter 2019). */
const adamw: Rule = (lr = NaN, beta1 = NaN, beta2 = NaN, eps = NaN, decay = NaN) => {
  const inner = adam(lr, beta1, beta2, eps);
  return (w, g, t) => {
    const step = zip(inner(w, g, t), w, (after, before) => after - before);
    return zip(w, step, (x, s) => x * (1 - lr * decay) + s);
  };
};

const amsgrad: Rule = (lr = NaN, beta1 = NaN, beta2 = NaN, eps = NaN) => {
  const next = moments(beta1, beta2);
  let top: Matrix | undefined;
  return (w, g, t) => {
    const { m, v } = next(g);
    top = zip(top ?? zeros(g), v, Math.max);
    // As torch.optim.Adam(amsgrad=True): the largest v is corrected by today's factor.
    const step = zip(m, top, (a, b) => a / (1 - beta1 ** t) / (Math.sqrt(b) / Math.sqrt(1 - beta2 ** t) + eps));
    return zip(w, step, (x, s) => x - lr * s);
  };
};

/** Kingma, Ba 2015, section 7.1, with the epsilon of torch.optim.Adamax. */
const adamax: Rule = (lr = NaN, beta1 = NaN, beta2 = NaN, eps = NaN) => {
  let m: Matrix | undefined;
  let u: Matrix | undefined;
  return (w, g, t) => {
    m = zip(m ?? zeros(g), g, (old, x) => beta1 * old + (1 - beta1) * x);
    u = zip(u ?? zeros(g), g, (old, x) => Math.max(beta2 * old, Math.abs(x) + eps));
    const step = zip(m, u, (a, b) => a / (1 - beta1 ** t) / b);
    return zip(w, step, (x, s) => x - lr * s);
  };
};

/** Dozat 2016, as torch.optim.NAdam has it. */
const nadam: Rule = (lr = NaN, beta1 = NaN, beta2 = NaN, eps = NaN, psi = NaN) => {
  const next = moments(beta1, beta2);
  const mu = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * psi));
  let product = 1;
  return (w, g, t) => {
    const { m, v } = next(g);
    product *= mu(t);
    const far = map(m, (x) => (mu(t + 1) * x) / (1 - product * mu(t + 1)));
    const ahead = zip(far, g, (x, y) => x + ((1 - mu(t)) * y) / (1 - product));
    const step = zip(ahead, v, (x, y) => x / (Math.sqrt(y / (1 - beta2 ** t)) + eps));
    return zip(w, step, (x, s) => x - lr * s);
  };
};

/** Liu et al. 2020, as torch.optim.RAdam has it. */
const radam: Rule = (lr = NaN, beta1 = NaN, beta2 = NaN, eps = NaN) => {
  const next = moments(beta1, beta2);
  const most = 2 / (1 - beta2) - 1;
  return (w, g, t) => {
    const { m, v } = next(g);
    const length = most - (2 * t * beta2 ** t) / (1 - beta2 ** t);
    const trust = Math.sqrt(((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length));
    const step = zip(m, v, (a, b) => {
      const corrected = a / (1 - beta1 ** t);
      return length > 5 ? (corrected * trust * Math.sqrt(1 - beta2 ** t)) / (Math.sqrt(b) + eps) : corrected;
    });
    return zip(w, step, (x, s) => x - lr * s);
  };
};

const lamb: Rule = (lr = NaN, beta1 = NaN, beta2 = NaN, eps = NaN, decay = NaN) => {
  const next = moments(beta1, beta2);
  return (w, g, t) => {
    const { m, v } = next(g);
    const adamStep = zip(m, v, (a, b) => a / (1 - beta1 ** t) / (Math.sqrt(b / (1 - beta2 ** t)) + eps));
    const step = zip(adamStep, w, (s, x) => s + decay * x);
    const trust = norm(w) > 0 && norm(step) > 0 ? norm(w) / norm(step) : 1;
    return zip(w, step, (x, s) => x - lr * trust * s);
  };
};

/** As torch.optim.Adafactor writes it, for matrices. */
const adafactor: Rule = (lr = NaN, power = NaN, eps = NaN, tiny = NaN, clip = NaN, decay = NaN) => {
  let rows: readonly number[] | undefined;
  let columns: readonly number[] | undefined;
  return (w, g, t) => {
    const fresh = t ** -power;
    const lerp = (old: number, x: number): number => old + fresh * (x - old);
    const square = map(g, (x) => x * x);
    const old = { rows, columns };
    rows = square.map((row, i) => lerp(old.rows?.[i] ?? 0, mean(row)));
    columns = transposed(square).map((column, j) => lerp(old.columns?.[j] ?? 0, mean(column)));
    const scale = Math.max(mean(rows), tiny);
    const variance = map(g, (_, i, j) => ((rows?.[i] ?? NaN) * (columns?.[j] ?? NaN)) / scale);
    const update = zip(g, variance, (x, v) => x / Math.sqrt(Math.max(v, tiny ** 2)));
    const alpha = Math.max(eps, rms(w)) * Math.min(lr, 1 / Math.sqrt(t));
    const denominator = Math.max(1, rms(update) / clip);
    return zip(w, update, (x, u) => x * (1 - lr * decay) - (alpha / denominator) * u);
  };
};

/** As torch.optim.Muon writes it: the wider side is made the columns before the iteration. */
const muon: Rule = (lr = NaN, beta = NaN, nesterov = 0) => {
  let buffer: Matrix | undefined;
  return (w, g) => {
    buffer = zip(buffer ?? zeros(g), g, (old, x) => beta * old + (1 - beta) * x);
    const u = nesterov === 1 ? zip(buffer, g, (b, x) => beta * b + (1 - beta) * x) : buffer;
    const [rows, columns] = [u.length, u[0]?.length ?? 0];
    let x = rows > columns ? transposed(u) : u;
    const size = Math.max(norm(x), 1e-7);
    x = map(x, (value) => value / size);
    for (let i = 0; i < 5; i++) {
      const a = product(x, transposed(x));
      const b = zip(a, product(a, a), (p, q) => -4.775 * p + 2.0315 * q);
      x = zip(x, product(b, x), (p, q) => 3.4445 * p + q);
    }
    const step = rows > columns ? transposed(x) : x;
    return zip(w, step, (p, s) => p - lr * Math.sqrt(Math.max(1, rows / columns)) * s);
  };
};

const lookahead =
  (inner: (lr: number) => Update): Rule =>
  (lr = NaN, every = NaN, alpha = NaN) => {
    const fastUpdate = inner(lr);
    let slow: Matrix | undefined;
    return (w, g, t) => {
      slow ??= w;
      const fast = fastUpdate(w, g, t);
      if (t % every !== 0) return fast;
      slow = zip(slow, fast, (s, f) => s + alpha * (f - s));
      return slow;
    };
  };

const lion: Rule = (lr = NaN, beta1 = NaN, beta2 = NaN, decay = NaN) => {
  let m: Matrix | undefined;
  return (w, g) => {
    const old = m ?? zeros(g);
    m = zip(old, g, (a, b) => beta2 * a + (1 - beta2) * b);
    const step = zip(old, g, (a, b) => Math.sign(beta1 * a + (1 - beta1) * b));
    return zip(w, step, (x, s) => x * (1 - lr * decay) - lr * s);
  };
};

const lars: Rule = (lr = NaN, trust = NaN, decay = NaN, beta = NaN) => {
  let v: Matrix | undefined;
  return (w, g) => {
    const local = norm(w) === 0 ? 1 : (trust * norm(w)) / (norm(g) + decay * norm(w));
    const pulled = zip(g, w, (x, y) => lr * local * (x + decay * y));
    v = zip(v ?? zeros(g), pulled, (old, x) => beta * old + x);
    return zip(w, v, (x, y) => x - y);
  };
};

interface Row {
  readonly rule: Rule;
  readonly defaults: readonly number[];
  readonly given: Readonly<Record<string, number | boolean>>;
  readonly shapes?: readonly (readonly [number, number])[];
}

const adamDefaults = [1e-3, 0.9, 0.999, 1e-7];
const adamGiven = { lr: 0.1, beta1: 0.8, beta2: 0.7, eps: 0.3 };

/** Defaults as the papers, Keras or PyTorch have them; epsilons large enough to be seen where they are given. */
const rows: Readonly<Record<string, Row>> = {
  sgd: { rule: sgd, defaults: [0.01], given: { lr: 0.3 } },
  momentum: { rule: momentum, defaults: [0.01, 0.9, 0], given: { lr: 0.1, beta: 0.7, nesterov: true } },
  rmsprop: { rule: rmsprop, defaults: [1e-3, 0.9, 1e-7], given: { lr: 0.1, rho: 0.7, eps: 0.3 } },
  adagrad: { rule: adagrad, defaults: [0.01, 0.1, 1e-7], given: { lr: 0.1, start: 0.4, eps: 0.3 } },
  adadelta: { rule: adadelta, defaults: [1, 0.95, 1e-6], given: { lr: 0.5, rho: 0.7, eps: 0.3 } },
  adam: { rule: adam, defaults: adamDefaults, given: adamGiven },
  adamw: { rule: adamw, defaults: [...adamDefaults, 0.01], given: { ...adamGiven, decay: 0.2 } },
  amsgrad: { rule: amsgrad, defaults: adamDefaults, given: adamGiven },
  adamax: { rule: adamax, defaults: adamDefaults, given: adamGiven },
  nadam: { rule: nadam, defaults: [...adamDefaults, 4e-3], given: { ...adamGiven, psi: 0.5 } },
  // Five updates do not know their variance yet, the sixth does.
  radam: { rule: radam, defaults: adamDefaults, given: { ...adamGiven, beta2: 0.9 } },
  lamb: { rule: lamb, defaults: [1e-3, 0.9, 0.999, 1e-6, 0.01], given: { ...adamGiven, decay: 0.2 } },
  lars: { rule: lars, defaults: [1, 1e-3, 5e-4, 0.9], given: { lr: 2, trust: 0.05, decay: 0.3, beta: 0.7 } },
  lion: { rule: lion, defaults: [1e-4, 0.9, 0.99, 0], given: { lr: 0.1, beta1: 0.6, beta2: 0.7, decay: 0.2 } },
  adafactor: {
    rule: adafactor,
    defaults: [0.01, 0.8, 1e-3, 1.1920929e-7, 1, 0],
    given: { lr: 0.6, power: 0.5, eps: 2, tiny: 0.7, clip: 0.4, decay: 0.1 },
  },
  muon: {
    rule: muon,
    defaults: [0.02, 0.95, 1],
    given: { lr: 0.1, beta: 0.7, nesterov: false },
    shapes: [
      [3, 5],
      [6, 2],
      [4, 4],
    ],
  },
  lookahead: {
    rule: lookahead((lr) => adam(lr, 0.9, 0.999, 1e-7)),
    defaults: [1e-3, 6, 0.5],
    given: { lr: 0.1, every: 3, alpha: 0.4 },
  },
  // A line has the same gradient everywhere, so that what is left is the optimizer inside.
  sam: {
    rule: (lr = NaN) => adam(lr, 0.9, 0.999, 1e-7),
    defaults: [1e-3, 0.05],
    given: { lr: 0.1, rho: 0.4 },
  },
  'lookahead momentum': {
    rule: lookahead((lr) => momentum(lr, 0.9, 0)),
    defaults: [1e-3, 6, 0.5],
    given: { lr: 0.1, every: 2, alpha: 0.4 },
  },
};

/** The parameters that a definition gives a number or a flag to. */
const parametersOf = (optimizer: string): readonly string[] => {
  const definition = [...std.values()]
    .flatMap((text) => parse(text).file.statements)
    .find((statement) => statement.type === 'def' && statement.sort === 'optim' && statement.name.text === optimizer);
  const parameters = definition?.type === 'def' ? definition.parameters : [];
  return parameters.filter((each) => each.default?.type !== 'path').map(({ name }) => name.text);
};

describe('optimizers', () => {
  it('are all here', () => {
    const names = [...std.keys()].flatMap((path) => /^optimizers\/(.*)\.nn$/.exec(path)?.slice(1) ?? []);
    expect(
      Object.keys(rows)
        .filter((name) => !name.includes(' '))
        .sort(),
    ).toEqual(names.sort());
  });

  describe.each(Object.entries(rows))('%s', (optimizer, { rule, defaults, given, shapes = [[3, 4]] }) => {
    const cases = shapes.flatMap(
      ([rows, columns]) =>
        [
          ['', rows, columns, defaults],
          [
            Object.entries(given)
              .map(([name, value]) => ` ${name}=${value}`)
              .join(''),
            rows,
            columns,
            Object.values(given).map(Number),
          ],
        ] as const,
    );

    it('is given all that it takes', () => {
      expect(Object.keys(given)).toEqual(parametersOf(optimizer.split(' ')[0] ?? ''));
      expect(defaults.length).toBe(Object.keys(given).length);
    });

    it.each(cases)('of[%s] on [%i, %i]', (text, rows, columns, parameters) => {
      const start = map(matrix(rows, columns, 1), Math.fround);
      // The third gradient is large, so that what remembers the largest shows.
      const gradients = [2, 3, 4, 5, 6, 7, 8, 9].map((seed) =>
        map(matrix(rows, columns, seed), (x) => (seed === 4 ? 9 * x : x)),
      );
      const found = trained(oneParameter([rows, columns], `optim ${optimizer}${text}`), start, gradients);
      const update = rule(...parameters);
      let w = start;
      for (const [i, g] of gradients.entries()) {
        const before = w;
        w = update(w, g, i + 1);
        expect(found[i]?.shape).toEqual([rows, columns]);
        // By the length of the step, so that a small rate hides nothing. Slots begin as floats.
        const length = Math.max(...zip(w, before, (x, y) => Math.abs(x - y)).flat());
        const off = Math.max(...w.flat().map((x, k) => Math.abs(x - (found[i]?.data[k] ?? NaN))));
        expect(off / length).toBeLessThan(1e-7);
      }
    });
  });

  it('adafactor keeps the whole square of a parameter of one axis', () => {
    const start = [0.5, -1, 2];
    const gradients = [
      [1, -2, 0.5],
      [0.1, 3, -1],
      [2, 0.2, 0.3],
    ];
    const found = trained(oneParameter([3], 'optim adafactor lr=0.3'), start, gradients);
    let w: readonly number[] = start;
    let v: readonly number[] = [0, 0, 0];
    for (const [i, g] of gradients.entries()) {
      const t = i + 1;
      v = v.map((old, k) => old + t ** -0.8 * ((g[k] ?? NaN) ** 2 - old));
      const u = g.map((x, k) => x / Math.sqrt(v[k] ?? NaN));
      const step = (Math.max(1e-3, rms([w])) * Math.min(0.3, 1 / Math.sqrt(t))) / Math.max(1, rms([u]));
      w = w.map((x, k) => x - step * (u[k] ?? NaN));
      expect(Math.max(...w.map((x, k) => Math.abs(x - (found[i]?.data[k] ?? NaN))))).toBeLessThan(1e-6);
    }
  });

  it('muon moves a parameter of one axis by its momentum', () => {
    const [after] = trained(oneParameter([2], 'optim muon lr=0.1'), [1, 2], [[1, -1]]);
    const step = 0.1 * (0.95 * 0.05 + 0.05);
    expect(after?.data).toEqual(tensor([1 - step, 2 + step]).data);
  });
});

describe('sam', () => {
  it('takes the gradient where the loss is steepest near by', () => {
    const [lr, rho] = [0.1, 0.4];
    const model = modelOf(
      `input g: f32[2, 3]\nweight w: [2, 3] init=zeros\nloss = sum(w * g + w^3)\noptim sam sgd lr=${lr} rho=${rho}\n`,
    );
    const start = matrix(2, 3, 1);
    const gradients = [2, 3, 4].map((seed) => matrix(2, 3, seed));
    const found = trained(model, start, gradients);
    let w = start;
    for (const [i, g] of gradients.entries()) {
      const slope = (at: Matrix): Matrix => zip(at, g, (x, y) => y + 3 * x ** 2);
      const here = slope(w);
      const there = slope(zip(w, here, (x, y) => x + (rho * y) / norm(here)));
      w = zip(w, there, (x, y) => x - lr * y);
      for (const [k, x] of w.flat().entries()) expect(found[i]?.data[k]).toBeCloseTo(x, 9);
    }
  });
});

describe('lars', () => {
  it('moves a parameter of zeros by momentum, and one of one axis without decay', () => {
    const gradients = [
      [1, -2],
      [0.5, 3],
      [-1, 1],
    ];
    const found = trained(oneParameter([2], 'optim lars lr=0.5 trust=0.1 decay=0.4'), [0, 0], gradients);
    const update = lars(0.5, 0.1, 0, 0.9);
    let w: Matrix = [[0, 0]];
    for (const [i, g] of gradients.entries()) {
      w = update(w, [g], i + 1);
      for (const [k, x] of w.flat().entries()) expect(found[i]?.data[k]).toBeCloseTo(x, 6);
    }
  });
});

describe('schedules', () => {
  const T = 11;
  /** How far each update of sgd goes, of T with gradient 1. */
  const factors = (schedule: string): readonly number[] => {
    const model = oneParameter([1], `optim sgd lr=1\nschedule ${schedule}`);
    const weights = trained(
      model,
      [0],
      Array.from({ length: T }, () => [1]),
      T,
    ).map(({ data }) => data[0] ?? NaN);
    return weights.map((w, i) => (weights[i - 1] ?? 0) - w);
  };
  const u = (t: number, W = 0): number => (t - 1 - W) / (T - W);
  const half = (x: number): number => (1 + Math.cos(Math.PI * x)) / 2;

  it.each<readonly [string, (t: number) => number]>([
    ['constant', () => 1],
    ['cosine', (t) => half(u(t))],
    ['linear', (t) => 1 - u(t)],
    ['polynomial power=2', (t) => (1 - u(t)) ** 2],
    ['exponential 0.5', (t) => 0.5 ** (t - 1)],
    ['exponential 0.5 every=3', (t) => 0.5 ** Math.floor((t - 1) / 3)],
    ['step at=[3, 7]', (t) => 0.1 ** Number(t > 3) * 0.1 ** Number(t > 7)],
    ['step at=[3, 7] gamma=0.5', (t) => 0.5 ** (Number(t > 3) + Number(t > 7))],
    ['onecycle', (t) => (u(t) < 0.3 ? 1 - 0.96 * half(u(t) / 0.3) : 1e-4 + (1 - 1e-4) * half((u(t) - 0.3) / 0.7))],
    ['linear warmup=4', (t) => (t <= 4 ? t / 4 : 1 - u(t, 4))],
    ['linear min=0.3', (t) => Math.max(0.3, 1 - u(t))],
  ])('%s', (schedule, factor) => {
    const found = factors(schedule);
    for (let t = 1; t <= T; t++) expect(found[t - 1]).toBeCloseTo(factor(t), 6);
  });
});
