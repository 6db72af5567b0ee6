/** Warns of `name = …` whose name nothing reads: often the use is misspelt. */
import { expressionsIn } from './check-names.ts';
import type { Body, Expression, File, Item, Statement } from '../../grammar/ast.ts';
import type { Reporter, Site } from '../language/report.ts';
import { say } from '../diagnostics/say.ts';

export function warnUnused(file: File, site: Site, reporter: Reporter): void {
  const top = file.statements.filter((statement) => statement.type !== 'def');
  warnIn(top, site, reporter, true);
  for (const statement of file.statements) {
    if (statement.type === 'def' && statement.body.type === 'body')
      warnIn(statement.body.statements, site, reporter, false);
  }
}

function warnIn(statements: readonly Statement[], site: Site, reporter: Reporter, top: boolean): void {
  const used = new Set<string>();
  for (const statement of statements) readsOf(statement, used);
  const visit = (each: Statement) => {
    if (
      each.type === 'assign' &&
      each.name.text !== 'it' &&
      !(top && each.name.text === 'loss') &&
      !used.has(each.name.text)
    ) {
      const { text, span } = each.name;
      reporter.report(say.NN2018.value({ name: text }), { site, span, fault: 'definition' });
    }
    for (const body of bodiesOf(each)) body.statements.forEach(visit);
  };
  statements.forEach(visit);
}

function bodiesOf(statement: Statement): readonly Body[] {
  switch (statement.type) {
    case 'if':
      return statement.else === undefined ? [statement.then] : [statement.then, statement.else];
    case 'block':
    case 'repeat':
    case 'phase':
    case 'step':
      return [statement.body];
    case 'scan':
      // What a scan carries is written by name inside.
      return [];
    case 'assign':
    case 'command':
    case 'def':
    case 'hyper':
    case 'port':
    case 'require':
    case 'state':
    case 'update':
    case 'weight':
      return [];
  }
}

function readsOf(statement: Statement, used: Set<string>): void {
  for (const expression of expressionsOf(statement)) readsIn(expression, used);
  for (const body of bodiesOf(statement)) for (const inner of body.statements) readsOf(inner, used);
  if (statement.type === 'scan') for (const inner of statement.body.statements) readsOf(inner, used);
}

function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.type) {
    case 'assign':
    case 'update':
    case 'hyper':
      return [statement.value];
    case 'weight':
      return statement.init === undefined ? [statement.shape] : [statement.shape, statement.init];
    case 'state':
      return statement.shape === undefined ? [statement.value] : [statement.shape, statement.value];
    case 'require':
    case 'if':
      return [statement.condition];
    case 'repeat':
      return [statement.count];
    case 'scan':
      return [
        ...statement.over,
        ...statement.carried.map((each) => each.value),
        ...statement.named.map((each) => each.value),
      ];
    case 'command':
      return [...statement.args.map((arg) => arg.value), ...(statement.from ?? [])];
    case 'port':
      return statement.distribution === undefined ? [] : [statement.distribution];
    case 'phase':
    case 'step':
      return statement.named.map((each) => each.value);
    case 'block':
    case 'def':
      return [];
  }
}

function readsIn(expression: Expression, used: Set<string>): void {
  const items = (all: readonly Item[]) => {
    for (const item of all) readsIn(item.type === 'splat' ? item.of : item, used);
  };
  switch (expression.type) {
    case 'number':
    case 'boolean':
    case 'none':
    case 'string':
    case 'size':
      return;
    case 'path':
      used.add(expression.parts[0]?.text ?? '');
      return;
    case 'ratio':
      for (const part of expression.parts) readsIn(part, used);
      return;
    case 'list':
      items(expression.items);
      return;
    case 'call':
      readsIn(expression.callee, used);
      for (const arg of expression.args) readsIn(arg.value, used);
      return;
    case 'index':
      readsIn(expression.of, used);
      for (const part of expression.items.flatMap(expressionsIn)) readsIn(part, used);
      return;
    case 'unary':
    case 'group':
      readsIn(expression.of, used);
      return;
    case 'binary':
      readsIn(expression.left, used);
      readsIn(expression.right, used);
      return;
  }
}
