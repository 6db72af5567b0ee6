/** Deviations from a mean: what sums to zero. */
import type { Node, Shape, Value } from '../../ir/types.ts';
import { axesOf } from '../../ops/rules/axes.ts';
import { factorsOf } from './factors.ts';
import { measure, sameMeasure, times } from './measure.ts';
import type { Measure } from './measure.ts';
import type { Site } from './site.ts';

/** Deeper than any formula. */
const DEEPEST = 4;

/** Whether a value sums to zero over these axes, as an identity of real numbers: Σ c · (x − mean x), c constant. */
export function sumsToZero(s: Site, value: Value, axes: readonly number[]): boolean {
  const zero = zeroAxes(s, value, DEEPEST);
  return zero !== undefined && zero.every((axis) => axes.includes(axis));
}

/** Whether a value is the same all along some axes of a shape, against which it is broadcast. */
export function isConstantAlong({ type }: Value, axes: readonly number[], shape: Shape): boolean {
  const lead = shape.length - type.shape.length;
  return axes.every((axis) => axis < lead || type.shape[axis - lead] === 1);
}

/** Axes over which a value sums to zero, as few as are known; undefined where it is not known to. */
function zeroAxes(s: Site, value: Value, depth: number): readonly number[] | undefined {
  const { zeros } = s.found;
  if (zeros.has(value)) return zeros.get(value);
  const found = depth === 0 ? undefined : (zeroSum(s, value, depth) ?? zeroProduct(s, value, depth));
  // Only what was looked at as far as it goes is known.
  if (depth === DEEPEST || found !== undefined) zeros.set(value, found);
  return found;
}

/** Of a product: those of one factor, where all others are constant along them. */
function zeroProduct(s: Site, value: Value, depth: number): readonly number[] | undefined {
  const { all } = factorsOf(s, value, () => true);
  if (all.length < 2) return undefined;
  const { shape } = value.type;
  for (const factor of all) {
    if (factor.below) continue;
    const axes = onAxes(zeroAxes(s, factor.value, depth - 1), factor.value, shape);
    if (axes === undefined) continue;
    if (all.every((other) => other === factor || isConstantAlong(other.value, axes, shape))) return axes;
  }
  return undefined;
}

/** Of a sum: those of all its terms, of which some are the means of others. */
function zeroSum(s: Site, value: Value, depth: number): readonly number[] | undefined {
  const { shape } = value.type;
  const axes = new Set<number>();
  let left = termsOf(s, { value, minus: false });
  // A term is taken apart only where it has no mean as it stands.
  for (let apart = 0; left !== undefined && apart < DEEPEST; apart++) {
    left = left.filter((term) => {
      const own = onAxes(zeroAxes(s, term.value, depth - 1), term.value, shape);
      for (const axis of own ?? []) axes.add(axis);
      return own === undefined;
    });
    for (let found = deviation(s, left); found !== undefined; found = deviation(s, left)) {
      const { x, mean } = found;
      for (const axis of onAxes(found.axes, x.value, shape) ?? []) axes.add(axis);
      left = left.filter((term) => term !== x && term !== mean);
    }
    if (left.length === 0) return [...axes];
    left = takenApart(s, left);
  }
  return undefined;
}

/** Two of the terms that are x and −mean x, and the axes of the mean. */
function deviation(s: Site, terms: readonly Term[]) {
  for (const x of terms) {
    for (const mean of terms) {
      const axes = x.minus === mean.minus ? undefined : meanAxes(s, mean.value, x.value);
      if (axes !== undefined) return { x, mean, axes };
    }
  }
  return undefined;
}

interface Term {
  readonly value: Value;
  readonly minus: boolean;
}

/** The two terms of a sum or difference. */
function termsOf(s: Site, { value, minus }: Term): readonly Term[] | undefined {
  const terms = value.type.dtype === 'f32' ? s.operands(value, 'add', 'sub') : undefined;
  if (terms === undefined) return undefined;
  return [
    { value: terms.a, minus },
    { value: terms.b, minus: minus !== (terms.op === 'sub') },
  ];
}

/** The terms with the first of them that is a sum as its own terms; undefined where none is. */
function takenApart(s: Site, terms: readonly Term[]): readonly Term[] | undefined {
  const at = terms.findIndex((term) => termsOf(s, term) !== undefined);
  return at < 0 ? undefined : terms.flatMap((term, i) => (i === at ? (termsOf(s, term) ?? []) : [term]));
}

/** Axes of a value as axes of the shape against which it is broadcast. */
const onAxes = (axes: readonly number[] | undefined, { type }: Value, shape: Shape): readonly number[] | undefined =>
  axes?.map((axis) => axis + shape.length - type.shape.length);

/** Whether a value is the mean of x over some axes. */
export const isMeanOf = (s: Site, value: Value, x: Value): boolean => meanAxes(s, value, x) !== undefined;

/** The axes over which a value is the mean of x, by which it may be broadcast against x; undefined where it is none. */
function meanAxes(s: Site, value: Value, x: Value): readonly number[] | undefined {
  const { shape } = x.type;
  const mean = meanOf(s, value, x);
  if (mean === undefined || mean.summed.length === 0 || value.type.shape.length > shape.length) return undefined;
  if (!sameMeasure(mean.divisor, measure(mean.summed.map((axis) => shape[axis] ?? 1)))) return undefined;
  const lead = shape.length - value.type.shape.length;
  const lies = shape.every((size, axis) => {
    const of = mean.places[axis - lead];
    return size === 1 || (mean.summed.includes(axis) ? of === undefined : of === axis);
  });
  return lies ? mean.summed : undefined;
}

/** What is known of a value that is made of sums of x: (Σ x) / divisor. */
interface Mean {
  /** For each axis of the value which axis of x it is; undefined where it is none, and all along it is the same. */
  readonly places: readonly (number | undefined)[];
  readonly summed: readonly number[];
  readonly divisor: Measure;
}

function meanOf(s: Site, value: Value, x: Value): Mean | undefined {
  const { shape } = value.type;
  if (value === x) {
    const places = shape.map((size, axis) => (size === 1 ? undefined : axis));
    return { places, summed: [], divisor: measure([]) };
  }
  const node = s.producer(value);
  const [of, by] = node?.inputs ?? [];
  if (node === undefined || of === undefined) return undefined;
  switch (node.op) {
    case 'div': {
      const count = by === undefined ? undefined : countOf(s, by);
      const mean = count === undefined ? undefined : meanOf(s, of, x);
      return mean && count && { ...mean, divisor: times(mean.divisor, count) };
    }
    case 'sum': {
      const mean = meanOf(s, of, x);
      const axes = axesOf(node.attrs, of.type.shape.length);
      return mean === undefined || 'misfit' in axes ? undefined : summedOver(mean, axes, of.type.shape, node);
    }
    case 'reshape': {
      const mean = meanOf(s, of, x);
      return mean && reshapedTo(mean, of.type.shape, shape);
    }
    case 'broadcast': {
      const mean = meanOf(s, of, x);
      const lead = shape.length - of.type.shape.length;
      return mean && { ...mean, places: shape.map((_, axis) => mean.places[axis - lead]) };
    }
    default:
      return undefined;
  }
}

/** The number of elements that a divisor is: a number, the batch size, a product of such. */
function countOf(s: Site, value: Value): Measure | undefined {
  if (value === s.batch) return measure(['B']);
  const number = s.number(value);
  if (number !== undefined) return { number, batches: 0 };
  const node = s.producer(value);
  if (node?.op !== 'mul' || value.type.dtype !== 'f64') return undefined;
  const [a, b] = node.inputs.map((input) => countOf(s, input));
  return a && b && times(a, b);
}

function summedOver(mean: Mean, axes: readonly number[], shape: Shape, { attrs }: Node): Mean | undefined {
  const summed = [...mean.summed];
  for (const axis of axes) {
    const place = mean.places[axis];
    if (place !== undefined) summed.push(place);
    // The sum of what is the same n times is n times as much.
    else if (shape[axis] !== 1) return undefined;
  }
  const places = mean.places.map((place, axis) => (axes.includes(axis) ? undefined : place));
  return { ...mean, summed, places: attrs['keepdims'] === true ? places : places.filter((_, i) => !axes.includes(i)) };
}

/** Only axes of size 1 come and go. */
function reshapedTo(mean: Mean, from: Shape, to: Shape): Mean | undefined {
  const old = [...from.keys()].filter((axis) => from[axis] !== 1);
  const now = [...to.keys()].filter((axis) => to[axis] !== 1);
  if (old.length !== now.length || old.some((axis, i) => from[axis] !== to[now[i] ?? -1])) return undefined;
  const places = to.map((size, axis) => (size === 1 ? undefined : mean.places[old[now.indexOf(axis)] ?? -1]));
  return { ...mean, places };
}
