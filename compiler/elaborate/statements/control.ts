/** Statements that hold others: conditions that are decided while compiling, rounds. */
import { join } from '../../ir/paths.ts';
import type { Statement } from '../../../grammar/ast.ts';
import { describe, error } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import { Scope } from '../../language/scope.ts';
import { condition } from '../evaluate/conditions.ts';
import { wholeNumber } from '../evaluate/expression.ts';
import { originOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { layerPath } from '../frame/paths.ts';
import { claimScope } from './layers.ts';
import { Rounds } from './rounds.ts';
import { say } from '../../diagnostics/say.ts';
import { report } from '../frame/report.ts';

type Of<K extends Statement['type']> = Extract<Statement, { readonly type: K }>;

export function ifStatement(statement: Of<'if'>, frame: Frame): void {
  const holds = condition(statement.condition, frame);
  if (holds === undefined) {
    breakNames([statement], frame);
    return;
  }
  const taken = holds ? statement.then : statement.else;
  if (taken !== undefined) frame.world.meaning.run(taken.statements, frame);
}

export function repeatStatement(statement: Of<'repeat'>, frame: Frame): void {
  const items = roundsOf(statement, frame);
  if (items === undefined) {
    breakNames([statement], frame);
    return;
  }
  const scope = statement.as === undefined ? layerPath(frame, 'repeat') : join(frame.path, statement.as.text);
  if (statement.as !== undefined) claimScope(scope, { source: frame.site.source, span: statement.as.span }, frame);
  const name = scope.slice(scope.lastIndexOf('.') + 1);
  const rounds = new Rounds(name, originOf(frame, statement.span));
  for (const [round, item] of items.entries()) {
    const path = frame.body === 'layer' || frame.body === 'top' ? `${scope}.${round}` : frame.path;
    const word = frame.body === 'top' ? path : frame.word;
    const inside: Frame = { ...frame, scope: new Scope(frame.scope), path, word };
    if (statement.each !== undefined) inside.scope.declare(statement.each.text, { datum: item ?? error });
    const run = (): void => frame.world.meaning.run(statement.body.statements, inside);
    if (path === frame.path) run();
    else rounds.run(inside, item, run);
  }
  // What comes out is not called after the last round: another count would change its name.
  const { it } = frame.flow;
  const { graph } = frame.run;
  const last = `${scope}.${items.length - 1}`;
  if (it.type === 'tensor' && graph.wordAt(it.value, scope) === last) graph.name(it.value, scope);
}

/** What each round is given; undefined after a mistake. */
function roundsOf({ count: written, each }: Of<'repeat'>, frame: Frame): readonly (Datum | undefined)[] | undefined {
  const over = frame.world.meaning.evaluate(written, frame);
  if (over.type === 'error') return undefined;
  const { span } = written;
  if (each !== undefined) {
    if (over.type === 'list') return over.items;
    report(say.NN2007.rounds({ given: describe(over) }), span, frame, { fault: 'definition' });
    return undefined;
  }
  const count = wholeNumber(over, frame, span, 'the number of rounds');
  if (count === undefined) return undefined;
  if (count >= 0 && count <= mostRounds) return Array.from({ length: count });
  report(say.NN2021.rounds({ most: mostRounds, rounds: count }), span, frame);
  return undefined;
}

/** Far more than any model has; it bounds what a slip of the hand can ask for. */
const mostRounds = 10_000;

/** Where it is not known what runs, the names that it would make are unknown, silently. */
export function breakNames(statements: readonly Statement[], frame: Frame): void {
  for (const statement of statements) {
    if (statement.type === 'assign' && statement.name.text === 'it') frame.flow.it = error;
    else if (statement.type === 'assign' || statement.type === 'weight' || statement.type === 'state') {
      frame.scope.declare(statement.name.text, { datum: error });
    } else if (statement.type === 'block') {
      frame.scope.declare(statement.name.text, { datum: error, exported: true });
      breakNames(statement.body.statements, frame);
    } else if (statement.type === 'command' && (statement.keyword === 'layer' || statement.keyword === 'reuse')) {
      frame.flow.it = error;
      if (statement.as !== undefined) frame.scope.declare(statement.as.text, { datum: error });
    } else if (statement.type === 'if') {
      breakNames([...statement.then.statements, ...(statement.else?.statements ?? [])], frame);
    } else if (statement.type === 'repeat') {
      // What is named in a round is local to it.
      breakNames(statement.body.statements, { ...frame, scope: new Scope(frame.scope) });
    } else if (statement.type === 'scan') {
      for (const { name: carried } of statement.carried) {
        if (carried.text === 'it') frame.flow.it = error;
        else frame.scope.declare(carried.text, { datum: error });
      }
    }
  }
}
