/** Compares how many elements shapes have, whatever the batch size. */
import type { Shape } from '../../ir/types.ts';

/** A batch is taken to be larger than anything that has no batch axis. */
const BATCH = 2 ** 31;

/** A number that orders shapes by how many elements they have. */
export function size(shape: Shape): number {
  return shape.reduce<number>((product, dim) => product * (dim === 'B' ? BATCH : dim), 1);
}
