/** Optimizers of the library over several updates, against their papers' formulas in plain numbers. */
import { describe, expect, it } from 'vitest';
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

const moments = (beta1: number, beta2: number): ((g: Matrix, t: number) => { m: Matrix; v: Matrix }) => {
  let m: Matrix | undefined;
  let v: Matrix | undefined;
  return (g) => {
    m = zip(m ?? zeros(g), g, (old, x) => beta1 * old + (1 - beta1) * x);
    v = zip(v ?? zeros(g), g, (old, x) => beta2 * old + (1 - beta2) * x * x);
    return { m, v };
  };
};

const adam = (lr: number): Update => {
  const next = moments(0.9, 0.999);
  return (w, g, t) => {
    const { m, v } = next(g, t);
    const step = zip(m, v, (a, b) => a / (1 - 0.9 ** t) / (Math.sqrt(b / (1 - 0.999 ** t)) + 1e-7));
    return zip(w, step, (x, s) => x - lr * s);
  };
};

const amsgrad = (lr: number): Update => {
  const next = moments(0.9, 0.999);
  let top: Matrix | undefined;
  return (w, g, t) => {
    const { m, v } = next(g, t);
    top = zip(top ?? zeros(g), v, Math.max);
    // As torch.optim.Adam(amsgrad=True): the largest v is corrected by today's factor.
    const step = zip(m, top, (a, b) => a / (1 - 0.9 ** t) / (Math.sqrt(b) / Math.sqrt(1 - 0.999 ** t) + 1e-7));
    return zip(w, step, (x, s) => x - lr * s);
  };
};

const lamb = (lr: number, decay: number): Update => {
  const next = moments(0.9, 0.999);
  return (w, g, t) => {
    const { m, v } = next(g, t);
    const adamStep = zip(m, v, (a, b) => a / (1 - 0.9 ** t) / (Math.sqrt(b / (1 - 0.999 ** t)) + 1e-6));
    const step = zip(adamStep, w, (s, x) => s + decay * x);
    const trust = norm(w) > 0 && norm(step) > 0 ? norm(w) / norm(step) : 1;
    return zip(w, step, (x, s) => x - lr * trust * s);
  };
};

/** As torch.optim.Adafactor writes it, for matrices. */
const adafactor = (lr: number, decay: number): Update => {
  let rows: readonly number[] | undefined;
  let columns: readonly number[] | undefined;
  return (w, g, t) => {
    const fresh = t ** -0.8;
    const lerp = (old: number, x: number): number => old + fresh * (x - old);
    const square = map(g, (x) => x * x);
    const old = { rows, columns };
    rows = square.map((row, i) => lerp(old.rows?.[i] ?? 0, mean(row)));
    columns = transposed(square).map((column, j) => lerp(old.columns?.[j] ?? 0, mean(column)));
    const scale = Math.max(mean(rows), 1.1920929e-7);
    const variance = map(g, (_, i, j) => ((rows?.[i] ?? NaN) * (columns?.[j] ?? NaN)) / scale);
    const update = zip(g, variance, (x, v) => x / Math.sqrt(Math.max(v, 1.1920929e-7 ** 2)));
    const alpha = Math.max(1e-3, rms(w)) * Math.min(lr, 1 / Math.sqrt(t));
    const denominator = Math.max(1, rms(update));
    return zip(w, update, (x, u) => x * (1 - lr * decay) - (alpha / denominator) * u);
  };
};

/** As torch.optim.Muon writes it: the wider side is made the columns before the iteration. */
const muon = (lr: number, nesterov: boolean): Update => {
  let buffer: Matrix | undefined;
  return (w, g) => {
    buffer = zip(buffer ?? zeros(g), g, (old, x) => 0.95 * old + 0.05 * x);
    const u = nesterov ? zip(buffer, g, (b, x) => 0.95 * b + 0.05 * x) : buffer;
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

const lookahead = (lr: number, every: number, alpha: number): Update => {
  const inner = adam(lr);
  let slow: Matrix | undefined;
  return (w, g, t) => {
    slow ??= w;
    const fast = inner(w, g, t);
    if (t % every !== 0) return fast;
    slow = zip(slow, fast, (s, f) => s + alpha * (f - s));
    return slow;
  };
};

const lion = (lr: number, decay: number): Update => {
  let m: Matrix | undefined;
  return (w, g) => {
    const old = m ?? zeros(g);
    m = zip(old, g, (a, b) => 0.99 * a + 0.01 * b);
    const step = zip(old, g, (a, b) => Math.sign(0.9 * a + 0.1 * b));
    return zip(w, step, (x, s) => x * (1 - lr * decay) - lr * s);
  };
};

const lars = (lr: number, trust: number, decay: number, beta: number): Update => {
  let v: Matrix | undefined;
  return (w, g) => {
    const local = norm(w) === 0 ? 1 : (trust * norm(w)) / (norm(g) + decay * norm(w));
    const pulled = zip(g, w, (x, y) => lr * local * (x + decay * y));
    v = zip(v ?? zeros(g), pulled, (old, x) => beta * old + x);
    return zip(w, v, (x, y) => x - y);
  };
};

describe('optimizers', () => {
  it.each<readonly [string, number, number, Update]>([
    ['adam lr=0.1', 3, 4, adam(0.1)],
    ['amsgrad lr=0.1', 3, 4, amsgrad(0.1)],
    ['lamb lr=0.1 decay=0.02', 3, 4, lamb(0.1, 0.02)],
    ['adafactor lr=0.3', 3, 4, adafactor(0.3, 0)],
    ['adafactor lr=0.3 decay=0.1', 5, 2, adafactor(0.3, 0.1)],
    ['muon lr=0.1', 3, 5, muon(0.1, true)],
    ['muon lr=0.1', 6, 2, muon(0.1, true)],
    ['muon lr=0.1 nesterov=false', 4, 4, muon(0.1, false)],
    ['lookahead adam lr=0.1 every=3 alpha=0.4', 2, 3, lookahead(0.1, 3, 0.4)],
    ['lion lr=0.1 decay=0.2', 2, 3, lion(0.1, 0.2)],
    ['lars', 3, 4, lars(1, 1e-3, 5e-4, 0.9)],
    ['lars lr=2 trust=0.05 decay=0.3 beta=0.7', 5, 2, lars(2, 0.05, 0.3, 0.7)],
  ])('%s on [%i, %i]', (optimizer, rows, columns, update) => {
    const start = matrix(rows, columns, 1);
    // The third gradient is large, so that what remembers the largest shows.
    const gradients = [2, 3, 4, 5, 6, 7, 8].map((seed) =>
      map(matrix(rows, columns, seed), (x) => (seed === 4 ? 9 * x : x)),
    );
    const found = trained(oneParameter([rows, columns], `optim ${optimizer}`), start, gradients);
    let w = start;
    for (const [i, g] of gradients.entries()) {
      w = update(w, g, i + 1);
      expect(found[i]?.shape).toEqual([rows, columns]);
      expect(Math.max(...w.flat().map((x, k) => Math.abs(x - (found[i]?.data[k] ?? NaN))))).toBeLessThan(1e-6);
    }
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
