/** Rounds of a repeat: one function after the other, each over what the one before it has made. */
import type { Value } from './kernels/k.ts';

/** What each of the rounds has made, in their order. */
type Each<Rounds extends readonly unknown[], Made> = { readonly [I in keyof Rounds]: Made };

const corresponds = <Rounds extends readonly unknown[], Made>(
  made: readonly Made[],
  rounds: Rounds,
): made is Each<Rounds, Made> => made.length === rounds.length;

function each<Rounds extends readonly unknown[], Made>(rounds: Rounds, made: readonly Made[]): Each<Rounds, Made> {
  if (!corresponds(made, rounds)) throw new TypeError(`${made.length} results of ${rounds.length} rounds`);
  return made;
}

/**
 * Calls `round` with each of the parameters' tables in turn, and with the value that the call before it gave; `x` is the
 * first. Gives the last value, and all that the calls gave.
 */
export function chain<const Rounds extends readonly unknown[], Made extends { readonly it: Value }>(
  rounds: Rounds,
  x: Value,
  round: (p: Rounds[number], x: Value, i: number) => Made,
): { readonly it: Value; readonly rounds: Each<Rounds, Made> } {
  const made: Made[] = [];
  let it = x;
  for (const [i, p] of rounds.entries()) {
    const result = round(p, it, i);
    made.push(result);
    it = result.it;
  }
  return { it, rounds: each(rounds, made) };
}

/**
 * The way back: calls `round` from the last to the first, with what that round has kept and with the gradient by its
 * result. Gives the gradient by the value that the first one took, and those by the parameters.
 */
export function chainBack<
  const Rounds extends readonly unknown[],
  Kept,
  Made extends { readonly d_x: Value; readonly g: unknown },
>(
  rounds: Rounds,
  kept: readonly Kept[],
  d_it: Value,
  round: (p: Rounds[number], kept: Kept, d_it: Value, i: number) => Made,
): { readonly d_x: Value; readonly g: Each<Rounds, Made['g']>; readonly rounds: Each<Rounds, Made> } {
  const made: Made[] = [];
  let d_x = d_it;
  for (const [i, p] of [...rounds.entries()].toReversed()) {
    const own = kept[i];
    if (own === undefined) throw new TypeError(`round ${i} has kept nothing`);
    const result = round(p, own, d_x, i);
    made.unshift(result);
    d_x = result.d_x;
  }
  return {
    d_x,
    g: each(
      rounds,
      made.map(({ g }) => g),
    ),
    rounds: each(rounds, made),
  };
}
