/** A page as text for a terminal: what a file of `docs/reference` says, with the source at the end. */
import type { NameElsewhere } from '../../grammar/documentation.ts';
import { qualified } from './elsewhere.ts';
import { subjects } from './folders.ts';
import type { Demand, Page, ParameterRow, WeightRow } from './page.ts';

const WIDTH = 92;

export function terminalText(page: Page): string {
  const { subject, name, forms, paragraphs, source } = page;
  const parts = page.parts.map(({ path, kind, when }) => [path, kind + whereOf(when)]);
  const elsewhere = [
    ...page.elsewhere.map((each): readonly string[] => [each.framework, elsewhereText(each)]),
    ...(page.also.length === 0 ? [] : [['Also', page.also.join(', ')]]),
  ];
  const isPlain = forms.every(({ meaning }) => meaning === undefined);
  return [
    `# ${subjects[subject]} ${name}${source === undefined ? '' : ` (${source.file})`}`,
    ...(page.summary === undefined ? [] : [wrapped(plain(page.summary))]),
    isPlain
      ? forms.map(({ written }) => wrapped(written, '    ').trimStart()).join('\n')
      : columns(forms.map(({ written, meaning = '' }) => [written, meaning])),
    ...paragraphs.map((paragraph) => wrapped(paragraph)),
    ...section('Parameters', page.parameters.map(parameterCells)),
    ...lines('Formula', page.formula),
    ...section(
      'Where',
      page.seen.map(({ name, meaning }) => [name, plain(meaning)]),
    ),
    ...lines('Derivative', page.derivative),
    ...section(
      'Weights',
      page.weights.map((row) => weightCells(row, '')),
    ),
    ...section(
      subject === 'optim' ? 'Slots' : 'States',
      page.states.map((row) => weightCells(row, 'of the parameter')),
    ),
    ...section('Made of', parts),
    ...section(
      'What it asks',
      page.asks.map((demand) => [demandText(demand)]),
    ),
    ...section('Elsewhere', elsewhere),
    ...lines('For example', page.example?.trimEnd().split('\n') ?? []),
    ...(source === undefined ? [] : [source.text]),
  ].join('\n\n');
}

const plain = (text: string): string => text.replaceAll('`', '');

const lines = (heading: string, all: readonly string[]): readonly string[] =>
  all.length === 0 ? [] : [`${heading}:\n${all.map((line) => `    ${line}`).join('\n')}`];

const section = (heading: string, rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : [`${heading}:\n${columns(rows, '    ')}`];

/** Cells below each other; the last one of a row goes on below itself. */
function columns(rows: readonly (readonly string[])[], indent = ''): string {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count - 1 }, (_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows
    .map((row) => {
      const before = indent + widths.map((width, i) => `${(row[i] ?? '').padEnd(width)}  `).join('');
      const last = wrapped(row[count - 1] ?? '', ' '.repeat(before.length));
      return (before + last.trimStart()).trimEnd();
    })
    .join('\n');
}

const parameterCells = ({ name, takes, default: given }: ParameterRow): readonly string[] => [
  given === undefined ? name : /^`.*`$/.test(given) ? `${name}=${plain(given)}` : `${name} (${given})`,
  plain(takes),
];

const weightCells = ({ path, shape, start, when }: WeightRow, shapeless: string): readonly string[] => [
  path,
  shape ?? shapeless,
  start + whereOf(when),
];

const whereOf = (when: readonly string[]): string => (when.length === 0 ? '' : `, where ${when.join(' and ')}`);

const demandText = ({ condition, message, when }: Demand): string => `${condition}${whereOf(when)}: ${message}`;

const elsewhereText = ({ framework, names, difference }: NameElsewhere): string =>
  `${names.length === 0 ? 'none' : names.map((name) => qualified(framework, name)).join(', ')}${difference === undefined ? '' : `; ${difference}`}`;

/** Broken into lines that are easy to read, each behind the indent. */
export function wrapped(text: string, indent = ''): string {
  const all: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + word.length >= WIDTH) {
      all.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...all, line].map((each) => indent + each).join('\n');
}
