/** `nnc explain`: a word of the language, a definition of the library as it is written, an operation, a diagnostic. */
import type { Command } from 'commander';
import { isSort } from '../../grammar/keywords.ts';
import { statementPages, wordPages } from '../../grammar/pages.ts';
import type { Page } from '../../grammar/pages.ts';
import { parse } from '../../grammar/parser.ts';
import { std } from '../../grammar/std/index.ts';
import { internalOps, languageFunctions } from '../language/language-functions.ts';
import { catalog, isCode } from '../diagnostics/catalog.ts';
import type { Code, Entry } from '../diagnostics/catalog.ts';
import { say } from '../diagnostics/say.ts';
import { nearest } from '../diagnostics/suggest.ts';
import type { Op } from '../ops/define.ts';
import { registry } from '../ops/index.ts';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { exit, UsageError } from './usage.ts';

export function explainCommand(session: Session): Command {
  return newCommand('explain', 'show a statement, a definition of the library, or what a diagnostic means', [
    'nnc explain loss              # a statement, with an example',
    'nnc explain dense             # its source and its defaults',
    'nnc explain init normal       # where several sorts have the name',
    'nnc explain matmul',
    'nnc explain NN2004',
  ])
    .argument('<words...>', 'a word, a name, perhaps after its sort (layer, loss, …), or a code such as NN2004')
    .action((words: readonly string[]) => {
      session.terminal.out(`${explain(words)}\n`);
      session.finish(exit.fine);
    });
}

function explain(words: readonly string[]): string {
  const [first = '', second] = words;
  if (words.length > 2) throw new UsageError(say.NN6005.words());
  const upper = first.toUpperCase();
  if (second === undefined && isCode(upper)) return page(upper, catalog[upper]);
  const all = definitions();
  const name = second ?? first;
  const found = all.filter((entry) => entry.name === name && (second === undefined || entry.sort === first));
  const parts = [
    ...(second === undefined ? wordParts(name, all) : []),
    ...found.map(({ path, text }) => `# std/${path}\n${text}`),
    ...(second === undefined || first === 'fn' ? functionParts(name) : []),
  ];
  if (parts.length > 0) return parts.join('\n\n');
  if (/^NN\d/i.test(first)) {
    throw new UsageError(say.NN6010.code({ name: first, near: nearest(upper, Object.keys(catalog)) }));
  }
  const sorts = [...new Set(all.filter((entry) => entry.name === name).map((entry) => entry.sort))];
  if (sorts.length > 0) throw new UsageError(say.NN6010.sort({ sort: first, name, sorts }));
  const known = [
    ...all.map((entry) => entry.name),
    ...[...registry.keys()].filter((op) => !internalOps.has(op)),
    ...languageFunctions.keys(),
    ...pages.keys(),
  ];
  throw new UsageError(say.NN6010.name({ written: words.join(' '), near: nearest(name, known) }));
}

const pages: ReadonlyMap<string, Page> = new Map(Object.entries({ ...statementPages, ...wordPages }));

/** A word of the language; of a sort, also the names that the library has. */
function wordParts(word: string, all: readonly Found[]): readonly string[] {
  const found = pages.get(word);
  const names = isSort(word) ? all.filter(({ sort }) => sort === word).map(({ name }) => name) : [];
  return [
    ...(found === undefined ? [] : [pageOf(word, found)]),
    ...(names.length === 0 ? [] : [`In the library: ${wrapped(names.join(' '))}`]),
  ];
}

function pageOf(word: string, { forms, doc, example }: Page): string {
  const sort = Object.hasOwn(statementPages, word) ? 'statement' : 'word of the language';
  const width = Math.max(...forms.map(([form]) => form.length));
  const lines = forms.map(([form, meaning]) => `${form.padEnd(width)}  ${meaning}`);
  const more = doc === undefined ? [] : [wrapped(doc)];
  return [`# a ${sort}\n${lines.join('\n')}`, ...more, 'For example:', indented(example.trimEnd())].join('\n\n');
}

function functionParts(name: string): readonly string[] {
  const operation = internalOps.has(name) ? undefined : registry.get(name);
  const own = languageFunctions.get(name);
  if (operation !== undefined) return [describeOperation(operation)];
  if (own !== undefined) return [`# a function of the language\n${own.form}\n${own.doc}`];
  return [];
}

interface Found {
  readonly sort: string;
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** Every definition of the library with its own lines: its documentation and its body. */
function definitions(): readonly Found[] {
  return [...std].flatMap(([path, text]) => {
    const { file } = parse(text);
    return file.statements.flatMap((statement): readonly Found[] => {
      if (statement.type !== 'def') return [];
      const start = documentationStart(text, statement.span.start);
      const source = text.slice(start, statement.span.end).trimEnd();
      return [{ sort: statement.sort, name: statement.name.text, path, text: source }];
    });
  });
}

/** The start of the `##` lines that stand right above an offset. */
function documentationStart(text: string, offset: number): number {
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  while (start > 0) {
    const before = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^\s*##/.test(text.slice(before, start))) break;
    start = before;
  }
  return start;
}

function describeOperation({ name, inputs, attrs, doc }: Op): string {
  const options = Object.entries(attrs).map(([attr, spec]) => {
    return spec.default === 'required' ? attr : `${attr}=${JSON.stringify(spec.default).replaceAll('"', '')}`;
  });
  return `# an operation on tensors\n${name}(${[...inputs, ...options].join(', ')})\n${doc}`;
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

/** Broken into lines that are easy to read. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length > 90) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
