/** What a body calculates, as lines: its assignments as they are written, without what declares, checks and binds. */
import type { Argument, Command, Definition, Expression, Parameter, Span, Statement } from '../../grammar/ast.ts';

type TextOf = (of: { readonly span: Span }) => string;

export function formulaOf({ sort, name, body, parameters }: Definition, textOf: TextOf): readonly string[] {
  if (body.type === 'body') {
    const starts = parameters.filter(isInitialiser).map((each) => each.name.text);
    return linesOf(body.statements, { textOf, starts: new Set(starts) });
  }
  const values = parameters.map((each) => each.name.text);
  const left = sort === 'fn' ? `${name.text}(${values.join(', ')}) =` : sort === 'optim' ? 'param ←' : 'it =';
  return [`${left} ${textOf(body)}`];
}

const isInitialiser = ({ types }: Parameter): boolean => types?.some(({ text }) => text === 'init') ?? false;

interface Writing {
  readonly textOf: TextOf;
  /** The parameters that are initialisers: what they are handed on to calculates nothing with them. */
  readonly starts: ReadonlySet<string>;
}

function linesOf(statements: readonly Statement[], writing: Writing): readonly string[] {
  return statements.flatMap((statement) => lines(statement, writing));
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

/** A heading with lines below it; nothing where there are none. */
const below = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${heading}:`, ...indented(lines)];

function lines(statement: Statement, writing: Writing): readonly string[] {
  const { textOf } = writing;
  switch (statement.type) {
    case 'assign':
      return [`${statement.name.text} = ${textOf(statement.value)}`];
    case 'update':
      return [`${statement.name.text} ← ${textOf(statement.value)}`];
    case 'if':
      return conditional(statement, writing, 'if');
    case 'repeat': {
      const count = textOf(statement.count);
      const heading = statement.each === undefined ? `${count} times` : `for each ${statement.each.text} of ${count}`;
      return below(heading, linesOf(statement.body.statements, writing));
    }
    case 'block':
      return linesOf(statement.body.statements, writing);
    case 'scan': {
      const names = statement.names.map((each) => each.text).join(', ');
      const starts = statement.carried.map(({ name, value }) => `${name.text} = ${textOf(value)}`);
      const [backwards] = statement.named.flatMap(({ name, value }) =>
        name?.text === 'reverse' ? [textOf(value)] : [],
      );
      const order = backwards === undefined ? 'in turn' : `in turn, from the end if ${backwards}`;
      const heading = `for each ${names} of ${statement.over.map(textOf).join(', ')}, ${order}`;
      return [...starts, ...below(heading, linesOf(statement.body.statements, writing))];
    }
    case 'command':
      return useOf(statement, writing);
    case 'weight':
    case 'state':
    case 'require':
    case 'def':
    case 'hyper':
    case 'port':
    case 'phase':
    case 'step':
      return [];
  }
}

function conditional(
  { condition, then, else: otherwise }: Extract<Statement, { type: 'if' }>,
  writing: Writing,
  word: 'if' | 'else if',
): readonly string[] {
  const { textOf } = writing;
  const met = linesOf(then.statements, writing);
  const [next, ...more] = otherwise?.statements ?? [];
  const chained = next?.type === 'if' && more.length === 0 && textOf(next) === textOf(otherwise ?? next);
  const rest = chained
    ? conditional(next, writing, 'else if')
    : below('else', linesOf(otherwise?.statements ?? [], writing));
  if (met.length === 0 && rest.length === 0) return [];
  return [`${word} ${textOf(condition)}:`, ...indented(met.length === 0 ? ['it = it'] : met), ...rest];
}

/** A use of another definition, as a function of what goes in, then of what is set: `it = h = dense(it, 8, bias=false)`. */
function useOf(command: Command, { textOf, starts }: Writing): readonly string[] {
  const [head, ...rest] = command.args;
  const name = head === undefined ? undefined : headOf(head);
  if (name === undefined) return [];
  const settings = rest
    .filter(({ value }) => value.type !== 'path' || !starts.has(textOf(value)))
    .map(({ name, value }) => (name === undefined ? bare(textOf(value)) : `${name.text}=${bare(textOf(value))}`));
  switch (command.keyword) {
    case 'layer':
    case 'reuse': {
      const from = command.from?.map((each) => bare(textOf(each))) ?? ['it'];
      return [
        `${command.as === undefined ? 'it' : `it = ${command.as.text}`} = ${name}(${[...from, ...settings].join(', ')})`,
      ];
    }
    case 'optim':
      return [`param ← ${name}(${['param', 'grad', ...settings].join(', ')})`];
    case 'augment':
      return [`it = ${name}(${['it', ...settings].join(', ')})`];
    default:
      return [];
  }
}

/** Without the parentheses around all of it, which an argument of a statement needs. */
export const bare = (text: string): string =>
  /^\(([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*)\)$/.exec(text)?.[1] ?? text;

/** The word that a use begins with: `dense`, and of `adam(beta1=0.5)` its name. */
export function headOf({ value }: Argument): string | undefined {
  const path: Expression = value.type === 'call' ? value.callee : value;
  return path.type === 'path' ? path.parts.map((part) => part.text).join('.') : undefined;
}
