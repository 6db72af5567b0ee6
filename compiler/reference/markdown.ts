/** The pages as files of `docs/reference`, and their index. */
import type { NameElsewhere } from '../../grammar/documentation.ts';
import { isSort } from '../../grammar/keywords.ts';
import { articleOf } from '../diagnostics/words.ts';
import { qualified } from './elsewhere.ts';
import { folders, headings, pathOf, statementOf, subjects } from './folders.ts';
import type { Demand, Page, PartRow, SeenRow, WeightRow } from './page.ts';

/** The text of each file by its path below `docs/reference`. */
export function referenceFiles(pages: readonly Page[]): ReadonlyMap<string, string> {
  const all: Reference = { pages, paths: new Set(pages.map(pathOf)) };
  return new Map([
    ['README.md', indexOf(pages)],
    ...pages.map((page): [string, string] => [pathOf(page), markdownOf(page, all)]),
  ]);
}

interface Reference {
  readonly pages: readonly Page[];
  readonly paths: ReadonlySet<string>;
}

/** Functions that only other definitions are made of. */
const inner = 'Functions of the library alone';

/** The headings of the index, in their order. */
const lists: readonly string[] = [...Object.values(headings), inner];

const listOf = (page: Page): string | undefined =>
  page.subject === 'fn' && page.example === undefined ? inner : headings[folders[page.subject]];

/** What stands above a list. */
const introductions: Readonly<Record<string, string>> = {
  Schedules:
    '`schedule plateau`, which goes by a figure that is reported, is part of [the statement](statements/schedule.md).',
  Functions: '[Section 4 of the language](../language.md#4-expressions) has them by what they do.',
  [inner]: 'Other definitions are made of them. They may be called as any other.',
};

function indexOf(pages: readonly Page[]): string {
  const sections = lists.map((heading) => {
    const lines = pages
      .filter((page) => listOf(page) === heading)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((page) => `- [${page.name}](${pathOf(page)}): ${firstSentence(page)}`);
    const introduction = introductions[heading];
    return [`## ${heading}\n`, ...(introduction === undefined ? [] : [`${introduction}\n`]), ...lines, ''].join('\n');
  });
  return [
    '# Reference\n',
    'A page for each name of the language and its library. `nnc explain NAME` shows the same in a terminal, and',
    '`nnc explain ./file.nn` pages like these of the definitions of a file of yours. [`language.md`](../language.md)',
    'tells how they go together. These files are made by `npm run generate` from what they describe.\n',
    `${lists.map((heading) => `[${heading}](#${anchorOf(heading)})`).join(' · ')}\n`,
    sections.join('\n'),
  ].join('\n');
}

const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-');

/** What the page is about, in as much as fits on a line of a list. */
export function firstSentence({ summary, paragraphs, forms }: Page): string {
  const meaning = forms[0]?.meaning;
  const said = summary ?? (meaning === undefined ? paragraphs[0] : capitalised(meaning));
  const [sentence = ''] = /^.*?[.](?=\s+[^a-z\d\s]|$)|^.*/.exec(said ?? '') ?? [];
  return escaped(sentence.replace(/[.:]$/, ''));
}

const capitalised = (text: string): string => text.replace(/^[a-z]/, (c) => c.toUpperCase());

function markdownOf(page: Page, all: Reference): string {
  const { subject, name, forms, paragraphs, formula, seen, derivative, source } = page;
  return [
    `# ${name}\n`,
    `${article(page)}. ${linksBeside(page, all)}\n`,
    ...(page.summary === undefined ? [] : [`${escaped(page.summary)}\n`]),
    ...(forms.some(({ meaning }) => meaning !== undefined)
      ? [tableOfForms(page)]
      : [fenced(forms.map((form) => form.written))]),
    ...paragraphs.map((paragraph) => `${escaped(paragraph)}\n`),
    ...parameterTable(page),
    ...section('Formula', formula.length === 0 ? [] : [fenced(formula), ...seen.map(seenLine)]),
    ...section(
      'Derivative',
      derivative.length === 0
        ? []
        : [...(subject === 'operation' ? ['With `dy` the gradient of the result `y`:\n'] : []), fenced(derivative)],
    ),
    ...weightTable('Weights', page.weights, ['starts as', 'the shape']),
    ...weightTable(subject === 'optim' ? 'Slots' : 'States', page.states, ['starts as', 'that of the parameter']),
    ...section('Made of', [...partLines(page.parts, folders[subject], all.paths), ...callLine(page, all)]),
    ...section('What it asks', page.asks.map(demandLine)),
    ...section('Elsewhere', [...page.elsewhere.map(elsewhereLine), ...alsoLine(page.also)]),
    ...section(
      'Papers',
      page.papers.map((paper) => `- ${escaped(paper)}`),
    ),
    ...(page.example === undefined ? [`It is a part of ${usersOf(page, all)}, and has no example of its own.\n`] : []),
    ...section('Example', page.example === undefined ? [] : [fenced([page.example.trimEnd()], 'nn')]),
    ...(source === undefined
      ? []
      : section('Source', [
          `[\`grammar/${source.file}\`](../../../grammar/${source.file})\n`,
          fenced([source.text], 'nn'),
        ])),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()
    .concat('\n');
}

/** `A [layer](../statements/layer.md)`. */
function article(page: Page): string {
  const noun = subjects[page.subject];
  const statement = statementOf(page);
  return `${capitalised(articleOf(noun))} ${statement === undefined ? noun : `[${noun}](../statements/${statement}.md)`}`;
}

/** The list in which the page stands, of a statement the kinds that it takes, and what else has the name. */
function linksBeside(page: Page, { pages }: Reference): string {
  const { subject, name } = page;
  const sort = name === 'weight' ? 'init' : name;
  const kinds = subject === 'statement' && isSort(sort) ? headings[folders[sort]] : undefined;
  const of = kinds === undefined ? [] : [`[${kinds}](../README.md#${anchorOf(kinds)})`];
  const others = pages.filter((each) => each.name === name && each !== page);
  const links = others.map((other) => `[the ${subjects[other.subject]} ${name}](../${pathOf(other)})`);
  return ['[All names](../README.md)', ...of, ...links].join(' · ');
}

const seenLine = ({ name, meaning }: SeenRow): string => `- ${code(name)}: ${escaped(meaning)}`;

/** The functions of the library that the formula of a page calls. */
function callsOf({ formula, name: own, subject }: Page, { pages }: Reference): readonly Page[] {
  const called = new Set(formula.flatMap((line) => [...line.matchAll(/\b(\w+)\(/g)].map(([, name]) => name)));
  const isOwn = (page: Page): boolean => page.subject === subject && page.name === own;
  return pages.filter((page) => page.subject === 'fn' && called.has(page.name) && !isOwn(page));
}

const linkTo = (page: Page): string => `[${page.name}](../${pathOf(page)})`;

function callLine(page: Page, all: Reference): readonly string[] {
  // A part of the name of a function is that definition, not the function.
  const parts = new Set(page.parts.map(({ kind }) => kind));
  const calls = callsOf(page, all).filter(({ name }) => !parts.has(name));
  return calls.length === 0 ? [] : [`- the function${calls.length > 1 ? 's' : ''} ${calls.map(linkTo).join(', ')}`];
}

/** The definitions whose formulas call a function. */
const usersOf = (page: Page, all: Reference): string =>
  all.pages
    .filter((each) => callsOf(each, all).includes(page))
    .map(linkTo)
    .join(', ');

const fenced = (lines: readonly string[], language = 'text'): string =>
  `\`\`\`${language}\n${lines.join('\n')}\n\`\`\`\n`;

const code = (text: string): string => `\`${text}\``;

/** Prose whose code stands between backticks: elsewhere signs of Markdown mean themselves. */
export const escaped = (text: string): string =>
  text
    .split('`')
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/[*<\\]|(?<!\w)_|_(?!\w)/g, '\\$&')))
    .join('`');

const section = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`## ${heading}\n`, ...lines, ''];

/** A table; a bar within a cell would end it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}

const tableOfForms = ({ forms }: Page): string =>
  table(
    ['written', 'meaning'],
    forms.map(({ written, meaning = '' }) => [code(written), escaped(meaning)]),
  );

function parameterTable({ parameters }: Page): readonly string[] {
  if (parameters.length === 0) return [];
  const rows = parameters.map((row) => [code(row.name), row.takes, row.default ?? 'to be given']);
  return section('Parameters', [table(['name', 'takes', 'default'], rows)]);
}

function weightTable(
  heading: string,
  rows: readonly WeightRow[],
  [start, shapeless]: readonly [string, string],
): readonly string[] {
  if (rows.length === 0) return [];
  const conditional = rows.some(({ when }) => when.length > 0);
  const cells = rows.map(({ path, shape, start, when }) => [
    code(path),
    shape === undefined ? shapeless : code(shape),
    code(start),
    ...(conditional ? [when.length === 0 ? 'always' : when.map(code).join(' and ')] : []),
  ]);
  return section(heading, [table(['path', 'shape', start, ...(conditional ? ['condition'] : [])], cells)]);
}

const partLines = (parts: readonly PartRow[], folder: string, known: ReadonlySet<string>): readonly string[] =>
  parts.map(({ path, kind, when }) => {
    const own = `${folder}/${kind}.md`;
    const target = known.has(own) ? own : `functions/${kind}.md`;
    const shown = known.has(target) ? `[${kind}](../${target})` : `what ${code(kind)} names`;
    return `- ${code(path)}: ${shown}${whereOf(when)}`;
  });

const demandLine = ({ condition, message, when }: Demand): string =>
  `- ${code(condition)}${whereOf(when)}: ${escaped(message)}`;

const whereOf = (when: readonly string[]): string =>
  when.length === 0 ? '' : `, where ${when.map(code).join(' and ')}`;

function elsewhereLine({ framework, names, difference }: NameElsewhere): string {
  const named = names.length === 0 ? 'none' : names.map((name) => code(qualified(framework, name))).join(', ');
  return `- ${framework}: ${named}${difference === undefined ? '' : `; ${escaped(difference)}`}`;
}

const alsoLine = (also: readonly string[]): readonly string[] =>
  also.length === 0 ? [] : [`- Also called ${also.map(code).join(', ')}`];
