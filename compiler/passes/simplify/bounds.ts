/** How large a value can be, from how it is made: what proves that it is finite. */
import type { Node, Value } from '../../ir/types.ts';

/** No batch is larger. */
const LARGEST_BATCH = 2 ** 31;
/** Deeper than this nothing is proved. */
const DEEPEST = 24;

/** What was found of values, so that one that is read often is looked at once, and how deep the question was. */
export type Bounds = Map<Value, { readonly bound: number; readonly depth: number }>;

/** An upper bound of the absolute value of every element; Infinity where nothing is known (then it may be NaN). */
export function largest(
  value: Value,
  producer: (value: Value) => Node | undefined,
  known: Bounds = new Map(),
  depth = 0,
): number {
  const before = known.get(value);
  // Asked for from a shallower place, an unknown value may become known.
  if (before !== undefined && (before.bound < Infinity || before.depth <= depth)) return before.bound;
  const node = producer(value);
  if (node === undefined || depth > DEEPEST) return Infinity;
  const bound = largestOf(value, node, () => node.inputs.map((input) => largest(input, producer, known, depth + 1)));
  known.set(value, { bound, depth });
  return bound;
}

function largestOf(value: Value, node: Node, bounds: () => readonly number[]): number {
  switch (node.op) {
    case 'equal':
    case 'not_equal':
    case 'less':
    case 'less_equal':
    case 'greater':
    case 'greater_equal':
    case 'and':
    case 'or':
    case 'not':
    case 'uniform':
      return 1;
    case 'const':
      return typeof node.attrs['value'] === 'number' ? finiteOr(Math.abs(node.attrs['value'])) : Infinity;
    case 'arange':
      return value.type.shape.reduce<number>((size, dim) => size * (dim === 'B' ? LARGEST_BATCH : dim), 1);
    case 'reshape':
    case 'transpose':
    case 'broadcast':
    case 'slice':
    case 'pad':
    case 'concat':
    case 'neg':
    case 'abs':
    case 'relu':
    case 'maximum':
    case 'minimum':
    case 'max':
    case 'min':
    case 'cast':
      return Math.max(...bounds());
    case 'where':
      return Math.max(...bounds().slice(1));
    case 'add':
    case 'sub':
      return bounds().reduce((sum, bound) => sum + bound, 0);
    case 'mul':
      return finiteOr(bounds().reduce((product, bound) => product * bound, 1));
    case 'square':
      return bounds().reduce((product, bound) => product * bound * bound, 1);
    case 'sum':
      return bounds().reduce((sum, bound) => sum + bound * summands(node), 0);
    default:
      return Infinity;
  }
}

/** 0 · ∞ is NaN. */
const finiteOr = (bound: number): number => (Number.isNaN(bound) ? Infinity : bound);

/** How many elements a sum adds up at most. */
function summands(node: Node): number {
  const [input] = node.inputs;
  return (input?.type.shape ?? []).reduce<number>((size, dim) => size * (dim === 'B' ? LARGEST_BATCH : dim), 1);
}
