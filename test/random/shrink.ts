/**
 * Smaller specs with the same fault: what one statement needs instead of all, then one statement less and another,
 * then expressions that give way to their parts. What is no spec any more has another fault, and is not taken.
 */
import type { Span } from '../../grammar/ast.ts';
import { parse } from '../../grammar/parser.ts';

type Fails = (text: string) => Promise<boolean>;

/** What every spec needs, for those of which the fault does not need it. */
const frame = { input: 'input x0: f32[3]', learning: 'weight w0: [2] init=ones\nloss = mean(w0^2)\noptim sgd' };

/** The smallest text found, by so many trials at most, for which `fails` still holds. */
export async function shrink(text: string, fails: Fails, trials = 300): Promise<string> {
  let left = trials;
  const tried = async (smaller: string): Promise<boolean> => {
    left -= 1;
    return left >= 0 && (await fails(smaller));
  };
  let best = await fewer(await slice(text, tried), tried);
  for (let progress = true; progress && left > 0;) {
    progress = false;
    for (const edit of edits(best)) {
      const smaller = apply(best, [edit]);
      if (left <= 0) break;
      if (smaller.length >= best.length || !(await tried(smaller))) continue;
      best = smaller;
      progress = true;
      break;
    }
  }
  return best.trim();
}

/** One statement with what it needs, in the smallest frame; the text itself where several are needed. */
async function slice(text: string, fails: Fails): Promise<string> {
  const statements = topLevel(text);
  const readers = statements.filter((statement) => !/^(def|hyper|input|target)\b/.test(statement)).toReversed();
  for (const goal of readers) {
    const kept = needed(goal, statements);
    const body = statements.filter((statement) => kept.has(statement));
    const input = body.some((statement) => statement.startsWith('input')) ? [] : [frame.input];
    const shown = nameOf(goal);
    const reached = body.flatMap((statement) => (/^(weight|layer)/.test(statement) ? [nameOf(statement)] : []));
    const losses = reached.flatMap((name) => (name === undefined ? [] : [`loss = mean(${name}^2)`]));
    const learning = losses.length > 0 ? [...losses, 'optim sgd'] : [frame.learning];
    const value =
      shown === undefined || shown === 'loss' || /^(def|hyper)/.test(goal)
        ? []
        : [`predict (${shown})`, `loss = mean(${shown})`];
    const ways = [
      ...(goal.startsWith('loss') ? [[...input, ...body, 'optim sgd']] : []),
      [...input, ...body, ...(goal.startsWith('optim') ? learning.slice(0, -1) : learning)],
      ...value.map((reader) => [...input, ...body, reader, ...learning]),
    ];
    for (const way of ways) {
      const smaller = `${way.join('\n')}\n`;
      if (smaller.length < text.length && (await fails(smaller))) return smaller;
    }
  }
  return text;
}

/** The name of the value that a statement makes. */
function nameOf(statement: string): string | undefined {
  const found = /^(?:weight (\w+)|(\w+) = |layer [^]* as (\w+)$)/.exec(statement);
  return found?.[1] ?? found?.[2] ?? found?.[3];
}

/** Without the losses, figures and settings that can go, and what only they need. */
async function fewer(text: string, fails: Fails): Promise<string> {
  let best = topLevel(text);
  for (const goal of best.filter((statement) => goals.test(statement)).toReversed()) {
    const rest = best.filter((statement) => statement !== goal && goals.test(statement));
    const kept = new Set(rest.flatMap((each) => [...needed(each, best)]));
    const smaller = best.filter((statement) => kept.has(statement));
    const framed = smaller.some((statement) => statement.startsWith('input')) ? smaller : [frame.input, ...smaller];
    if (await fails(`${framed.join('\n')}\n`)) best = framed;
  }
  return best.length === 0 ? text : `${best.join('\n')}\n`;
}

const goals = /^(loss|metric|predict|penalty|optim|schedule|clip|accumulate|freeze|train)\b/;

/** The statements that one reads from, through names and the current value. */
function needed(goal: string, statements: readonly string[]): ReadonlySet<string> {
  const kept = new Set([goal]);
  for (const statement of kept) {
    const at = statements.indexOf(statement);
    const before = statements.slice(0, at).toReversed();
    const words = new Set(statement.match(/[A-Za-z_]\w*/g) ?? []);
    for (const word of words) {
      const maker = before.find((other) => makes(other, word));
      if (maker !== undefined) kept.add(maker);
    }
    const bare =
      words.has('it') ||
      /^(loss|metric) \w+( \w+=\S+)*( as \w+)?$/.test(statement) ||
      (statement.startsWith('layer') && !words.has('from'));
    const current =
      bare && !statement.startsWith('def')
        ? before.find((other) => /^(it =|layer|input|block|repeat)/.test(other))
        : undefined;
    if (current !== undefined) kept.add(current);
    if (/^(loss|metric)/.test(statement))
      for (const other of before) if (other.startsWith('target') && bare) kept.add(other);
  }
  return kept;
}

const makes = (statement: string, name: string): boolean =>
  new RegExp(
    `^(?:(?:def \\w+|hyper|input|target|weight|block) ${name}\\b|${name} = |layer [^]* as ${name}$|(?:block|if) [^]*\\b(?:${name} = |as ${name}\\b))`,
  ).test(statement);

function topLevel(text: string): readonly string[] {
  return parse(text).file.statements.map(({ span }) => text.slice(span.start, span.end));
}

/** What replaces a stretch of the text. */
interface Edit extends Span {
  readonly by: string;
}

const apply = (text: string, all: readonly Edit[]): string =>
  all
    .toSorted((a, b) => b.start - a.start)
    .reduce((sofar, { start, end, by }) => sofar.slice(0, start) + by + sofar.slice(end), text)
    .replaceAll(/\n\s*\n/g, '\n');

interface Part {
  readonly type: string;
  readonly span: Span;
  readonly children: readonly Part[];
}

/** Statements from the last on, then arguments, then expressions from the largest on. */
function edits(text: string): readonly Edit[] {
  const all = partsOf(parse(text).file).flatMap(flat);
  const cut = (types: ReadonlySet<string>) =>
    all
      .filter(({ type }) => types.has(type))
      .toReversed()
      .map(({ span }): Edit => ({ ...span, by: '' }));
  const parts = all
    .filter(({ type }) => expressionTypes.has(type))
    .toSorted((a, b) => length(b) - length(a))
    .flatMap((part) => [
      ...part.children
        .flatMap(flat)
        .filter(({ type }) => expressionTypes.has(type))
        .map(({ span }): Edit => ({ ...part.span, by: text.slice(span.start, span.end) })),
    ]);
  return [...cut(statementTypes), ...cut(new Set(['argument'])), ...parts];
}

const length = ({ span }: Part): number => span.end - span.start;
const flat = (part: Part): readonly Part[] => [part, ...part.children.flatMap(flat)];

const statementTypes: ReadonlySet<string> = new Set(
  'def hyper port weight state update require assign if block repeat command'.split(' '),
);
const expressionTypes: ReadonlySet<string> = new Set('number path list call index unary binary group'.split(' '));

/** The parts of the syntax tree below a value, whatever their form. */
function partsOf(value: unknown): readonly Part[] {
  if (Array.isArray(value)) return value.flatMap(partsOf);
  if (typeof value !== 'object' || value === null) return [];
  const children = Object.entries(value).flatMap(([key, each]) => (key === 'span' ? [] : partsOf(each)));
  if (!('span' in value) || !isSpan(value.span)) return children;
  const type = 'type' in value && typeof value.type === 'string' ? value.type : 'value' in value ? 'argument' : '';
  return [{ type, span: value.span, children }];
}

function isSpan(value: unknown): value is Span {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value;
}
