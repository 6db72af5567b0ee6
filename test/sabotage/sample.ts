/** Which mutations are judged: a seed decides, every kind has its share, every file of a kind its turn. */
import { createHash } from 'node:crypto';
import { equivalentTo } from './equivalent.ts';
import type { Equivalent } from './equivalent.ts';
import { lineOf, mutated, nameOf } from './mutation.ts';
import type { Mutation } from './mutation.ts';
import type { Population, Target } from './population.ts';
import { TypeCheck } from './type-check.ts';

export interface Drawn {
  readonly mutation: Mutation;
  /** The file as it was. */
  readonly text: string;
  readonly equivalent: Equivalent | undefined;
}

/**
 * Mutations without end but that of the population, so that the first ten are as mixed as all. The order is that of
 * hashes of what they change, and not of where it stands: a change elsewhere leaves it as it is.
 */
export function* drawn(
  all: Population,
  root: string,
  seed: string,
  wanted: (name: string) => boolean,
): Generator<Drawn, undefined> {
  const types = new TypeCheck(root);
  const queues = all.map(({ share, targets }) => ({ share, taken: 0, left: inTurn(targets, seed) }));
  while (true) {
    const open = queues.filter(({ left }) => left.length > 0);
    const next = open.sort((a, b) => (a.taken + 1) / a.share - (b.taken + 1) / b.share)[0];
    const one = next?.left.shift();
    if (next === undefined || one === undefined) return undefined;
    const { mutation, text } = one;
    if (!wanted(nameOf(mutation, text))) continue;
    if (mutation.file.endsWith('.ts') && !types.passes(mutation.file, mutated(text, mutation))) continue;
    const equivalent = equivalentTo(mutation, text);
    if (equivalent === undefined) next.taken += 1;
    yield { mutation, text, equivalent };
  }
}

const hash = (...texts: readonly string[]): string => createHash('sha256').update(texts.join('\0')).digest('hex');

/** One of each file, then a second one of each that has more, and so on. */
function inTurn(targets: readonly Target[], seed: string) {
  const byKey = (a: { readonly key: string }, b: { readonly key: string }) => (a.key < b.key ? -1 : 1);
  return targets
    .flatMap(({ file, text, mutations }) =>
      mutations
        .map((mutation) => {
          const { line, change } = lineOf(mutation, text);
          return { mutation, text, key: hash(seed, file, line, change) };
        })
        .toSorted(byKey)
        .map((each, turn) => ({ ...each, turn })),
    )
    .toSorted((a, b) => a.turn - b.turn || byKey(a, b));
}
