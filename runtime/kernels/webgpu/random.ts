/** Random numbers of a stream by Threefry-2x32-20 (conventions 5): an invocation for each block of two. */
import { sizeOf } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { parity, rotations, streamKey } from '../../random/threefry.ts';
import { kernel, place, storeFloat } from './kernel.ts';
import type { Kernel } from './kernel.ts';

/** Seed and counter stand before the numbers of the host. */
export const [seedAt, counterAt, numbersAt] = [0, 1, 2];

export function random({ distribution, stream, out }: Extract<Instruction, { kind: 'random' }>): readonly Kernel[] {
  const size = sizeOf(out.shape);
  if (size === 0) return [];
  return [
    kernel(Math.ceil(size / 2), [out], (lines) => {
      const [seed, name] = [lines.let(`numbers[0][${seedAt}]`), `${streamKey(stream)}u`];
      const keys = [seed, name, lines.let(`${parity}u ^ ${seed} ^ ${name}`)];
      const key = (i: number): string => keys[i % 3] ?? seed;
      let a = lines.let(`numbers[0][${counterAt}] + ${key(0)}`);
      let b = lines.let(`u32(id) + ${key(1)}`);
      for (let round = 0; round < 20; round++) {
        const by = rotations[round % 8] ?? 0;
        a = lines.let(`${a} + ${b}`);
        b = lines.let(`((${b} << ${by}u) | (${b} >> ${32 - by}u)) ^ ${a}`);
        if (round % 4 !== 3) continue;
        const turn = (round + 1) / 4;
        a = lines.let(`${a} + ${key(turn)}`);
        b = lines.let(`${b} + ${key(turn + 1)} + ${turn}u`);
      }
      const [u, v] = [a, b].map((word) => lines.let(`f32(${word} >> 8u) * ${2 ** -24}f`));
      const pair =
        distribution === 'uniform'
          ? [u, v]
          : ((radius) => [1, 0].map((quarters) => `${radius} * sinusoid(${2 * Math.PI}f * ${v}, ${quarters})`))(
              lines.let(`sqrt(-2f * logarithm(1f - ${u}))`),
            );
      const at = lines.let(`${place(0)} + id * 2`);
      lines.add(storeFloat(at, pair[0] ?? ''));
      lines.when(`id * 2 + 1 < ${size}`, (inside) => inside.add(storeFloat(`${at} + 1`, pair[1] ?? '')));
    }),
  ];
}
