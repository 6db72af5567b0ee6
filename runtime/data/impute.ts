/** Empty fields of numbers, which are NaN until they are filled: what fills each column, and where that was needed. */
import type { ImputeSpec } from '../model.ts';
import { UserError } from '../user-error.ts';
import type { NumberArray } from './raw.ts';

export interface FittedImpute {
  readonly port: string;
  readonly kind: 'impute';
  /** What an empty field of each column becomes. */
  readonly fill: readonly number[];
  /** The input that is 1 where a field was empty. */
  readonly flag?: string;
}

interface Columns {
  readonly width: number;
  /** Row-major. */
  readonly values: NumberArray;
}

/** Of the fields of training rows that are there. `nameOf` says what a column is called. Throws NN4007. */
export function fitImpute(
  { port, by, flag }: ImputeSpec,
  { width, values }: Columns,
  training: Int32Array,
  nameOf: (column: number) => string,
): FittedImpute {
  const fill = Array.from({ length: width }, (_, c) => {
    if (by === 0) return 0;
    const known = Float64Array.from(training, (row) => values[row * width + c] ?? NaN).filter((x) => !Number.isNaN(x));
    if (known.length === 0)
      throw new UserError(
        'NN4007',
        `\`prep ${port} impute ${by}\`: ${nameOf(c)} is empty in all ${training.length} training rows, and has no ${by}`,
        `leave it out of \`${port}\`, or fill it with zeros: prep ${port} impute 0`,
      );
    return by === 'mean' ? known.reduce((a, b) => a + b, 0) / known.length : median(known);
  });
  return { port, kind: 'impute', fill, ...(flag === undefined ? {} : { flag }) };
}

/** The middle one, or the mean of both. */
function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** `empty` is 1 where a field was empty. */
export function applyImpute(
  { fill }: FittedImpute,
  { width, values }: Columns,
): { readonly filled: Float64Array; readonly empty: Float32Array } {
  const filled = Float64Array.from(values, (x, i) => (Number.isNaN(x) ? (fill[i % width] ?? NaN) : x));
  return { filled, empty: Float32Array.from(values, (x) => (Number.isNaN(x) ? 1 : 0)) };
}
