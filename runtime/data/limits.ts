/** How far the integers of a port may count. */
import type { PortSpec } from '../model.ts';

/** At a place of the example. */
export interface Limits {
  readonly low: (place: number) => number;
  /** The first number that is too great. */
  readonly below: (place: number) => number;
}

/** Classes, of which −1 is left out, and rows of tables are bounded; other numbers may be any. */
export function limitsOf({ dtype, classes, below }: PortSpec): Limits {
  if (dtype !== 'int32' || (classes === undefined && below === undefined))
    return { low: () => -Infinity, below: () => Infinity };
  if (classes !== undefined) return { low: () => -1, below: () => classes };
  const end = typeof below === 'number' ? () => below : (place: number) => below?.[place] ?? Infinity;
  return { low: (place) => (end(place) === Infinity ? -Infinity : 0), below: end };
}
