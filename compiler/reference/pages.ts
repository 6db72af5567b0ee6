/** Every page that there is without a file of the user's: the words of the language, the library, the operations. */
import { statementPages, wordPages } from '../../grammar/pages.ts';
import { internalOps, languageFunctions } from '../language/language-functions.ts';
import type { Library } from '../language/library.ts';
import { registry } from '../ops/index.ts';
import { definitionPage } from './definition.ts';
import { languageFunctionPage, operationPage } from './operation.ts';
import type { Page } from './page.ts';
import { wordPage } from './word.ts';

export function allPages(library: Library): readonly Page[] {
  return [
    ...Object.entries(statementPages).map(([name, page]) => wordPage('statement', name, page)),
    ...Object.entries(wordPages).map(([name, page]) => wordPage('word', name, page)),
    ...library.entries().map(definitionPage),
    ...[...registry.values()].filter(({ name }) => !internalOps.has(name)).map(operationPage),
    ...[...languageFunctions].map(([name, page]) => languageFunctionPage(name, page)),
  ];
}
