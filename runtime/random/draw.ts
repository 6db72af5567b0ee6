/** The draws of initial values: a parameter's own stream, counter (0, ·), in double precision on the host. */
import { sizeOf } from '../host/array.ts';
import type { HostArray } from '../host/array.ts';
import type { Draw } from '../model.ts';
import { stream } from './stream.ts';

/** Every call starts at index 0: an initialiser draws once. */
export function drawFor(seed: number, path: string): Draw {
  const { uniform, normal, truncatedNormal } = stream(seed, path);
  const fill = (shape: readonly number[], at: (index: number) => number): HostArray => ({
    shape,
    data: Float64Array.from({ length: sizeOf(shape) }, (_, index) => at(index)),
  });
  return {
    uniform: (shape) => fill(shape, (index) => uniform(0, index)),
    normal: (shape) => fill(shape, (index) => normal(0, index)),
    truncated_normal: (shape) => fill(shape, truncatedNormal),
  };
}
