/** Kernels that move elements: transpose, slice, pad, flip, concat, broadcast, gather, scatterAdd, arange, full. */
import { at, indices, make, random } from '../plain.ts';
import type { Case } from './case.ts';

export const movementCases: Case[] = [];

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
  movementCases.push({
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
  movementCases.push({
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
  movementCases.push({
    name: `pad [${shape}] by ${JSON.stringify(padding)}`,
    inputs: [x],
    run: (k, v) => [k.pad(v, ...sides(padding))],
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

for (const [shape, padding, between, value] of [
  [[5], [[0, 0]], [2], 0],
  [[1], [[1, 0]], [3], -Infinity],
  [[7], [[2, 3]], [0], -Infinity],
  [
    [3, 4],
    [
      [0, 0],
      [0, 0],
    ],
    [1, 0],
    1.5,
  ],
  [
    [2, 3, 2, 5],
    [
      [0, 0],
      [1, 2],
      [3, 0],
      [0, 0],
    ],
    [0, 1, 2, 0],
    -0.25,
  ],
  [
    [2, 3, 4, 1],
    [
      [0, 1],
      [1, 2],
      [0, 0],
      [0, 0],
    ],
    [0, 0, 1, 0],
    0,
  ],
  [
    [0, 2],
    [
      [1, 2],
      [0, 0],
    ],
    [1, 1],
    -Infinity,
  ],
] as const) {
  const x = random(shape, 21);
  movementCases.push({
    name: `pad [${shape}] by ${JSON.stringify(padding)} with ${value}, [${between}] between`,
    inputs: [x],
    run: (k, v) => [k.pad(v, ...sides(padding), { between, value })],
    expected: [
      make(
        shape.map((n, axis) => {
          const [before = 0, after = 0] = padding[axis] ?? [];
          return before + n + Math.max(0, n - 1) * (between[axis] ?? 0) + after;
        }),
        (index) => {
          const inner = index.map((i, axis) => (i - (padding[axis]?.[0] ?? 0)) / (1 + (between[axis] ?? 0)));
          return inner.every((i, axis) => Number.isInteger(i) && i >= 0 && i < (shape[axis] ?? 0))
            ? at(x, inner)
            : value;
        },
      ),
    ],
  });
}

{
  const x = { ...make([2, 3], ([i = 0, j = 0]) => 7 * i - j), dtype: 'int32' } as const;
  movementCases.push({
    name: 'whole numbers are padded between and flipped',
    inputs: [x],
    run(k, v) {
      return [k.pad(v, [0, 0], [1, 0], { between: [0, 1] }), k.flip(v, [1])];
    },
    expected: [
      make([3, 5], ([i = 0, j = 0]) => (i < 2 && j % 2 === 0 ? at(x, [i, j / 2]) : 0)),
      make([2, 3], ([i = 0, j = 0]) => at(x, [i, 2 - j])),
    ],
  });
}

for (const [shape, axes] of [
  [[6], [0]],
  [[1], [0]],
  [[3, 4], []],
  [
    [3, 4],
    [0, 1],
  ],
  [[3, 4], [-1]],
  [
    [2, 3, 4, 5],
    [0, 1],
  ],
  [
    [3, 2, 2, 1, 6],
    [0, 2],
  ],
  [[0, 3], [1]],
] as const) {
  const x = random(shape, 22);
  const turned: readonly number[] = axes.map((axis) => (axis < 0 ? axis + shape.length : axis));
  movementCases.push({
    name: `flip [${shape}] along [${axes}]`,
    inputs: [x],
    run: (k, v) => [k.flip(v, axes)],
    expected: [
      make(shape, (index) =>
        at(
          x,
          index.map((i, axis) => (turned.includes(axis) ? (shape[axis] ?? 0) - 1 - i : i)),
        ),
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
  movementCases.push({
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
  movementCases.push({
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
  movementCases.push({
    name: `gather rows [${row}]`,
    inputs: [table, ids],
    run: (k, t, i) => [k.gather(t, i)],
    expected: [make([2, 4, ...row], (index) => at(table, [clamped(index), ...index.slice(2)]))],
  });
  movementCases.push({
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

for (const [lead, places, row] of [
  [[3], [], []],
  [[3], [2], [5]],
  [[2, 3], [4], []],
  [[2], [2, 2], [3, 4]],
] as const) {
  const [rows, depth, rank] = [5, lead.length, lead.length + places.length];
  const tables = random([...lead, rows, ...row], 21);
  const numbers = make([...lead, ...places], (index) => ((index.reduce((sum, i) => sum * 3 + i, 2) * 5) % 9) - 2);
  const updates = random([...lead, ...places, ...row], 22);
  const rowOf = (index: readonly number[]) => Math.min(rows - 1, Math.max(0, at(numbers, index)));
  // Integers as they come in, and numbers that were calculated.
  for (const dtype of ['int32', 'float32'] as const) {
    const ids = { ...numbers, dtype };
    movementCases.push({
      name: `gatherEach [${lead}] at ${dtype} [${places}] of rows [${row}]`,
      inputs: [tables, ids],
      run: (k, t, i) => [k.gatherEach(t, i, depth)],
      expected: [
        make([...lead, ...places, ...row], (index) =>
          at(tables, [...index.slice(0, depth), rowOf(index.slice(0, rank)), ...index.slice(rank)]),
        ),
      ],
    });
    movementCases.push({
      name: `scatterEach [${lead}] at ${dtype} [${places}] of rows [${row}]`,
      inputs: [ids, updates],
      run: (k, i, u) => [k.scatterEach(i, u, rows, depth)],
      expected: [
        make([...lead, rows, ...row], (index) =>
          indices(places).reduce((sum, place) => {
            const here = [...index.slice(0, depth), ...place];
            return sum + (rowOf(here) === index[depth] ? at(updates, [...here, ...index.slice(depth + 1)]) : 0);
          }, 0),
        ),
      ],
    });
  }
}

{
  const table = random([4, 3], 23);
  const ids = { shape: [6], data: [0, 3, 2, 1e9, -7, NaN] };
  movementCases.push({
    name: 'gather at numbers that were calculated, far outside and none',
    inputs: [table, ids],
    run: (k, t, i) => [k.gather(t, i)],
    expected: [make([6, 3], ([place = 0, column = 0]) => at(table, [[0, 3, 2, 3, 0, 0][place] ?? 0, column]))],
  });
}

for (const n of [1, 4, 7, 30]) {
  movementCases.push({
    name: `arange ${n}`,
    inputs: [],
    run: (k) => [k.arange(n)],
    expected: [make([n], ([i = 0]) => i)],
  });
}

/** What stands before and what after, on each axis. */
function sides(padding: readonly (readonly [number, number])[]): [readonly number[], readonly number[]] {
  return [padding.map(([before]) => before), padding.map(([, after]) => after)];
}

for (const [shape, value] of [
  [[5], 0],
  [[2, 3], -1.5],
  [[3, 1, 7], 1e-3],
  [[], 2],
] as const) {
  movementCases.push({
    name: `full [${shape.join(', ')}] of ${value}`,
    inputs: [],
    run: (k) => [k.full(shape, value)],
    expected: [make(shape, () => value)],
  });
}
