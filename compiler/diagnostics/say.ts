/** Makes messages of facts: `say.NN2009.name({ name: 'h' })`. The prose of each case stands in the catalogue. */
import { catalog } from './catalog.ts';
import type { Code } from './catalog.ts';
import type { Entry, Prose } from './catalog/entry.ts';

/** Facts with what is said of them. */
export interface Told extends Prose {
  readonly code: Code;
  /** Which case of the code it is: the name of its prose in the catalogue. */
  readonly variant: string;
  readonly facts: Facts;
}

/** What is known of a mistake, as data. */
export type Facts = Readonly<Record<string, unknown>>;

type Sayings<E extends Entry> = {
  readonly [V in keyof E['messages']]: (...facts: Parameters<E['messages'][V]>) => Told;
};

const sayings = Object.entries(catalog).map(([code, { messages }]) => [
  code,
  Object.fromEntries(
    Object.entries<(facts: never) => Prose>(messages).map(([variant, prose]) => [
      variant,
      (facts: never) => ({ code, variant, facts: facts ?? {}, ...prose(facts) }),
    ]),
  ),
]);

export const say: { readonly [C in Code]: Sayings<(typeof catalog)[C]> } = Object.fromEntries(sayings);
