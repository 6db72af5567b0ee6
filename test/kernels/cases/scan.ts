/** Scans, against loops over arrays that say what each turn does. */
import { add, mul, select, lessEqual, sigmoid, sub, tanh } from '../../../runtime/kernels/scalar/functions.ts';
import { matmul, random, size } from '../plain.ts';
import type { Plain } from '../plain.ts';
import type { Case } from './case.ts';

export const scanCases: Case[] = [];

/** Position t of a sequence. */
const position = ({ shape: [, ...rest], data }: Plain, t: number): Plain => ({
  shape: rest,
  data: data.slice(t * size(rest), (t + 1) * size(rest)),
});

/** Values of one shape, each at its position. */
const stacked = (shape: readonly number[], parts: readonly Plain[]): Plain => ({
  shape: [parts.length, ...shape],
  data: parts.flatMap(({ data }) => data),
});

const elementwise = (
  f: (...elements: readonly number[]) => number,
  first: Plain,
  ...others: readonly Plain[]
): Plain => ({
  shape: first.shape,
  data: first.data.map((x, i) => f(x, ...others.map(({ data }) => data[i] ?? NaN))),
});

/** [m, k] @ [k, n]. */
const product = (a: Plain, b: Plain): Plain => matmul(a, b, [], a.shape[0] ?? 0, b.shape[1] ?? 0, a.shape[1] ?? 0);

const columns = ({ shape: [rows = 0, width = 0], data }: Plain, from: number, count: number): Plain => ({
  shape: [rows, count],
  data: Array.from({ length: rows * count }, (_, i) => data[Math.floor(i / count) * width + from + (i % count)] ?? NaN),
});

const order = (steps: number, reverse: boolean): number[] =>
  Array.from({ length: steps }, (_, i) => (reverse ? steps - 1 - i : i));

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

for (const [T, B, I, U, reverse] of [
  [5, 3, 4, 6, false],
  [5, 3, 4, 6, true],
  [1, 2, 3, 4, false],
  [0, 2, 3, 4, false],
  [0, 2, 3, 4, true],
  [7, 1, 5, 3, false],
  [3, 1, 1, 1, true],
  [4, 7, 9, 33, true],
  [200, 2, 3, 5, false],
  [3, 0, 4, 5, false],
  [6, 9, 8, 40, false],
] as const) {
  const [x, h0, kernel, recurrent, bias] = [
    random([T, B, I], 30),
    random([B, U], 31),
    random([I, U], 32),
    random([U, U], 33),
    random([U], 34),
  ] as const;
  let h: Plain = h0;
  const hs: Plain[] = [];
  for (const t of order(T, reverse)) {
    const [a, b] = [product(position(x, t), kernel), product(h, recurrent)];
    h = elementwise((p, q) => p + q, a, b);
    h = { shape: h.shape, data: h.data.map((v, i) => Math.tanh(v + (bias.data[i % U] ?? NaN))) };
    hs[t] = h;
  }
  scanCases.push({
    name: `scan of ${T} steps${reverse ? ' from the end' : ''}: tanh(x [${B}, ${I}] + h [${B}, ${U}])`,
    inputs: [x, h0, kernel, recurrent, bias],
    run: (k, vx, vh, w, r, b) => {
      const { last, stacked: all } = k.scan({ steps: T, over: [vx], with: [vh], reverse }, ([at], [old]) => {
        const next = k.map((p, q) => tanh(add(p, q)), [k.matmul(at, w), k.matmul(old, r, { bias: b })]);
        return { next: [next], stack: [next] };
      });
      return [...last, ...all];
    },
    expected: [h, stacked([B, U], hs)],
  });

  const xw = random([T, B, 4 * U], 35);
  const gates = random([U, 4 * U], 36);
  const c0 = random([B, U], 37);
  let state = { h: h0, c: c0 };
  const kept: { readonly h: Plain; readonly c: Plain; readonly old: Plain; readonly f: Plain }[] = [];
  for (const t of order(T, reverse)) {
    const z = elementwise((p, q) => p + q, position(xw, t), product(state.h, gates));
    const [i, f, g, o] = [0, 1, 2, 3].map((part) => columns(z, part * U, U));
    if (i === undefined || f === undefined || g === undefined || o === undefined) throw new Error('four gates');
    const old = state.c;
    const c = elementwise((w, v, u, s) => logistic(w) * v + logistic(u) * Math.tanh(s), f, old, i, g);
    const out = elementwise((w, v) => logistic(w) * Math.tanh(v), o, c);
    state = { h: out, c };
    kept[t] = { h: out, c, old, f: elementwise(logistic, f) };
  }
  scanCases.push({
    name: `scan of ${T} steps${reverse ? ' from the end' : ''}: gates over [${B}, ${U}]`,
    inputs: [xw, h0, c0, gates],
    run: (k, vx, vh, vc, w) => {
      const { last, stacked: all } = k.scan({ steps: T, over: [vx], with: [vh, vc], reverse }, ([at], [oldH, oldC]) => {
        const z = k.map(add, [at, k.matmul(oldH, w)]);
        const part = (n: number) => k.slice(z, [0, n * U], [B, U]);
        const [c, forget] = k.map(
          (i, f, g, v) => {
            const open = sigmoid(f);
            return [add(mul(open, v), mul(sigmoid(i), tanh(g))), open];
          },
          [part(0), part(1), part(2), oldC],
        );
        const h = k.map((o, v) => mul(sigmoid(o), tanh(v)), [part(3), c]);
        return { next: [h, c], stack: [h, c, oldC, forget] };
      });
      return [...last, ...all];
    },
    expected: [
      state.h,
      state.c,
      ...(['h', 'c', 'old', 'f'] as const).map((name) =>
        stacked(
          [B, U],
          kept.map((turn) => turn[name]),
        ),
      ),
    ],
  });
}

for (const steps of [0, 1, 2, 5]) {
  const [a, b, c] = [random([3, 5], 40), random([3, 5], 41), random([3, 5], 42)] as const;
  const turned = [a, b, c].map((_, i) => [a, b, c][(i + steps) % 3] ?? a);
  scanCases.push({
    name: `scan of ${steps} steps: three values change places`,
    inputs: [a, b, c],
    run: (k, ...values) => {
      const [p, q, r] = values;
      if (p === undefined || q === undefined || r === undefined) throw new Error('three values');
      return k.scan({ steps, over: [], with: [p, q, r] }, (_, [u, v, w]) => ({ next: [v, w, u], stack: [] })).last;
    },
    expected: turned,
  });

  let [sum, twin] = [a, b];
  const sums: Plain[] = [];
  for (let t = 0; t < steps; t++) {
    sums.push(sum);
    [sum, twin] = [elementwise((x, y) => x + y, sum, twin), sum];
  }
  scanCases.push({
    name: `scan of ${steps} steps: what was carried is stacked, and carried on by another`,
    inputs: [a, b],
    run: (k, u, v) => {
      const { last, stacked: all } = k.scan({ steps, over: [], with: [u, v] }, (_, [x, y]) => ({
        next: [k.map(add, [x, y]), x],
        stack: [x],
      }));
      return [...last, ...all];
    },
    expected: [sum, twin, stacked([3, 5], sums)],
  });

  const x = random([steps, 3, 5], 43);
  const at = order(steps, true);
  scanCases.push({
    name: `scan of ${steps} steps: what no turn makes is carried on and stacked`,
    inputs: [a, b, c, x],
    run: (k, u, v, outer, seq) => {
      const { last, stacked: all } = k.scan(
        { steps, over: [seq], with: [u, v, v, v], reverse: true },
        ([one], [p, q, r]) => ({
          next: [p, outer, one, r],
          stack: [one, outer, p, q, one, k.reshape(outer, [5, 3]), k.reshape(p, [15]), r],
        }),
      );
      return [...last, ...all];
    },
    expected: (() => {
      const turns: Plain[][] = [];
      let carried = [a, b, b, b] as const;
      for (const t of at) {
        const [p, q, r] = carried;
        const one = position(x, t);
        turns[t] = [one, c, p, q, one, { ...c, shape: [5, 3] }, { ...p, shape: [15] }, r];
        carried = [p, c, one, r];
      }
      const shapes = [[3, 5], [3, 5], [3, 5], [3, 5], [3, 5], [5, 3], [15], [3, 5]];
      return [
        ...carried,
        ...shapes.map((shape, i) =>
          stacked(
            shape,
            turns.map((turn) => turn[i] ?? c),
          ),
        ),
      ];
    })(),
  });

  let [one, other, flat] = [a, a, a];
  for (let t = 0; t < steps; t++) {
    const next = elementwise((p, q) => Math.tanh(p - 2 * q), one, other);
    // Under the shape [5, 3], then turned to [3, 5].
    const turnedShape = Array.from({ length: 15 }, (_, i) => flat.data[(i % 5) * 3 + Math.floor(i / 5)] ?? NaN);
    [one, other, flat] = [next, next, { shape: [3, 5], data: turnedShape }];
  }
  scanCases.push({
    name: `scan of ${steps} steps: one value twice, and views`,
    inputs: [a],
    run: (k, u) => {
      const { last, stacked: all } = k.scan({ steps, over: [], with: [u, u, u] }, (_, [p, q, r]) => {
        const next = k.map((v, w) => tanh(sub(v, mul(2, w))), [p, q]);
        const turned = k.transpose(k.reshape(r, [5, 3]), [1, 0]);
        return { next: [next, k.reshape(k.reshape(next, [15]), [3, 5]), turned], stack: [next, k.reshape(next, [15])] };
      });
      const [first, second] = all;
      return [...last, k.map(sub, [k.reshape(first, [steps, 15]), second])];
    },
    expected: [one, other, flat, { shape: [steps, 15], data: Array.from({ length: steps * 15 }, () => 0) }],
  });
}

/** Walks through a table: each turn reads the row that the one before named, and counts the large ones. */
for (const [steps, B] of [
  [6, 4],
  [1, 1],
  [9, 13],
] as const) {
  const rows = 11;
  const table = random([rows, 3], 50);
  const jumps = random([steps, B], 51).data.map((v) => Math.floor(Math.abs(v) * rows));
  const begin = random([B], 52).data.map((v) => Math.floor(Math.abs(v) * rows));
  let [ids, count] = [begin, begin.map(() => 0)];
  const [seen, went]: [number[], number[]] = [[], []];
  for (let t = 0; t < steps; t++) {
    const read = ids.flatMap((id) => table.data.slice(id * 3, id * 3 + 3));
    seen.push(...read);
    const old = ids;
    ids = old.map((id, i) => ((read[3 * i] ?? 0) <= 0 ? (jumps[t * B + i] ?? 0) : id));
    count = count.map((n, i) => (old[i] === ids[i] ? n : 7));
    went.push(...ids);
  }
  scanCases.push({
    name: `scan of ${steps} steps: whole numbers [${B}] that choose rows`,
    inputs: [
      table,
      { shape: [steps, B], data: jumps, dtype: 'int32' },
      { shape: [B], data: begin, dtype: 'int32' },
      { shape: [B], data: begin.map(() => 0), dtype: 'int32' },
    ],
    run: (k, rowsOf, to, from, zero) => {
      const { last, stacked: all } = k.scan({ steps, over: [to], with: [from, zero] }, ([jump], [old, n]) => {
        const read = k.gather(rowsOf, old);
        const key = k.reshape(k.slice(read, [0, 0], [B, 1]), [B]);
        const next = k.map((v, j, o) => select(lessEqual(v, 0), j, o), [key, jump, old]);
        const counted = k.map((p, q, m) => select(lessEqual(mul(sub(p, q), sub(p, q)), 0), m, 7), [old, next, n]);
        return { next: [next, counted], stack: [read, next] };
      });
      return [...last, ...all];
    },
    expected: [
      { shape: [B], data: ids },
      { shape: [B], data: count },
      { shape: [steps, B, 3], data: seen },
      { shape: [steps, B], data: went },
    ],
  });
}

/** A scan in each turn of another: both carry, both stack, and the inner one reads what the outer one carries. */
for (const [T, S, N, reverse] of [
  [3, 4, 5, false],
  [2, 1, 7, true],
  [4, 3, 1, true],
  [1, 0, 3, false],
  [0, 2, 3, false],
] as const) {
  const x = random([T, S, N], 60);
  const w = random([N, N], 61);
  const [outer0, inner0] = [random([1, N], 62), random([1, N], 63)] as const;
  let [outer, total] = [outer0, inner0];
  const [path, ends]: [Plain[], Plain[]] = [[], []];
  for (const t of order(T, reverse)) {
    let inner = outer;
    const row: Plain[] = [];
    for (const s of order(S, !reverse)) {
      const xs = { shape: [1, N], data: position(position(x, t), s).data };
      inner = elementwise((p, q, r) => Math.tanh(p + q * r), product(inner, w), outer, xs);
      row[s] = inner;
    }
    path[t] = stacked([1, N], row);
    ends[t] = outer;
    [outer, total] = [elementwise((p, q) => p / 2 + q / 2, outer, inner), elementwise((p, q) => p + q, total, inner)];
  }
  scanCases.push({
    name: `scan of ${T} steps${reverse ? ' from the end' : ''}, each of ${S} turns over [${N}]`,
    inputs: [x, w, outer0, inner0],
    run: (k, vx, weights, first, sum) => {
      const { last, stacked: all } = k.scan(
        { steps: T, over: [vx], with: [first, sum], reverse },
        ([xt], [old, all]) => {
          const inside = k.scan({ steps: S, over: [xt], with: [old], reverse: !reverse }, ([xs], [h]) => {
            const next = k.map((p, q, r) => tanh(add(p, mul(q, r))), [k.matmul(h, weights), old, xs]);
            return { next: [next], stack: [next] };
          });
          const [end] = inside.last;
          const mean = k.map((p, q) => add(mul(0.5, p), mul(0.5, q)), [old, end]);
          return { next: [mean, k.map(add, [all, end])], stack: [...inside.stacked, old] as const };
        },
      );
      return [...last, ...all];
    },
    expected: [outer, total, stacked([S, 1, N], path), stacked([1, N], ends)],
  });
}

/** A position of a sequence of numbers is one. */
for (const reverse of [false, true]) {
  const [x, start] = [random([6], 70), random([3], 71)];
  const sums: Plain[] = [];
  let sum = start;
  for (const t of order(6, reverse)) sums[t] = sum = elementwise((p) => p / 2 + (x.data[t] ?? NaN), sum);
  scanCases.push({
    name: `scan of numbers${reverse ? ' from the end' : ''}`,
    inputs: [x, start],
    run: (k, numbers, first) => {
      const { last, stacked: all } = k.scan({ steps: 6, over: [numbers], with: [first], reverse }, ([at], [h]) => {
        const next = k.map((p, q) => add(mul(0.5, p), q), [h, at]);
        return { next: [next], stack: [next] };
      });
      return [...last, ...all];
    },
    expected: [sum, stacked([3], sums)],
  });
}
