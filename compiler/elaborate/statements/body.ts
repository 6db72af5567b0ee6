/** Runs the statements that may stand in a body: values, layers, weights, states, conditions, repetitions. */
import type { Expression, Span, Statement } from '../../../grammar/ast.ts';
import { describe, error } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import { Scope } from '../../language/scope.ts';
import { condition, requireCondition } from '../evaluate/conditions.ts';
import { join } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { wholeNumber } from '../evaluate/expression.ts';
import { applyLayer } from './layers.ts';
import { reportLater } from '../evaluate/names.ts';
import { numbered } from '../frame/paths.ts';
import { isTooLarge } from '../frame/size-limit.ts';
import { declareState, declareWeight, updateState } from './weights.ts';

export function runStatements(statements: readonly Statement[], frame: Frame): void {
  for (const statement of statements) {
    if (frame.flow.halted === true || isTooLarge(statement.span, frame)) return;
    runStatement(statement, frame);
  }
}

function runStatement(statement: Statement, frame: Frame): void {
  switch (statement.type) {
    case 'assign':
      assign(statement.name.text, statement.name.span, statement.value, statement.span, frame);
      return;
    case 'weight':
      declareWeight(statement, frame);
      return;
    case 'state':
      declareState(statement, frame);
      return;
    case 'update':
      updateState(statement, frame);
      return;
    case 'require':
      requireCondition(statement.condition, statement.message, statement.span, frame);
      return;
    case 'if': {
      const holds = condition(statement.condition, frame);
      if (holds === undefined) {
        breakNames([statement], frame);
        return;
      }
      const taken = holds ? statement.then : statement.else;
      if (taken !== undefined) frame.world.meaning.run(taken.statements, frame);
      return;
    }
    case 'repeat':
      repeat(statement, frame);
      return;
    case 'command':
      if (statement.keyword === 'layer') {
        const output = applyLayer(statement, frame);
        frame.flow.it = output;
        if (statement.as !== undefined) name(statement.as.text, statement.as.span, output, frame);
        return;
      }
      if (statement.keyword === 'optim' && frame.body === 'optim') {
        frame.world.meaning.nestedOptimizer(statement, frame);
        return;
      }
      if (statement.keyword === 'reuse' || statement.keyword === 'reparam') {
        reportLater(frame, statement.keywordSpan, `\`${statement.keyword}\``);
        frame.flow.it = error;
        if (statement.as !== undefined) name(statement.as.text, statement.as.span, error, frame);
        return;
      }
      misplaced(statement.keyword, statement.keywordSpan, frame);
      return;
    case 'scan':
      reportLater(frame, { start: statement.span.start, end: statement.span.start + 4 }, '`scan`');
      for (const { name: carried } of statement.carried) frame.scope.declare(carried.text, { datum: error });
      return;
    case 'block':
    case 'def':
    case 'hyper':
    case 'port':
    case 'phase':
    case 'step':
      misplaced(statement.type === 'port' ? statement.role : statement.type, statement.span, frame);
      return;
  }
}

export function misplaced(what: string, span: Span, frame: Frame): void {
  frame.world.reporter.report({
    code: 'NN2022',
    site: frame.site,
    span,
    message: `\`${what}\` cannot stand in a ${frame.body === 'top' ? 'block' : `def ${frame.body}`}`,
    help: 'it belongs to the top level of a spec',
    fault: 'definition',
  });
}

/** `name = expression`; `it` is the one name that changes. */
export function assign(text: string, nameSpan: Span, value: Expression, span: Span, frame: Frame): void {
  const size = frame.run.graph.size;
  const datum = frame.world.meaning.evaluate(value, frame);
  const tensor = datum.type === 'tensor' ? { ...datum, made: { source: frame.site.source, span } } : datum;
  if (text === 'it') {
    frame.flow.it = tensor;
    return;
  }
  if (tensor.type === 'tensor' && frame.run.graph.madeSince(tensor.value, size)) {
    frame.run.graph.name(tensor.value, frame.word === '' ? text : `${frame.word}_${text}`);
  }
  name(text, nameSpan, tensor, frame);
}

/** Names a value; a scope names a thing once. */
export function name(text: string, span: Span, datum: Datum, frame: Frame): void {
  const before =
    frame.scope.own(text) ?? (frame.body === 'top' && frame.path === '' ? frame.world.hypers.own(text) : undefined);
  if (before !== undefined && before.exported !== true) {
    frame.world.reporter.report({
      code: 'NN2009',
      site: frame.site,
      span,
      message: `\`${text}\` is defined twice`,
      ...(before.made === undefined ? {} : { also: [{ ...before.made, text: 'the first is here' }] }),
      help: 'within one scope a name means one thing; only `it` changes',
      fault: 'definition',
    });
    return;
  }
  frame.scope.declare(text, { datum, made: { source: frame.site.source, span } });
}

/** After a condition that is not known, the names that either side would make are unknown, silently. */
function breakNames(statements: readonly Statement[], frame: Frame): void {
  for (const statement of statements) {
    if (statement.type === 'assign' && statement.name.text === 'it') frame.flow.it = error;
    else if (statement.type === 'assign' || statement.type === 'weight' || statement.type === 'state') {
      frame.scope.declare(statement.name.text, { datum: error });
    } else if (statement.type === 'command' && statement.keyword === 'layer') {
      frame.flow.it = error;
      if (statement.as !== undefined) frame.scope.declare(statement.as.text, { datum: error });
    } else if (statement.type === 'if') {
      breakNames([...statement.then.statements, ...(statement.else?.statements ?? [])], frame);
    }
  }
}

function repeat(statement: Extract<Statement, { type: 'repeat' }>, frame: Frame): void {
  const { evaluate, run } = frame.world.meaning;
  const over = evaluate(statement.count, frame);
  if (over.type === 'error') return;
  let items: readonly (Datum | undefined)[];
  if (statement.each !== undefined) {
    if (over.type !== 'list') {
      frame.world.reporter.report({
        code: 'NN2007',
        site: frame.site,
        span: statement.count.span,
        message: `repeat … in runs over a list, not over ${describe(over)}`,
        fault: 'definition',
      });
      return;
    }
    items = over.items;
  } else {
    const count = wholeNumber(over, frame, statement.count.span, 'the number of rounds');
    if (count === undefined) return;
    if (count < 0 || count > mostRounds) {
      frame.world.reporter.report({
        code: 'NN2021',
        site: frame.site,
        span: statement.count.span,
        message: `repeat takes 0 to ${mostRounds} rounds, not ${count}`,
      });
      return;
    }
    items = Array.from({ length: count });
  }
  const scope =
    statement.as === undefined
      ? numbered(frame.run, frame.path, 'repeat', 'layer')
      : join(frame.path, statement.as.text);
  for (const [round, item] of items.entries()) {
    const path = frame.body === 'layer' || frame.body === 'top' ? `${scope}.${round}` : frame.path;
    const inside: Frame = { ...frame, scope: new Scope(frame.scope), path };
    if (statement.each !== undefined) {
      inside.scope.declare(statement.each.text, { datum: item ?? error });
    }
    run(statement.body.statements, inside);
  }
}

/** Far more than any model has; it bounds what a slip of the hand can ask for. */
const mostRounds = 10_000;
