/** What a constant answer would score: the figure that every training has to beat. */
import type { Dataset } from '../data/dataset.ts';
import type { ModelDefinition } from '../model.ts';
import { valuesOf } from '../data/raw.ts';
import { own } from '../own.ts';

export interface Baseline {
  readonly target: string;
  readonly rows: number;
  /** The most frequent class of the training rows, or their mean. */
  readonly guess: { readonly kind: 'class'; readonly label: string } | { readonly kind: 'mean'; readonly mean: number };
  /** The share of rows that the class is right for, or the mean square distance from the mean. */
  readonly score: number;
}

/** One for each target that has one number or one class per example; judged on these rows. */
export function baselines(model: ModelDefinition, data: Dataset, judged: Int32Array): Baseline[] {
  return Object.entries(model.targets).flatMap(([target, port]): Baseline[] => {
    const column = own(data.raw.ports, target);
    const width = port.shape.reduce((product, size) => product * size, 1);
    if (width !== 1 || column === undefined || column.width !== 1) return [];
    const values = valuesOf(column);
    const value = (row: number): string | number => values[row] ?? NaN;
    const training = Array.from(data.parts.training, value);
    const rows = Array.from(judged, value);
    const different = new Set(training);
    const classes = port.classes !== undefined || [...different].every((x) => x === 0 || x === 1);
    if (classes || column.kind === 'texts') {
      const label = mostFrequent(training.filter((x) => x !== -1));
      const counted = rows.filter((x) => x !== -1);
      if (label === undefined || counted.length === 0) return [];
      const score = counted.filter((x) => x === label).length / counted.length;
      return [{ target, rows: counted.length, guess: { kind: 'class', label: String(label) }, score }];
    }
    const numbers = training.map(Number);
    const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const score = rows.reduce<number>((sum, x) => sum + (Number(x) - mean) ** 2, 0) / rows.length;
    return [{ target, rows: rows.length, guess: { kind: 'mean', mean }, score }];
  });
}

function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: T | undefined;
  for (const [value, count] of counts) if (best === undefined || count > (counts.get(best) ?? 0)) best = value;
  return best;
}
