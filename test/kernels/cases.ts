/** Every kernel over tables of shapes, with what plain JavaScript gives: for the tests of Node and of browsers. */
import type { K, Value } from '../../runtime/kernels/k.ts';
import {
  add,
  column,
  div,
  equal,
  exp,
  log,
  mul,
  relu,
  rowMax,
  rowSum,
  select,
  sub,
  tanh,
} from '../../runtime/kernels/scalar/functions.ts';
import { at, indices, make, matmul, random, reduce, size } from './plain.ts';
import type { Plain } from './plain.ts';

export interface Case {
  readonly name: string;
  readonly inputs: readonly (Plain & { readonly dtype?: 'float32' | 'int32' })[];
  readonly scalars?: Readonly<Record<string, number>>;
  readonly run: (k: K, ...inputs: readonly Value[]) => readonly Value[];
  readonly expected: readonly Plain[];
  readonly tolerance?: number;
}

export const cases: Case[] = [];

for (const [m, n, k] of [
  [1, 1, 1],
  [4, 8, 4],
  [5, 9, 7],
  [8, 16, 3],
  [17, 10, 33],
  [3, 17, 600],
  [16, 4, 16],
  [7, 3, 5],
  [8, 12, 1030],
  [13, 8, 1],
  [1, 23, 9],
  [33, 1, 5],
  [0, 3, 2],
  [2, 0, 3],
  [2, 3, 0],
] as const) {
  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    const a = random(transposeA ? [k, m] : [m, k], 1);
    const b = random(transposeB ? [n, k] : [k, n], 2);
    const bias = random([n], 3);
    const plain = matmul(a, b, [], m, n, k, transposeA, transposeB);
    const name = `matmul ${m}x${n}x${k}${transposeA ? ' Aᵀ' : ''}${transposeB ? ' Bᵀ' : ''}`;
    cases.push({
      name,
      inputs: [a, b],
      run: (kk, x, y) => [kk.matmul(x, y, { transposeA, transposeB })],
      expected: [plain],
    });
    cases.push({
      name: `${name} + bias, act`,
      inputs: [a, b, bias],
      run: (kk, x, y, z) => [kk.matmul(x, y, { transposeA, transposeB, bias: z, act: (s) => tanh(relu(s)) })],
      expected: [make([m, n], (index) => Math.tanh(Math.max(0, at(plain, index) + at(bias, index))))],
    });
  }
}

for (const [left, right, lead] of [
  [[3], [3], [3]],
  [
    [2, 3],
    [2, 3],
    [2, 3],
  ],
  [[3], [], [3]],
  [[], [3], [3]],
  [[2, 1], [3], [2, 3]],
  [
    [2, 3],
    [1, 3],
    [2, 3],
  ],
  [
    [1, 3],
    [2, 1],
    [2, 3],
  ],
] as const) {
  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
  ] as const) {
    const [m, n, k] = [5, 9, 6];
    const a = random([...left, ...(transposeA ? [k, m] : [m, k])], 4);
    const b = random([...right, ...(transposeB ? [n, k] : [k, n])], 5);
    cases.push({
      name: `matmul of batches [${left}] and [${right}]${transposeA ? ' Aᵀ' : ''}${transposeB ? ' Bᵀ' : ''}`,
      inputs: [a, b],
      run: (kk, x, y) => [kk.matmul(x, y, { transposeA, transposeB })],
      expected: [matmul(a, b, lead, m, n, k, transposeA, transposeB)],
    });
  }
}

for (const [left, right, shape] of [
  [[7], [7], [7]],
  [[4, 5], [5], [4, 5]],
  [[4, 1], [5], [4, 5]],
  [[4, 5], [], [4, 5]],
  [[1], [4, 6], [4, 6]],
  [
    [2, 3, 4],
    [3, 1],
    [2, 3, 4],
  ],
  [
    [2, 1, 4],
    [1, 3, 1],
    [2, 3, 4],
  ],
  [
    [2, 3, 1, 5],
    [3, 4, 1],
    [2, 3, 4, 5],
  ],
  [
    [5, 1],
    [1, 1],
    [5, 1],
  ],
  [[], [], []],
  [[0, 3], [3], [0, 3]],
  [[64], [1], [64]],
] as const) {
  const a = random(left, 6);
  const b = random(right, 7);
  cases.push({
    name: `map of [${left}] and [${right}]`,
    inputs: [a, b],
    scalars: { s: 0.25 },
    run: (k, x, y) => k.map((p, q, s) => [add(mul(p, q), s), sub(p, mul(2, q))], [x, y, { scalar: 's' }]),
    expected: [
      make(shape, (index) => at(a, index) * at(b, index) + 0.25),
      make(shape, (index) => at(a, index) - 2 * at(b, index)),
    ],
  });
}

for (const shape of [[1], [4], [3, 10], [5, 1], [2, 3, 7], [6, 33], [2, 128]] as const) {
  const x = random(shape, 8);
  const width = shape[shape.length - 1] ?? 1;
  const rows = [...shape.slice(0, -1), 1];
  const label = make(rows, (index) => (index.reduce((s, i) => s * 3 + i, 1) * 7) % width);
  const row = (index: readonly number[]) => Array.from({ length: width }, (_, j) => at(x, [...index.slice(0, -1), j]));
  const logsum = (index: readonly number[]) => Math.log(row(index).reduce((s, z) => s + Math.exp(z), 0));
  cases.push({
    name: `map with row reductions: cross-entropy over [${shape}]`,
    inputs: [x, { ...label, dtype: 'int32' }],
    run: (k, logits, labels) =>
      k.map(
        (z, c) => {
          const hot = equal(c, column());
          const shifted = sub(z, rowMax(z));
          const logp = sub(shifted, log(rowSum(exp(shifted))));
          return [mul(-1, rowSum(mul(hot, logp))), sub(exp(logp), hot), rowMax(z)];
        },
        [logits, labels],
      ),
    expected: [
      make(rows, (index) => logsum(index) - (row(index)[at(label, index)] ?? NaN)),
      make(shape, (index) => Math.exp(at(x, index) - logsum(index)) - (at(label, index) === index.at(-1) ? 1 : 0)),
      make(rows, (index) => Math.max(...row(index))),
    ],
  });
  cases.push({
    name: `map with a narrow result beside a wide one over [${shape}]`,
    inputs: [x, make(rows, (index) => index.reduce((s, i) => s + i, 0.5))],
    run: (k, a, b) => k.map((p, q) => [mul(q, q), add(p, q), rowSum(q)], [a, b]),
    expected: [
      make(rows, (index) => index.reduce((s, i) => s + i, 0.5) ** 2),
      make(shape, (index) => at(x, index) + index.slice(0, -1).reduce((s, i) => s + i, 0.5)),
      make(rows, (index) => width * index.slice(0, -1).reduce((s, i) => s + i, 0.5)),
    ],
  });
}

for (const shape of [
  [1],
  [5],
  [300],
  [5000],
  [3, 4],
  [7, 35],
  [600, 3],
  [300, 20],
  [2, 3, 4],
  [4, 1, 6],
  [2, 3, 4, 5],
  [0, 3],
  [1000, 130],
] as const) {
  const x = random(shape, 9);
  const rank = shape.length;
  const choices = Array.from({ length: 2 ** rank }, (_, bits) =>
    Array.from({ length: rank }, (__, i) => i).filter((i) => (bits >> i) & 1),
  );
  for (const axis of size(shape) > 6000 ? choices.slice(0, 3) : choices) {
    for (const keepdims of [false, true]) {
      const run = (kind: 'sum' | 'max' | 'min') => (k: K, v: Value) => [k[kind](v, { axis, keepdims })] as const;
      const name = `of [${shape}] over [${axis}]${keepdims ? ', kept' : ''}`;
      cases.push({
        name: `sum ${name}`,
        inputs: [x],
        run: run('sum'),
        expected: [reduce(x, axis, keepdims, (a, b) => a + b, 0)],
      });
      if (size(shape) === 0) continue;
      cases.push({
        name: `max ${name}`,
        inputs: [x],
        run: run('max'),
        expected: [reduce(x, axis, keepdims, Math.max, -Infinity)],
      });
      cases.push({
        name: `min ${name}`,
        inputs: [x],
        run: run('min'),
        expected: [reduce(x, axis, keepdims, Math.min, Infinity)],
      });
    }
  }
}

for (const [shape, axis] of [
  [[5], 0],
  [[3, 4], 0],
  [[3, 4], 1],
  [[2, 3, 4], 1],
  [[6, 1], 1],
  [[2, 37], -1],
] as const) {
  const x = make(shape, (index) => (index.reduce((sum, i) => sum * 5 + i, 3) * 7) % 11);
  const along = axis < 0 ? axis + shape.length : axis;
  const rest = shape.filter((_, i) => i !== along);
  const best = (better: (a: number, b: number) => boolean) =>
    make(rest, (index) => {
      const line = Array.from({ length: shape[along] ?? 0 }, (_, j) =>
        at(x, [...index.slice(0, along), j, ...index.slice(along)]),
      );
      return line.reduce((top, value, j) => (better(value, line[top] ?? NaN) ? j : top), 0);
    });
  cases.push({
    name: `argmax and argmin of [${shape}] along ${axis}`,
    inputs: [x],
    run: (k, v) => [k.argmax(v, axis), k.argmin(v, axis)],
    expected: [best((a, b) => a > b), best((a, b) => a < b)],
  });
}

for (const [shape, permutation] of [
  [
    [3, 4],
    [1, 0],
  ],
  [
    [2, 3, 4],
    [2, 0, 1],
  ],
  [
    [2, 3, 4],
    [0, 2, 1],
  ],
  [[5], [0]],
  [
    [2, 3, 4, 5],
    [3, 1, 0, 2],
  ],
  [
    [33, 17],
    [1, 0],
  ],
  [
    [1, 7],
    [1, 0],
  ],
] as const) {
  const x = random(shape, 10);
  cases.push({
    name: `transpose [${shape}] by [${permutation}]`,
    inputs: [x],
    run: (k, v) => [k.transpose(v, permutation)],
    expected: [
      make(
        permutation.map((axis) => shape[axis] ?? 0),
        (index) =>
          at(
            x,
            shape.map((_, axis) => index[permutation.findIndex((p) => p === axis)] ?? 0),
          ),
      ),
    ],
  });
}

for (const [shape, begin, to] of [
  [[9], [2], [5]],
  [
    [4, 6],
    [1, 2],
    [2, 3],
  ],
  [
    [4, 6],
    [0, 0],
    [4, 6],
  ],
  [
    [2, 3, 40],
    [1, 0, 7],
    [1, 3, 30],
  ],
  [
    [4, 6],
    [1, 2],
    [0, 3],
  ],
] as const) {
  const x = random(shape, 11);
  cases.push({
    name: `slice [${to}] from [${begin}] of [${shape}]`,
    inputs: [x],
    run: (k, v) => [k.slice(v, begin, to)],
    expected: [
      make(to, (index) =>
        at(
          x,
          index.map((i, axis) => i + (begin[axis] ?? 0)),
        ),
      ),
    ],
  });
}

for (const [shape, padding] of [
  [[3], [[1, 2]]],
  [
    [2, 5],
    [
      [0, 1],
      [2, 0],
    ],
  ],
  [
    [2, 3, 4],
    [
      [1, 1],
      [0, 0],
      [3, 2],
    ],
  ],
] as const) {
  const x = random(shape, 12);
  cases.push({
    name: `pad [${shape}] by ${JSON.stringify(padding)}`,
    inputs: [x],
    run: (k, v) => [k.pad(v, padding)],
    expected: [
      make(
        shape.map((n, axis) => n + (padding[axis]?.[0] ?? 0) + (padding[axis]?.[1] ?? 0)),
        (index) => {
          const inner = index.map((i, axis) => i - (padding[axis]?.[0] ?? 0));
          return inner.every((i, axis) => i >= 0 && i < (shape[axis] ?? 0)) ? at(x, inner) : 0;
        },
      ),
    ],
  });
}

for (const [shapes, axis] of [
  [
    [
      [2, 3],
      [4, 3],
    ],
    0,
  ],
  [
    [
      [2, 3],
      [2, 5],
      [2, 1],
    ],
    1,
  ],
  [
    [
      [2, 2, 3],
      [2, 4, 3],
    ],
    -2,
  ],
  [[[5], [3]], 0],
  [
    [
      [2, 0],
      [2, 3],
    ],
    1,
  ],
] as const) {
  const xs = shapes.map((shape, i) => random(shape, 13 + i));
  const [first = []] = shapes;
  const along = axis < 0 ? axis + first.length : axis;
  const total = shapes.reduce((sum, shape) => sum + (shape[along] ?? 0), 0);
  cases.push({
    name: `concat ${shapes.map((shape) => `[${shape}]`).join(' ')} on ${axis}`,
    inputs: xs,
    run: (k, ...values) => [k.concat(values, axis)],
    expected: [
      make(
        first.map((n, i) => (i === along ? total : n)),
        (index) => {
          let i = index[along] ?? 0;
          for (const x of xs) {
            const n = x.shape[along] ?? 0;
            if (i < n)
              return at(
                x,
                index.map((j, at) => (at === along ? i : j)),
              );
            i -= n;
          }
          return NaN;
        },
      ),
    ],
  });
}

for (const [from, to] of [
  [[1], [5]],
  [
    [3, 1],
    [3, 6],
  ],
  [[4], [3, 4]],
  [[], [2, 3]],
  [
    [2, 1, 3],
    [2, 5, 3],
  ],
  [
    [3, 4],
    [3, 4],
  ],
] as const) {
  const x = random(from, 16);
  cases.push({
    name: `broadcast [${from}] to [${to}]`,
    inputs: [x],
    run: (k, v) => [k.broadcast(v, to)],
    expected: [make(to, (index) => at(x, index))],
  });
}

for (const row of [[], [1], [3], [7], [2, 5], [400]] as const) {
  const table = random([6, ...row], 17);
  const ids = { shape: [2, 4], data: [0, 5, 3, 3, -2, 9, 1, 3], dtype: 'int32' } as const;
  const clamped = (index: readonly number[]) => Math.min(5, Math.max(0, at(ids, index.slice(0, 2))));
  const updates = random([2, 4, ...row], 18);
  cases.push({
    name: `gather rows [${row}]`,
    inputs: [table, ids],
    run: (k, t, i) => [k.gather(t, i)],
    expected: [make([2, 4, ...row], (index) => at(table, [clamped(index), ...index.slice(2)]))],
  });
  cases.push({
    name: `scatterAdd rows [${row}]`,
    inputs: [ids, updates],
    run: (k, i, u) => [k.scatterAdd(i, u, 6)],
    expected: [
      make([6, ...row], (index) =>
        indices([2, 4]).reduce(
          (sum, place) => sum + (clamped(place) === index[0] ? at(updates, [...place, ...index.slice(1)]) : 0),
          0,
        ),
      ),
    ],
  });
}

for (const n of [1, 4, 7, 30]) {
  cases.push({ name: `arange ${n}`, inputs: [], run: (k) => [k.arange(n)], expected: [make([n], ([i = 0]) => i)] });
}

{
  const x = random([3, 5], 19);
  const y = random([3, 5], 20);
  const doubled = make([3, 5], (index) => 2 * at(x, index));
  cases.push({
    name: 'a map that overwrites a temporary, and its views of before',
    inputs: [x, y],
    run(k, a, b) {
      const own = k.map((p) => mul(2, p), [a]);
      const seen = k.sum(own);
      const [sum, product] = k.map((p, q) => [add(p, q), mul(p, q)], [own, b], { into: [own] });
      return [sum, product, seen];
    },
    expected: [
      make([3, 5], (index) => at(doubled, index) + at(y, index)),
      make([3, 5], (index) => at(doubled, index) * at(y, index)),
      reduce(doubled, [0, 1], false, (a, b) => a + b, 0),
    ],
  });
  cases.push({
    name: 'reshape is another view',
    inputs: [x],
    run: (k, a) => [
      k.transpose(k.reshape(a, [5, 3]), [1, 0]),
      k.matmul(k.reshape(a, [5, 3]), a),
      k.sum(k.reshape(a, [15])),
    ],
    expected: [
      make([3, 5], ([i = 0, j = 0]) => x.data[j * 3 + i] ?? NaN),
      matmul({ shape: [5, 3], data: x.data }, x, [], 5, 5, 3),
      reduce(x, [0, 1], false, (a, b) => a + b, 0),
    ],
  });
  cases.push({
    name: 'store',
    inputs: [x, y],
    run(k, a, b) {
      const own = k.map((p) => p, [a]);
      const stored = k.map((p) => select(1, p, 0), [b]);
      k.store(own, stored);
      return [own];
    },
    expected: [y],
  });
  const ids = { ...make([3, 5], ([i = 0, j = 0]) => i * 5 - j), dtype: 'int32' } as const;
  cases.push({
    name: 'whole numbers move and are compared',
    inputs: [ids],
    run: (k, a) => [
      k.slice(a, [1, 1], [2, 3]),
      k.concat([a, a], 0),
      k.map((p) => div(equal(p, 5), 2), [a]),
      k.transpose(a, [1, 0]),
    ],
    expected: [
      make([2, 3], ([i = 0, j = 0]) => at(ids, [i + 1, j + 1])),
      make([6, 5], ([i = 0, j = 0]) => at(ids, [i % 3, j])),
      make([3, 5], (index) => (at(ids, index) === 5 ? 0.5 : 0)),
      make([5, 3], ([i = 0, j = 0]) => at(ids, [j, i])),
    ],
  });
}
