/** Places for a program's temporaries in one piece of memory: two whose lives overlap do not. */
import type { Buffer } from '../buffer.ts';
import type { Life } from '../program.ts';

export interface ArenaPlan {
  readonly offsets: ReadonlyMap<Buffer, number>;
  readonly bytes: number;
}

/** A line of the cache: everything starts at one, and nothing that follows shares it. */
export const line = 64;

/** The whole lines that so many bytes take: at least one. */
export const inLines = (bytes: number): number => Math.max(line, Math.ceil(bytes / line) * line);

/** The greatest first, each at the lowest place that is free for its whole life (greedy by size; Pisarchyk and Lee 2020). */
export function planArena(lives: readonly Life[]): ArenaPlan {
  // In the order of their places.
  const placed: { readonly life: Life; readonly from: number; readonly to: number }[] = [];
  const order = [...lives].sort((a, b) => b.buffer.elements - a.buffer.elements || a.first - b.first);
  for (const life of order) {
    const size = inLines(4 * life.buffer.elements);
    let from = 0;
    for (const other of placed) {
      if (other.life.first > life.last || life.first > other.life.last) continue;
      if (other.from - from >= size) break;
      from = Math.max(from, other.to);
    }
    const next = placed.findIndex((other) => other.from > from);
    placed.splice(next < 0 ? placed.length : next, 0, { life, from, to: from + size });
  }
  return {
    offsets: new Map(placed.map(({ life, from }) => [life.buffer, from])),
    bytes: placed.reduce((most, { to }) => Math.max(most, to), 0),
  };
}
