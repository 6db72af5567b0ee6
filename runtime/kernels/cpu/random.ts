/** Random numbers of a stream: a pure function of seed, counter and index (conventions 5). */
import { sizeOf } from '../buffer.ts';
import { stream as streamOf } from '../../random/stream.ts';
import type { Instruction } from '../instruction.ts';
import type { Kernel, Machine } from './kernel.ts';

type Random = Extract<Instruction, { kind: 'random' }>;

export function random(m: Machine, { distribution, stream, out }: Random): Kernel {
  const to = m.place(out);
  const size = sizeOf(out.shape);
  const { draws } = m;
  return () => {
    const from = streamOf(draws.seed, stream);
    const { offset } = to;
    const { floats } = to.memory;
    for (let i = 0; i < size; i++) floats[offset + i] = from[distribution](draws.counter, i);
  };
}
