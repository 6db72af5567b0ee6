/** Which rows train, which are watched, which are kept for the end. */
import { permutation } from '../random/shuffle.ts';
import { UserError } from '../user-error.ts';

export interface Parts {
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** What a split heeds of the rows; they are permuted without regard to what they hold unless one is given. */
export type Heeding =
  | { readonly of: 'order' }
  /** What rows have in common that stay together, for each row. */
  | { readonly of: 'groups'; readonly groups: ArrayLike<string | number> }
  /** The class of each row. */
  | { readonly of: 'classes'; readonly classes: ArrayLike<string | number> };

/**
 * The rows in the order of the stream `split`, cut at round(n·Σ shares). In the file's order they are not permuted. Of
 * groups those are permuted, and a cut falls between two of them, as near as can be. Of classes each is spread evenly over
 * the order, so that each part has its share of it, to a row. Without shares all rows train, in the file's order.
 */
export function splitRows(rows: number, shares: readonly number[] | undefined, seed: number, heeding?: Heeding): Parts {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  if (shares === undefined) return { training: all, validation: new Int32Array(), test: new Int32Array() };
  const { order, ends } = orderOf(all, seed, heeding);
  let sum = 0;
  const cuts = shares.map((share) => {
    const cut = Math.min(rows, Math.round(rows * (sum += share)));
    return ends === undefined ? cut : nearestOf(ends, cut);
  });
  const [first = rows, second = first, third = second] = cuts;
  const parts = {
    training: order.slice(0, first),
    validation: order.slice(first, second),
    test: order.slice(second, third),
  };
  if (parts.training.length === 0) {
    throw new UserError('NN4006', `of ${rows} ${rows === 1 ? 'row' : 'rows'} none is left for training`);
  }
  return parts;
}

interface Order {
  readonly order: Int32Array;
  /** Where a cut may fall, if not everywhere, from 0 on. */
  readonly ends?: readonly number[];
}

function orderOf(all: Int32Array, seed: number, heeding: Heeding | undefined): Order {
  if (heeding?.of === 'order') return { order: all };
  if (heeding?.of === 'groups') return inGroups(all, seed, heeding.groups);
  const permuted = permutation(all.length, seed, 'split', 0);
  return { order: heeding === undefined ? permuted : spread(permuted, heeding.classes) };
}

function inGroups(all: Int32Array, seed: number, groups: ArrayLike<string | number>): Order {
  const members = new Map<string | number, number[]>();
  for (const row of all) {
    const group = groups[row] ?? '';
    const own = members.get(group);
    if (own === undefined) members.set(group, [row]);
    else own.push(row);
  }
  const found = [...members.values()];
  const order = Array.from(permutation(found.length, seed, 'split', 0), (at) => found[at] ?? []);
  let end = 0;
  return { order: Int32Array.from(order.flat()), ends: [0, ...order.map((rows) => (end += rows.length))] };
}

/** The i-th of the n rows of a class stands at (i + ½)/n of the way. */
function spread(permuted: Int32Array, classes: ArrayLike<string | number>): Int32Array {
  const count = new Map<string | number, number>();
  const ranks = Array.from(permuted, (row) => {
    const own = classes[row] ?? '';
    const rank = count.get(own) ?? 0;
    count.set(own, rank + 1);
    return rank;
  });
  const way = Array.from(permuted, (row, i) => ((ranks[i] ?? 0) + 0.5) / (count.get(classes[row] ?? '') ?? 1));
  const places = Array.from(permuted, (_, i) => i).sort((a, b) => (way[a] ?? 0) - (way[b] ?? 0) || a - b);
  return Int32Array.from(places, (place) => permuted[place] ?? 0);
}

const nearestOf = (ends: readonly number[], cut: number): number =>
  ends.reduce((best, end) => (Math.abs(end - cut) < Math.abs(best - cut) ? end : best), 0);

/** What `eval` uses: the test part, else the validation part, else all rows. */
export function evaluationPart(parts: Parts): {
  readonly name: 'test' | 'validation' | 'all';
  readonly rows: Int32Array;
} {
  if (parts.test.length > 0) return { name: 'test', rows: parts.test };
  if (parts.validation.length > 0) return { name: 'validation', rows: parts.validation };
  return { name: 'all', rows: parts.training };
}
