/** Messages as functions of facts: what is said in each case of a code stands in one place, and call sites give facts. */

/** What is said of one case. */
export interface Prose {
  readonly message: string;
  /** What the characters that are wrong are: `` `skip` has shape [32] ``. */
  readonly label?: string;
  /** A next step. */
  readonly help?: string | undefined;
}

/** What is known of a mistake, as data. */
export type Facts = Readonly<Record<string, unknown>>;

/** The prose of the cases of a code, by their names. */
export type Messages = Readonly<Record<string, (facts: never) => Prose>>;

/** Facts with what is said of them. */
export interface Said<Code extends string> extends Prose {
  readonly code: Code;
  /** Which case of the code it is. */
  readonly variant: string;
  readonly facts: Facts;
}

export type Sayings<All extends Readonly<Record<string, Messages>>, Code extends string> = {
  readonly [C in keyof All]: { readonly [V in keyof All[C]]: (...facts: Parameters<All[C][V]>) => Said<Code> };
};

/** `say.NN2009.name({ name: 'h' })` for every case of every code. */
export function sayings<const All extends Readonly<Record<string, Messages>>>(
  all: All,
): Sayings<All, Extract<keyof All, string>> {
  const codes = Object.entries<Messages>(all).map(([code, messages]) => [
    code,
    Object.fromEntries(
      Object.entries(messages).map(([variant, prose]) => [
        variant,
        (facts: never) => ({ code, variant, facts: facts ?? {}, ...prose(facts) }),
      ]),
    ),
  ]);
  return Object.fromEntries(codes);
}
