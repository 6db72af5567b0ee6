/** Reductions over every set of axes, and indices of extremes. */
import type { K, Value } from '../../../runtime/kernels/k.ts';
import { at, make, random, reduce, size } from '../plain.ts';
import type { Case } from './case.ts';

export const reduceCases: Case[] = [];

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
  [9000, 5],
  [3, 7000],
  [2, 5000, 3],
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
      reduceCases.push({
        name: `sum ${name}`,
        inputs: [x],
        run: run('sum'),
        expected: [reduce(x, axis, keepdims, (a, b) => a + b, 0)],
      });
      if (size(shape) === 0) continue;
      reduceCases.push({
        name: `max ${name}`,
        inputs: [x],
        run: run('max'),
        expected: [reduce(x, axis, keepdims, Math.max, -Infinity)],
      });
      reduceCases.push({
        name: `min ${name}`,
        inputs: [x],
        run: run('min'),
        expected: [reduce(x, axis, keepdims, Math.min, Infinity)],
      });
    }
  }
}

for (const shapes of [
  [[5]],
  [[]],
  [[3, 4], [4]],
  [[2, 3, 7], [], [1], [130]],
  [[600, 3], [9000], [2, 5000]],
  [[0, 3], [2]],
]) {
  const xs = shapes.map((shape, i) => random(shape, 20 + i));
  reduceCases.push({
    name: `globalNorm of ${shapes.map((shape) => `[${shape}]`).join(' ')}`,
    inputs: xs,
    run: (k, ...values) => [k.globalNorm(values)],
    expected: [make([], () => Math.hypot(...xs.flatMap(({ data }) => [...data])))],
  });
}

// Squares leave the range of float32; the norm does so too where it is the greatest float32.
for (const numbers of [
  [3e38, 0],
  [-2e38, 1e38, 5],
  [3e38, 3e38],
]) {
  const x = make([numbers.length], ([i = 0]) => numbers[i] ?? NaN);
  reduceCases.push({
    name: `globalNorm of ${numbers.join(', ')}`,
    inputs: [x],
    run: (k, ...values) => [k.globalNorm(values)],
    expected: [make([], () => Math.min(Math.hypot(...numbers), (2 - 2 ** -23) * 2 ** 127))],
  });
}

for (const [count, shape] of [
  [1, [3]],
  [2, []],
  [16, [2, 3]],
  [17, []],
  [40, [5]],
] as const) {
  const xs = Array.from({ length: count }, (_, i) => random(shape, 40 + i));
  reduceCases.push({
    name: `addAll of ${count} of [${shape}]`,
    inputs: xs,
    run: (k, ...values) => [k.addAll(values)],
    expected: [make(shape, (index) => xs.reduce((sum, x) => sum + at(x, index), 0))],
  });
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
  reduceCases.push({
    name: `argmax and argmin of [${shape}] along ${axis}`,
    inputs: [x],
    run: (k, v) => [k.argmax(v, axis), k.argmin(v, axis)],
    expected: [best((a, b) => a > b), best((a, b) => a < b)],
  });
}

for (const [shape, axis] of [
  [[1], 0],
  [[2], 0],
  [[37], 0],
  [[3, 4], 0],
  [[2, 3, 9], 1],
  [[4, 6, 1], 2],
  [[5, 300], 1],
  [[0, 3], 1],
] as const) {
  // Many are equal; none, all and some are negative.
  const x = make(shape, (index) => ((index.reduce((sum, i) => sum * 5 + i, 3) * 7) % 11) - 4);
  const lined = (of: (line: readonly number[]) => readonly number[]) =>
    make(shape, (index) => {
      const line = Array.from({ length: shape[axis] ?? 0 }, (_, i) => at(x, index.with(axis, i)));
      return of(line)[index[axis] ?? 0] ?? NaN;
    });
  const sums = (line: readonly number[]) => line.map((_, i) => line.slice(0, i + 1).reduce((sum, v) => sum + v, 0));
  reduceCases.push({
    name: `argsort of [${shape}] along ${axis}`,
    inputs: [x],
    run: (k, v) => [k.argsort(v, axis)],
    expected: [lined((line) => [...line.keys()].sort((a, b) => (line[a] ?? NaN) - (line[b] ?? NaN) || a - b))],
  });
  reduceCases.push({
    name: `cumsum of [${shape}] along ${axis}, from either end`,
    inputs: [x],
    run: (k, v) => [k.cumsum(v, axis), k.cumsum(v, axis, { reverse: true })],
    expected: [lined(sums), lined((line) => sums(line.toReversed()).toReversed())],
  });
}
