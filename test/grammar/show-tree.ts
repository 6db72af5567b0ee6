/** A tree as text in prefix form, every grouping visible: `x = 1 + 2 * a` is `(assign x (+ 1 (* 2 a)))`. */
import type * as Ast from '../../grammar/ast.ts';

export const showFile = (file: Ast.File): string => file.statements.map((s) => showStatement(s, '')).join('\n');

const join = (parts: readonly (string | undefined)[]): string =>
  `(${parts.filter((part) => part !== undefined).join(' ')})`;
const maybe = <T>(name: string, value: T | undefined, show: (value: T) => string): string | undefined =>
  value === undefined ? undefined : `${name}=${show(value)}`;
const name = (identifier: Ast.Identifier): string => identifier.text;
const list = <T>(items: readonly T[], show: (item: T) => string): string => `[${items.map(show).join(' ')}]`;
const path = (selector: Ast.Selector): string => selector.parts.map(name).join('.');

export const showExpression = (e: Ast.Expression): string => {
  switch (e.type) {
    case 'number':
      return e.text;
    case 'boolean':
      return String(e.value);
    case 'none':
      return 'none';
    case 'string':
      return JSON.stringify(e.value);
    case 'size':
      return `size:${e.sizes.join('x')}`;
    case 'ratio':
      return join(['ratio', ...e.parts.map(showExpression)]);
    case 'path':
      return path(e);
    case 'list':
      return list(e.items, showItem);
    case 'call':
      return join(['call', path(e.callee), ...e.args.map(showArgument)]);
    case 'index':
      return join(['index', showExpression(e.of), ...e.items.map(showIndex)]);
    case 'unary':
      return join([e.operator, showExpression(e.of)]);
    case 'binary':
      return join([e.operator, showExpression(e.left), showExpression(e.right)]);
    case 'group':
      return join(['group', showExpression(e.of)]);
  }
};

const showItem = (item: Ast.Item): string =>
  item.type === 'splat' ? join(['splat', showExpression(item.of)]) : showExpression(item);

const showIndex = (item: Ast.IndexItem): string => {
  if (item.type === 'rest') return '...';
  if (item.type !== 'slice') return showExpression(item);
  const [start, end, step] = [item.start, item.end, item.step].map((e) => (e === undefined ? '' : showExpression(e)));
  return `${start}:${end}${item.step === undefined ? '' : `:${step}`}`;
};

const showArgument = (argument: Ast.Argument): string =>
  argument.name === undefined
    ? showExpression(argument.value)
    : `${argument.name.text}=${showExpression(argument.value)}`;

const showBody = (body: Ast.Body, indent: string): string =>
  `{${body.statements.map((s) => `\n${indent}  ${showStatement(s, `${indent}  `)}`).join('')}}`;

const showRange = (range: { low: Ast.Expression; high: Ast.Expression }): string =>
  `${showExpression(range.low)}..${showExpression(range.high)}`;

const showDomain = (domain: Ast.Domain): string =>
  domain.type === 'choices' ? list(domain.items, showItem) : `${domain.scale} ${showRange(domain)}`;

const showPort = (type: Ast.PortType): string =>
  type.kind.text + list(type.items, showItem) + (type.positions === undefined ? '' : list(type.positions, showItem));

const showParameter = (p: Ast.Parameter): string => {
  const types = p.types === undefined ? '' : `: ${p.types.map(name).join('|')}${p.variadic ? '...' : ''}`;
  return p.name.text + types + (p.default === undefined ? '' : ` = ${showExpression(p.default)}`);
};

const showStatement = (s: Ast.Statement, indent: string): string => {
  switch (s.type) {
    case 'command':
      return join([
        s.keyword,
        ...s.args.map(showArgument),
        maybe('FROM', s.from, (from) => list(from, showExpression)),
        maybe('ON', s.on, path),
        maybe('FOR', s.for, path),
        maybe('AS', s.as, name),
      ]);
    case 'def': {
      const parameters = `(${s.parameters.map(showParameter).join(', ')})`;
      const body = s.body.type === 'body' ? showBody(s.body, indent) : `= ${showExpression(s.body)}`;
      return join(['def', s.sort, s.name.text, parameters, maybe('DOC', s.documentation, JSON.stringify), body]);
    }
    case 'hyper':
      return join(['hyper', s.name.text, showExpression(s.value), maybe('IN', s.domain, showDomain)]);
    case 'port':
      return join([
        s.role,
        s.name.text,
        showPort(s.portType),
        maybe('IN', s.range, showRange),
        maybe('DRAWN', s.distribution, showExpression),
      ]);
    case 'weight':
      return join(['weight', s.name.text, showExpression(s.shape), maybe('INIT', s.init, showExpression)]);
    case 'state':
      return join(['state', s.name.text, maybe('SHAPE', s.shape, showExpression), showExpression(s.value)]);
    case 'update':
    case 'assign':
      return join([s.type, s.name.text, showExpression(s.value)]);
    case 'require':
      return join(['require', showExpression(s.condition), JSON.stringify(s.message)]);
    case 'block':
      return join(['block', s.name.text, showBody(s.body, indent)]);
    case 'repeat':
      return join([
        'repeat',
        showExpression(s.count),
        maybe('EACH', s.each, name),
        maybe('AS', s.as, name),
        showBody(s.body, indent),
      ]);
    case 'if':
      return join([
        'if',
        showExpression(s.condition),
        showBody(s.then, indent),
        s.else && `else ${showBody(s.else, indent)}`,
      ]);
    case 'scan':
      return join([
        'scan',
        list(s.names, name),
        `OVER=${list(s.over, showExpression)}`,
        `WITH=${list(s.carried, (c) => `${c.name.text}=${showExpression(c.value)}`)}`,
        ...s.named.map(showArgument),
        showBody(s.body, indent),
      ]);
    case 'phase':
      return join(['phase', s.name.text, ...s.named.map(showArgument), showBody(s.body, indent)]);
    case 'step':
      return join([
        'step',
        s.name.text,
        `UPDATES=${path(s.updates)}`,
        ...s.named.map(showArgument),
        showBody(s.body, indent),
      ]);
  }
};
