/** Random numbers: published vectors, an independent implementation, and what distributions must look like. */
import { describe, expect, test } from 'vitest';
import { drawer } from '../../compiler/targets/reference/random.ts';
import { shuffled } from '../../runtime/data/batches.ts';
import { drawFor } from '../../runtime/random/draw.ts';
import { permutation } from '../../runtime/random/shuffle.ts';
import { stream } from '../../runtime/random/stream.ts';
import { streamKey, threefry } from '../../runtime/random/threefry.ts';

const hex = (words: readonly number[]): string => words.map((word) => word.toString(16).padStart(8, '0')).join(' ');

test.each([
  [[0, 0], [0, 0], '6b200159 99ba4efe'],
  [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '1cb996fc bb002be7'],
  [[0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], 'c4923a9c 483df7a0'],
] as const)('Threefry-2x32-20 with key %j at %j', (key, counter, block) => {
  expect(hex(threefry(key, counter))).toBe(block);
});

test.each([
  ['', '811c9dc5'],
  ['a', 'e40c292c'],
  ['foobar', 'bf9cf968'],
] as const)('FNV-1a of %j', (name, hash) => {
  expect(hex([streamKey(name)])).toBe(hash);
});

describe('as the reference draws them', () => {
  test.each([
    [1, 'dense.kernel', 0],
    [7, 'dropout.uniform', 12345],
    [2 ** 32 - 1, 'größe#1', 4_000_000_000],
  ] as const)('seed %i, stream %s, counter %i', (seed, name, counter) => {
    const mine = stream(seed, name);
    const theirs = drawer(seed, counter);
    for (const index of [0, 1, 2, 3, 17, 1000, 999_999]) {
      expect(mine.uniform(counter, index)).toBe(theirs('uniform', name, index));
      expect(mine.normal(counter, index)).toBe(theirs('normal', name, index));
      expect(mine.truncatedNormal(index)).toBe(theirs('truncated_normal', name, index));
    }
  });
});

test('draws have the moments of their distributions', () => {
  const draw = drawFor(3, 'w');
  const moments = (data: Float64Array) => {
    const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
    return { mean, variance: data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length };
  };
  const uniform = moments(draw.uniform([200, 100]).data);
  expect(uniform.mean).toBeCloseTo(0.5, 2);
  expect(uniform.variance).toBeCloseTo(1 / 12, 2);
  const normal = moments(draw.normal([200, 100]).data);
  expect(normal.mean).toBeCloseTo(0, 1);
  expect(normal.variance).toBeCloseTo(1, 1);
  const cut = draw.truncated_normal([200, 100]).data;
  expect(Math.max(...cut.map(Math.abs))).toBeLessThanOrEqual(2);
  expect(Math.sqrt(moments(cut).variance)).toBeCloseTo(0.87962566, 2);
});

test('a shuffle is a permutation that depends on seed, stream and epoch', () => {
  const order = permutation(50, 7, 'shuffle', 1);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(permutation(50, 7, 'shuffle', 1)).toEqual(order);
  for (const other of [
    permutation(50, 8, 'shuffle', 1),
    permutation(50, 7, 'split', 1),
    permutation(50, 7, 'shuffle', 2),
  ]) {
    expect(other).not.toEqual(order);
  }
});

test('each epoch has an order of its own', () => {
  const rows = Int32Array.from({ length: 20 }, (_, i) => 100 + i);
  const orders = [1, 2, 3].map((epoch) => shuffled(rows, 1, epoch));
  expect(new Set(orders.map(String)).size).toBe(3);
  for (const order of orders) expect(order.toSorted()).toEqual(rows);
});

test('each place of a shuffle gets each element equally often', () => {
  const counts = new Map<string, number>();
  for (let epoch = 0; epoch < 6000; epoch++) {
    const key = permutation(3, 1, 'shuffle', epoch).join('');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
});
