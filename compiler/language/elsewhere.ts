/** Names of other frameworks: what they are here, as the documentation of definitions and the files of ops say. */
import { documentationOf, elsewhereOf } from '../../grammar/documentation.ts';
import type { Documentation } from '../../grammar/documentation.ts';
import type { Sort } from '../../grammar/ast.ts';
import { sorts } from '../../grammar/keywords.ts';
import { instead } from '../diagnostics/catalog/instead.ts';
import type { Known, Near } from '../diagnostics/catalog/entry.ts';
import { lettersIn } from '../diagnostics/elsewhere.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { registry } from '../ops/index.ts';
import { languageFunctions } from './language-functions.ts';
import type { Entry } from './entry.ts';
import type { Library } from './library.ts';
import { withOperator } from './operators.ts';

/**
 * What a word may mean where a definition of a sort is wanted: what another framework calls so, of this sort or else of
 * another, or the names that are near.
 */
export function meantBy(word: string, sort: Sort, library: Library, names: readonly string[]): Near {
  return knownAs(word, sort, library) ?? knownElsewhere(word, sort, library) ?? nearest(word, names);
}

/** A function of one value is a layer too. */
const alike = (sort: Sort): readonly Sort[] => (sort === 'layer' ? ['layer', 'fn'] : [sort]);

/** Of the sort that is wanted. */
export function knownAs(word: string, sort: Sort, library: Library): Known | undefined {
  const letters = lettersOf(word);
  for (const each of alike(sort)) {
    const calls = library.calledElsewhere(each, letters) ?? (each === 'fn' ? functions.get(letters) : undefined);
    if (calls !== undefined && calls !== word) return { calls, written: withOperator(calls, ['a', 'b']) };
    const key = `${each} ${letters}`;
    if (instead.has(key)) return { instead: key };
  }
  return undefined;
}

function knownElsewhere(word: string, sort: Sort, library: Library): Known | undefined {
  // A name of the library's own is told by its sorts.
  if (library.sortsOf(word).length > 0) return undefined;
  for (const each of sorts) {
    if (alike(sort).includes(each)) continue;
    const known = knownAs(word, each, library);
    if (known !== undefined && 'calls' in known) return { ...known, sort: each };
  }
  return undefined;
}

/** What is left of a name where frameworks write it differently: `nn.CrossEntropyLoss`, `cross_entropy_loss`. */
export const lettersOf = (name: string): string => lettersIn(name.split('.').at(-1) ?? '');

/** Every name that a thing has elsewhere, and its own. */
export const lettersOfAll = (
  name: string,
  { elsewhere, also }: Pick<Documentation, 'elsewhere' | 'also'>,
): readonly string[] => [name, ...elsewhere.flatMap(({ names }) => names), ...also].filter(isWhole).map(lettersOf);

export const lettersOfEntry = ({ name, documentation }: Entry): readonly string[] =>
  lettersOfAll(name, documentationOf(documentation));

/** `GRU(reset_after=True)` is a thing of its own, and not what the framework calls `GRU`. */
const isWhole = (name: string): boolean => !name.includes('(');

/** The names of ops and of the language's own functions by what they are called elsewhere. */
const functions: ReadonlyMap<string, string> = new Map(
  [...[...registry].filter(([, { internal }]) => internal !== true), ...languageFunctions].flatMap(([name, said]) =>
    lettersOfAll(name, elsewhereOf(said)).map((letters): [string, string] => [letters, name]),
  ),
);
