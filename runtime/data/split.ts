/** Which rows train, which are watched, which are kept for the end. */
import { permutation } from '../random/shuffle.ts';
import { UserError } from '../user-error.ts';

export interface Parts {
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/**
 * The rows in the order of the stream `split`, or in that of the file (`inOrder`), cut at round(n·Σ shares). Without shares
 * all rows train, in the file's order.
 */
export function splitRows(rows: number, shares: readonly number[] | undefined, seed: number, inOrder = false): Parts {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  if (shares === undefined) return { training: all, validation: new Int32Array(), test: new Int32Array() };
  const order = inOrder ? all : permutation(rows, seed, 'split', 0);
  let sum = 0;
  const cuts = shares.map((share) => Math.min(rows, Math.round(rows * (sum += share))));
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

/** What `eval` uses: the test part, else the validation part, else all rows. */
export function evaluationPart(parts: Parts): {
  readonly name: 'test' | 'validation' | 'all';
  readonly rows: Int32Array;
} {
  if (parts.test.length > 0) return { name: 'test', rows: parts.test };
  if (parts.validation.length > 0) return { name: 'validation', rows: parts.validation };
  return { name: 'all', rows: parts.training };
}
