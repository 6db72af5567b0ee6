/** What a body calculates, as lines: its assignments as they are written, without what declares, checks and binds. */
import type { Argument, Command, Definition, Expression, Span, Statement } from '../../grammar/ast.ts';

type TextOf = (of: { readonly span: Span }) => string;

export function formulaOf({ sort, name, body, parameters }: Definition, textOf: TextOf): readonly string[] {
  if (body.type === 'body') return linesOf(body.statements, textOf);
  const values = parameters.filter((each) => each.default === undefined).map((each) => each.name.text);
  const left = sort === 'fn' ? `${name.text}(${values.join(', ')}) =` : sort === 'optim' ? 'param ←' : 'it =';
  return [`${left} ${textOf(body)}`];
}

function linesOf(statements: readonly Statement[], textOf: TextOf): readonly string[] {
  return statements.flatMap((statement) => lines(statement, textOf));
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

/** A heading with lines below it; nothing where there are none. */
const below = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${heading}:`, ...indented(lines)];

function lines(statement: Statement, textOf: TextOf): readonly string[] {
  switch (statement.type) {
    case 'assign':
      return [`${statement.name.text} = ${textOf(statement.value)}`];
    case 'update':
      return [`${statement.name.text} ← ${textOf(statement.value)}`];
    case 'if':
      return conditional(statement, textOf, 'if');
    case 'repeat': {
      const count = textOf(statement.count);
      const heading = statement.each === undefined ? `${count} times` : `for each ${statement.each.text} of ${count}`;
      return below(heading, linesOf(statement.body.statements, textOf));
    }
    case 'block':
      return linesOf(statement.body.statements, textOf);
    case 'scan': {
      const names = statement.names.map((each) => each.text).join(', ');
      const starts = statement.carried.map(({ name, value }) => `${name.text} = ${textOf(value)}`);
      const heading = `for each ${names} of ${statement.over.map(textOf).join(', ')}, in turn`;
      return [...starts, ...below(heading, linesOf(statement.body.statements, textOf))];
    }
    case 'command':
      return useOf(statement, textOf);
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
  textOf: TextOf,
  word: 'if' | 'else if',
): readonly string[] {
  const met = linesOf(then.statements, textOf);
  const [next, ...more] = otherwise?.statements ?? [];
  const chained = next?.type === 'if' && more.length === 0 && textOf(next) === textOf(otherwise ?? next);
  const rest = chained
    ? conditional(next, textOf, 'else if')
    : below('else', linesOf(otherwise?.statements ?? [], textOf));
  if (met.length === 0 && rest.length === 0) return [];
  return [`${word} ${textOf(condition)}:`, ...indented(met.length === 0 ? ['it = it'] : met), ...rest];
}

/** A use of another definition, as a function of what goes in, then of what is set by place: `it = h = dense(it, 8)`. */
function useOf(command: Command, textOf: TextOf): readonly string[] {
  const [head, ...rest] = command.args;
  const name = head === undefined ? undefined : headOf(head);
  if (name === undefined) return [];
  const settings = rest.flatMap((each) => (each.name === undefined ? [textOf(each.value)] : []));
  switch (command.keyword) {
    case 'layer':
    case 'reuse': {
      const from = command.from?.map(textOf) ?? ['it'];
      return [
        `${command.as === undefined ? 'it' : `it = ${command.as.text}`} = ${name}(${[...from, ...settings].join(', ')})`,
      ];
    }
    case 'optim':
      return [`param ← ${name}(param, grad)`];
    case 'augment':
      return [`it = ${name}(${['it', ...settings].join(', ')})`];
    default:
      return [];
  }
}

/** The word that a use begins with: `dense`, and of `adam(beta1=0.5)` its name. */
export function headOf({ value }: Argument): string | undefined {
  const path: Expression = value.type === 'call' ? value.callee : value;
  return path.type === 'path' ? path.parts.map((part) => part.text).join('.') : undefined;
}
