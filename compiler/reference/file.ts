/** The pages of the definitions of a file. */
import { checkDefinitions } from '../check/check-definitions.ts';
import { importInto } from '../check/imports.ts';
import type { Parse, ReadImport } from '../check/imports.ts';
import type { Source } from '../diagnostics/types.ts';
import type { Library } from '../language/library.ts';
import { Reporter } from '../language/report.ts';
import { definitionPage } from './definition.ts';
import type { Page } from './page.ts';

interface Reading {
  readonly std: Library;
  readonly parse: Parse;
  readonly read: ReadImport;
}

/** Those of its own, in their order: what it imports tells what they mean. Mistakes are for `check` to report. */
export function filePages(source: Source, { std, parse, read }: Reading): readonly Page[] {
  const reporter = new Reporter({ report: () => undefined });
  const { file } = parse(source.text);
  const { library } = importInto(source, file, { std, parse, read, reporter });
  checkDefinitions(source, file, library, reporter);
  return library
    .entries()
    .toSorted((a, b) => a.definition.span.start - b.definition.span.start)
    .map(definitionPage);
}
