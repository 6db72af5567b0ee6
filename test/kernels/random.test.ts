/** Random numbers: the same bits on every device as an independent implementation, which published vectors confirm. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { devices } from './devices.ts';

/** Threefry-2x32 with 20 rounds as Random123 states it, over BigInt. */
function threefry(key: readonly [bigint, bigint], counter: readonly [bigint, bigint]): readonly [number, number] {
  const word = (x: bigint) => BigInt.asUintN(32, x);
  const turns = [13n, 15n, 26n, 6n, 17n, 29n, 16n, 24n];
  const keys = [key[0], key[1], 0x1bd11bdan ^ key[0] ^ key[1]];
  let [x, y] = [word(counter[0] + key[0]), word(counter[1] + key[1])];
  for (let round = 0; round < 20; round++) {
    x = word(x + y);
    const by = turns[round % 8] ?? 0n;
    y = word((y << by) | (y >> (32n - by))) ^ x;
    if (round % 4 !== 3) continue;
    const s = (round + 1) / 4;
    x = word(x + (keys[s % 3] ?? 0n));
    y = word(y + (keys[(s + 1) % 3] ?? 0n) + BigInt(s));
  }
  return [Number(x), Number(y)];
}

/** FNV-1a, 32 bits. */
function fnv(name: string): bigint {
  let hash = 0x811c9dc5n;
  for (const byte of Buffer.from(name, 'utf8')) hash = BigInt.asUintN(32, (hash ^ BigInt(byte)) * 0x01000193n);
  return hash;
}

const uniforms = (seed: number, stream: string, counter: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => {
    const words = threefry([BigInt.asUintN(32, BigInt(seed)), fnv(stream)], [BigInt(counter), BigInt(i >> 1)]);
    return Math.floor((words[i % 2] ?? 0) / 256) * 2 ** -24;
  });

it('the independent implementation gives the published vectors of Random123', () => {
  expect(threefry([0n, 0n], [0n, 0n])).toEqual([0x6b200159, 0x99ba4efe]);
  const ones = 0xffffffffn;
  expect(threefry([ones, ones], [ones, ones])).toEqual([0x1cb996fc, 0xbb002be7]);
  expect(threefry([0x13198a2en, 0x03707344n], [0x243f6a88n, 0x85a308d3n])).toEqual([0xc4923a9c, 0x483df7a0]);
});

for (const { title, skip, open } of devices) {
  describe.skipIf(skip)(`random numbers on ${title}`, () => {
    let kernels: Kernels;
    beforeAll(async () => {
      kernels = await open();
    });
    afterAll(() => kernels.dispose());

    it.each([
      [1, 'dropout', 0, [7]],
      [42, 'dense.kernel', 3, [5, 9]],
      [2 ** 32 - 1, 'größe', 123456, [64]],
      [7, '', 2 ** 31, [1]],
    ])('seed %d, stream %s, counter %d, %j', async (seed, stream, counter, shape) => {
      const count = shape.reduce((a, b) => a * b, 1);
      const expected = uniforms(seed, stream, counter, count);
      const program = await kernels.record('random', {}, (k) => ({
        uniform: k.uniform(stream, shape),
        normal: k.normal(stream, shape),
      }));
      const eager = kernels.eager();
      for (const settings of [program, eager]) {
        settings.setSeed(seed);
        settings.setCounter(counter);
      }
      program.run();
      expect([...(await program.read('uniform'))]).toEqual(expected);
      expect([...(await kernels.read(eager.k.uniform(stream, shape)))]).toEqual(expected);
      const pairs = uniforms(seed, stream, counter, 2 * Math.ceil(count / 2));
      const normal = await program.read('normal');
      expect(await kernels.read(eager.k.normal(stream, shape))).toEqual(normal);
      normal.forEach((z, i) => {
        const [u = NaN, v = NaN] = pairs.slice(i - (i % 2));
        const radius = Math.sqrt(-2 * Math.log(1 - u));
        expect(z).toBeCloseTo(radius * (i % 2 === 0 ? Math.cos(2 * Math.PI * v) : Math.sin(2 * Math.PI * v)), 5);
      });
      program.dispose();
      eager.dispose();
    });

    it('another counter gives other numbers without recording anew', async () => {
      const program = await kernels.record('random', {}, (k) => ({ u: k.uniform('s', [8]) }));
      const drawn = [];
      for (const counter of [0, 1, 0]) {
        program.setCounter(counter);
        program.run();
        drawn.push([...(await program.read('u'))]);
      }
      expect(drawn[0]).toEqual(drawn[2]);
      expect(drawn[0]).not.toEqual(drawn[1]);
      program.dispose();
    });
  });
}
