/** Every page that there is without a file of the user's: the words of the language, the library, the operations. */
import { statementPages, wordPages } from '../../grammar/pages.ts';
import { internalOps, languageFunctions } from '../language/language-functions.ts';
import type { Library } from '../language/library.ts';
import { registry } from '../ops/index.ts';
import { definitionPage } from './definition.ts';
import { languageFunctionPage, operationPage } from './operation.ts';
import type { Page } from './page.ts';
import { wordPage } from './word.ts';

export const allPages = (library: Library): readonly Page[] => pagesOf(library, () => true);

/** Those whose names are asked for; no other is made. */
export function pagesOf(library: Library, isAsked: (name: string) => boolean): readonly Page[] {
  const asked = <T>(things: Iterable<readonly [string, T]>): readonly (readonly [string, T])[] =>
    [...things].filter(([name]) => isAsked(name));
  return [
    ...asked(Object.entries(statementPages)).map(([name, page]) => wordPage('statement', name, page)),
    ...asked(Object.entries(wordPages)).map(([name, page]) => wordPage('word', name, page)),
    ...asked(library.entries().map((entry) => [entry.name, entry])).map(([, entry]) => definitionPage(entry)),
    ...asked(registry)
      .filter(([name]) => !internalOps.has(name))
      .map(([, op]) => operationPage(op)),
    ...asked(languageFunctions).map(([name, page]) => languageFunctionPage(name, page)),
  ];
}
