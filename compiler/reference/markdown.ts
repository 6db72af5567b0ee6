/** The pages as files of `docs/reference`, and their index. */
import type { NameElsewhere } from '../../grammar/documentation.ts';
import { qualified } from './elsewhere.ts';
import { folders, headings, nouns, pathOf } from './folders.ts';
import type { Demand, Page, PartRow, WeightRow } from './page.ts';

/** The text of each file by its path below `docs/reference`. */
export function referenceFiles(pages: readonly Page[]): ReadonlyMap<string, string> {
  const known = new Set(pages.map(pathOf));
  return new Map([
    ['README.md', indexOf(pages)],
    ...pages.map((page): [string, string] => [pathOf(page), markdownOf(page, known)]),
  ]);
}

function indexOf(pages: readonly Page[]): string {
  const lists = Object.entries(headings).map(([folder, heading]) => {
    const here = pages.filter(({ subject }) => folders[subject] === folder);
    const lines = here
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((page) => `- [${page.name}](${pathOf(page)}): ${firstSentence(page)}`);
    return `## ${heading}\n\n${lines.join('\n')}\n`;
  });
  return [
    '# Reference\n',
    'A page for each name of the language and its library. `nnc explain NAME` shows the same in a terminal, and',
    '`nnc explain ./file.nn` pages like these of the definitions of a file of yours. [`language.md`](../language.md)',
    'tells how they go together. These files are made by `npm run generate` from what they describe.\n',
    `${lists.join('\n')}`,
  ].join('\n');
}

/** What the page is about, in as much as fits on a line of a list. */
export function firstSentence({ paragraphs, forms }: Page): string {
  const said = forms[0]?.meaning ?? paragraphs[0];
  const [sentence = ''] = /^.*?[.](?=\s+[^a-z\d\s]|$)|^.*/.exec(said ?? '') ?? [];
  return escaped(sentence.replace(/[.:]$/, ''));
}

function markdownOf(page: Page, known: ReadonlySet<string>): string {
  const { subject, name, forms, paragraphs, formula, derivative, source } = page;
  return [
    `# ${name}\n`,
    `${article(nouns[subject])}. [All names](../README.md)\n`,
    ...(forms.some(({ meaning }) => meaning !== undefined)
      ? [tableOfForms(page)]
      : [fenced(forms.map((form) => form.written))]),
    ...paragraphs.map((paragraph) => `${escaped(paragraph)}\n`),
    ...parameterTable(page),
    ...section('Formula', formula.length === 0 ? [] : [fenced(formula)]),
    ...section(
      'Derivative',
      derivative.length === 0 ? [] : ['With `dy` the gradient of the result `y`:\n', fenced(derivative)],
    ),
    ...weightTable('Weights', page.weights, ['starts as', 'the shape']),
    ...weightTable(subject === 'optim' ? 'Slots' : 'States', page.states, ['starts as', 'that of the parameter']),
    ...section('Made of', partLines(page.parts, folders[subject], known)),
    ...section('What it asks', page.asks.map(demandLine)),
    ...section('Elsewhere', [...page.elsewhere.map(elsewhereLine), ...alsoLine(page.also)]),
    ...section(
      'Papers',
      page.papers.map((paper) => `- ${escaped(paper)}`),
    ),
    ...(page.example === undefined ? ['Other definitions are made of it; it has no example of its own.\n'] : []),
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

const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'An' : 'A'} ${noun}`;

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
    ['written', ''],
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
    ...(conditional ? [when.map(code).join(' and ')] : []),
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
