/** Intervals in which the elements of a value lie. */
import type { Node, Shape, Value } from '../../ir/types.ts';

export interface Range {
  readonly low: number;
  readonly high: number;
  /** Whether elements may be NaN; the bounds are those of the others. */
  readonly nan: boolean;
}

/** The range of a result, from those of the inputs. */
export type RangeRule = (at: {
  readonly ranges: readonly Range[];
  readonly node: Node;
  /** The node that makes a value, as far as that is known. */
  readonly producer: (value: Value) => Node | undefined;
}) => Range;

export const anything: Range = { low: -Infinity, high: Infinity, nan: true };

/** The answers of a comparison, which NaN gets too. */
export const bit: Range = { low: 0, high: 1, nan: false };

export const exactly = (number: number): Range =>
  Number.isNaN(number) ? anything : { low: number, high: number, nan: false };

/** The smallest interval that holds all. */
export const hull = (ranges: readonly Range[]): Range => ({
  low: Math.min(...ranges.map(({ low }) => low)),
  high: Math.max(...ranges.map(({ high }) => high)),
  nan: ranges.some(({ nan }) => nan),
});

/** What moves and chooses: from the least of all inputs to the greatest. */
export const ofInputs: RangeRule = ({ ranges }) => hull(ranges);

/** Of a function that never falls, and is NaN below `from`: from its value at the one end to that at the other. */
export function increasing(of: (x: number) => number, from: number): RangeRule {
  return ({ ranges: [x = anything] }) => ({
    low: of(Math.max(from, x.low)),
    high: of(Math.max(from, x.high)),
    nan: x.nan || x.low < from,
  });
}

export const isInfinite = ({ low, high }: Range): boolean => low === -Infinity || high === Infinity;

const holdsZero = ({ low, high }: Range): boolean => low <= 0 && high >= 0;

/** Of a sum. ∞ − ∞ is NaN. */
export const sumOf = (a: Range, b: Range): Range => ({
  low: a.low === -Infinity || b.low === -Infinity ? -Infinity : a.low + b.low,
  high: a.high === Infinity || b.high === Infinity ? Infinity : a.high + b.high,
  nan: a.nan || b.nan || (a.low === -Infinity && b.high === Infinity) || (a.high === Infinity && b.low === -Infinity),
});

/** Of a product. 0 · ∞ is NaN. */
export const productOf = (a: Range, b: Range): Range => ({
  ...atCorners((x, y) => x * y, a, b),
  nan: a.nan || b.nan || (holdsZero(a) && isInfinite(b)) || (isInfinite(a) && holdsZero(b)),
});

/** Of a quotient. 0 / 0 and ∞ / ∞ are NaN. */
export const quotientOf = (a: Range, b: Range): Range =>
  holdsZero(b)
    ? { ...anything, nan: a.nan || b.nan || holdsZero(a) || (isInfinite(a) && isInfinite(b)) }
    : { ...atCorners((x, y) => x / y, a, b), nan: a.nan || b.nan || (isInfinite(a) && isInfinite(b)) };

/** The bounds of what rises or falls with each of two numbers; what is NaN at a corner tends to 0 beside it. */
function atCorners(of: (x: number, y: number) => number, a: Range, b: Range): Pick<Range, 'low' | 'high'> {
  const corners = [a.low, a.high].flatMap((x) => [of(x, b.low), of(x, b.high)]);
  const bounds = corners.map((corner) => (Number.isNaN(corner) ? 0 : corner));
  return { low: Math.min(...bounds), high: Math.max(...bounds) };
}

export const magnitudeOf = (x: Range): Range => {
  const [least, greatest] = [Math.abs(x.low), Math.abs(x.high)].sort((a, b) => a - b);
  return { low: holdsZero(x) ? 0 : (least ?? 0), high: greatest ?? Infinity, nan: x.nan };
};

export const negated = ({ low, high, nan }: Range): Range => ({ low: -high, high: -low, nan });

/** No batch is larger. */
const LARGEST_BATCH = 2 ** 31;

/** A size at its least and at its most. */
export const sizeRange = (shape: Shape): Range => ({
  low: shape.reduce<number>((product, size) => product * (size === 'B' ? 1 : size), 1),
  high: shape.reduce<number>((product, size) => product * (size === 'B' ? LARGEST_BATCH : size), 1),
  nan: false,
});

/** Beyond this a number may have become infinite in single precision. */
const LARGEST_SINGLE = 3e38;
/** Nearer to 0 it may have become 0. */
const SMALLEST_SINGLE = 1.2e-38;

/** The range in single precision. */
export const single = ({ low, high, nan }: Range): Range => ({
  low: low < -LARGEST_SINGLE ? -Infinity : low > 0 && low < SMALLEST_SINGLE ? 0 : low,
  high: high > LARGEST_SINGLE ? Infinity : high < 0 && high > -SMALLEST_SINGLE ? 0 : high,
  nan,
});
