/** How many elements: a number times a power of the batch size. */
import type { Shape } from '../../ir/types.ts';

export interface Measure {
  readonly number: number;
  readonly batches: number;
}

export const measure = (shape: Shape): Measure => ({
  number: shape.reduce<number>((product, size) => (size === 'B' ? product : product * size), 1),
  batches: shape.filter((size) => size === 'B').length,
});

export const times = (a: Measure, b: Measure): Measure => ({
  number: a.number * b.number,
  batches: a.batches + b.batches,
});

export const sameMeasure = (a: Measure, b: Measure): boolean => a.number === b.number && a.batches === b.batches;
