/** Fused elementwise kernels: broadcasting, several results, row reductions, in place. */
import {
  add,
  column,
  div,
  equal,
  exp,
  log,
  mul,
  rowMax,
  rowSum,
  select,
  sub,
} from '../../../runtime/kernels/scalar/functions.ts';
import { at, make, matmul, random, reduce } from '../plain.ts';
import type { Case } from './case.ts';

export const mapCases: Case[] = [];

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
  mapCases.push({
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
  mapCases.push({
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
  mapCases.push({
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

{
  const x = random([3, 5], 19);
  const y = random([3, 5], 20);
  const doubled = make([3, 5], (index) => 2 * at(x, index));
  mapCases.push({
    name: 'a map that is the last to read a temporary, and its views of before',
    inputs: [x, y],
    run(k, a, b) {
      const own = k.map((p) => mul(2, p), [a]);
      const seen = k.sum(own);
      const [sum, product] = k.map((p, q) => [add(p, q), mul(p, q)], [own, b]);
      return [sum, product, seen];
    },
    expected: [
      make([3, 5], (index) => at(doubled, index) + at(y, index)),
      make([3, 5], (index) => at(doubled, index) * at(y, index)),
      reduce(doubled, [0, 1], false, (a, b) => a + b, 0),
    ],
  });
  mapCases.push({
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
  mapCases.push({
    name: 'store',
    inputs: [x, y],
    run(k, a, b) {
      k.store(
        a,
        k.map((p) => select(1, p, 0), [b]),
      );
      return [a, k.map((p) => mul(2, p), [a])];
    },
    expected: [y, make([3, 5], (index) => 2 * at(y, index))],
  });
  const ids = { ...make([3, 5], ([i = 0, j = 0]) => i * 5 - j), dtype: 'int32' } as const;
  mapCases.push({
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
