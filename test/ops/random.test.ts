/** The reference's random numbers: known answers of Threefry and FNV-1a, and the rules of docs/random.md. */
import { describe, expect, it } from 'vitest';
import { drawer, fnv1a, threefry2x32 } from '../../compiler/targets/reference/random.ts';

describe('Threefry-2x32-20', () => {
  // kat_vectors of Random123 1.14.
  it.each([
    { key: [0n, 0n], counter: [0n, 0n], block: ['6b200159', '99ba4efe'] },
    { key: [0xffffffffn, 0xffffffffn], counter: [0xffffffffn, 0xffffffffn], block: ['1cb996fc', 'bb002be7'] },
    { key: [0x13198a2en, 0x03707344n], counter: [0x243f6a88n, 0x85a308d3n], block: ['c4923a9c', '483df7a0'] },
  ] as const)('block $block', ({ key, counter, block }) => {
    expect(threefry2x32(key, counter).map((word) => word.toString(16))).toEqual(block);
  });
});

describe('FNV-1a', () => {
  it.each([
    ['', '811c9dc5'],
    ['a', 'e40c292c'],
    ['foobar', 'bf9cf968'],
  ])('%j', (text, hash) => {
    expect(fnv1a(text).toString(16)).toBe(hash);
  });
});

describe('draws', () => {
  const many = (kind: 'uniform' | 'normal' | 'truncated_normal', stream = 'w') => {
    const draw = drawer(1, 0);
    return Array.from({ length: 4000 }, (_, i) => draw(kind, stream, i));
  };
  const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const deviation = (xs: readonly number[]) => Math.sqrt(mean(xs.map((x) => (x - mean(xs)) ** 2)));

  it.each([
    { kind: 'uniform', center: 0.5, spread: Math.sqrt(1 / 12) },
    { kind: 'normal', center: 0, spread: 1 },
    { kind: 'truncated_normal', center: 0, spread: 0.87962566 },
  ] as const)('$kind has the mean $center and the deviation $spread', ({ kind, center, spread }) => {
    expect(mean(many(kind))).toBeCloseTo(center, 1);
    expect(Math.abs(deviation(many(kind)) / spread - 1)).toBeLessThan(0.03);
  });

  it('has uniforms that f32 holds exactly, in [0, 1)', () => {
    for (const u of many('uniform')) expect(u === Math.fround(u) && u >= 0 && u < 1).toBe(true);
  });

  it('cuts at two, and leaves what lies within as it is', () => {
    const normals = many('normal');
    for (const [i, z] of many('truncated_normal').entries()) {
      expect(Math.abs(z)).toBeLessThanOrEqual(2);
      if (Math.abs(normals[i] ?? Infinity) <= 2) expect(z).toBe(normals[i]);
    }
  });

  it('depends on seed, stream, counter and index, and on nothing else', () => {
    const at = (seed: number, counter: number, stream: string, index: number) =>
      drawer(seed, counter)('uniform', stream, index);
    expect(at(1, 2, 'a', 3)).toBe(at(1, 2, 'a', 3));
    const others = [at(2, 2, 'a', 3), at(1, 3, 'a', 3), at(1, 2, 'b', 3), at(1, 2, 'a', 2), at(1, 2, 'a', 5)];
    expect(new Set([at(1, 2, 'a', 3), ...others]).size).toBe(6);
  });
});
