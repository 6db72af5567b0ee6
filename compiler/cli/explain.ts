/**
 * `nnc explain`: a word of the language, a definition of the library or of a file as the reference has it, an operation, a
 * diagnostic.
 */
import type { Command } from 'commander';
import { isSort, sorts } from '../../grammar/keywords.ts';
import { parse } from '../../grammar/parser.ts';
import { catalog, isCode } from '../diagnostics/catalog.ts';
import type { Code, Entry } from '../diagnostics/catalog.ts';
import { instead } from '../diagnostics/catalog/instead.ts';
import { say } from '../diagnostics/say.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { lettersOf, lettersOfAll } from '../language/elsewhere.ts';
import { filePages } from '../reference/file.ts';
import type { Page } from '../reference/page.ts';
import { allPages, pagesOf } from '../reference/pages.ts';
import { terminalText, wrapped } from '../reference/terminal.ts';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { checkSpec } from './compiling.ts';
import { standardLibrary } from '../language/standard-library.ts';
import { readSpec } from './files.ts';
import { hasErrors, report } from './report.ts';
import type { Terminal } from './terminal.ts';
import { exit, UsageError } from './usage.ts';

export function explainCommand(session: Session): Command {
  return newCommand('explain', 'show a statement, a definition, or what a diagnostic means', [
    'nnc explain loss              # a statement, with an example',
    'nnc explain dense             # its parameters, formula, weights and source',
    'nnc explain init normal       # where several sorts have the name',
    'nnc explain matmul',
    'nnc explain NN2004',
    'nnc explain ./blocks.nn       # the definitions of a file of yours',
    'nnc explain ./blocks.nn gated # one of them',
  ])
    .argument('<words...>', 'a word, a name, perhaps after its sort (layer, loss, …), a code such as NN2004, or a file')
    .action((words: readonly string[]) => {
      const [first = '', second, ...more] = words;
      if (more.length > 0) throw new UsageError(say.NN6005.words());
      if (isFile(first)) session.finish(explainFile(session.terminal, first, second));
      else {
        session.terminal.out(`${explain(first, second)}\n`);
        session.finish(exit.fine);
      }
    });
}

const isFile = (word: string): boolean => word.endsWith('.nn') || /[\\/]/.test(word);

function explain(first: string, second: string | undefined): string {
  const upper = first.toUpperCase();
  if (second === undefined && isCode(upper)) return page(upper, catalog[upper]);
  const library = standardLibrary();
  const name = second ?? first;
  const found = pagesOf(library, (each) => each === name).filter(
    (each) => second === undefined || isOfSort(each, first),
  );
  const list =
    second === undefined && isSort(name)
      ? [listOf(namesOf(allPages(library).filter((each) => isOfSort(each, name))))]
      : [];
  if (found.length + list.length > 0) return [...found.map(terminalText), ...list].join('\n\n');
  if (/^NN\d/i.test(first)) {
    throw new UsageError(say.NN6010.code({ name: first, near: nearest(upper, Object.keys(catalog)) }));
  }
  const all = allPages(library);
  const known = all.filter((each) => isKnownAs(each, name) && (second === undefined || isOfSort(each, first)));
  if (known.length > 0)
    return known.map((each) => `nnc calls ${name} ${each.name}.\n\n${terminalText(each)}`).join('\n\n');
  const written = sorts.flatMap((sort) => instead.get(`${sort} ${lettersOf(name)}`) ?? []);
  if (written.length > 0) return [`nnc has no ${name}. It is written:`, ...written.map(indented)].join('\n\n');
  const subjects = all.filter((each) => each.name === name).map(({ subject }) => subject);
  if (subjects.length > 0) throw new UsageError(say.NN6010.sort({ sort: first, name, sorts: [...new Set(subjects)] }));
  throw new UsageError(
    say.NN6010.name({
      written: second === undefined ? first : `${first} ${second}`,
      near: nearest(name, namesOf(all)),
    }),
  );
}

const namesOf = (pages: readonly Page[]): readonly string[] => pages.map(({ name }) => name);

/** Whether another framework calls it so. */
const isKnownAs = (page: Page, word: string): boolean => lettersOfAll(page.name, page).includes(lettersOf(word));

/** Operations are functions to who calls them. */
const isOfSort = ({ subject }: Page, sort: string): boolean =>
  subject === sort || (sort === 'fn' && subject === 'operation');

const listOf = (names: readonly string[]): string => `In the library: ${wrapped(names.join(' '))}`;

/** The definitions of a file, or one of them; its mistakes as `check` has them. */
function explainFile(terminal: Terminal, file: string, name: string | undefined): number {
  const spec = readSpec(terminal, file);
  const std = standardLibrary();
  const { diagnostics } = checkSpec(spec, {}, std);
  report(terminal, diagnostics);
  if (hasErrors(diagnostics)) return exit.diagnostics;
  const pages = filePages(spec.source, { std, parse, read: spec.read });
  const shown = spec.source.file;
  if (pages.length === 0) throw new UsageError(say.NN6010.undefined({ file: shown }));
  const found = name === undefined ? pages : pages.filter((each) => each.name === name);
  if (found.length === 0) {
    const names = namesOf(pages);
    throw new UsageError(say.NN6010.inFile({ file: shown, name: name ?? '', near: nearest(name ?? '', names), names }));
  }
  terminal.out(`${found.map(terminalText).join('\n\n')}\n`);
  return exit.fine;
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

function page(code: Code, { severity, title, explanation, wrong, mended }: Entry): string {
  const example = wrong === undefined ? [] : ['This meets it:', indented(wrong)];
  const better = mended === undefined ? [] : ['This is right:', indented(mended)];
  return [`${severity} ${code}: ${title}`, wrapped(explanation), ...example, ...better].join('\n\n');
}
