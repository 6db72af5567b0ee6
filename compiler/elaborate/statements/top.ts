/** Runs a spec's statements from top to bottom, once for each graph: values flow down, declarations are collected. */
import type { Command, Statement } from '../../../grammar/ast.ts';
import { describe, error } from '../../language/datum.ts';
import { Scope } from '../../language/scope.ts';
import { asSelector } from '../../language/selectors.ts';
import { assign, misplaced, name } from './body.ts';
import { condition } from '../evaluate/conditions.ts';
import { join } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { declareHyper } from './hypers.ts';
import { applyLayer, claimScope } from './layers.ts';
import { isTooLarge } from '../frame/size-limit.ts';
import { lossExpression, lossStatement, metricStatement } from './losses.ts';
import { reportLater } from '../evaluate/names.ts';
import { declarePort } from './ports.ts';
import { accumulateStatement, clipStatement, plainWord, trainStatement } from './settings.ts';
import { first } from '../frame/spec.ts';
import type { Later, Spec } from '../frame/spec.ts';
import { declareWeight } from './weights.ts';

export interface TopLevel {
  readonly spec: Spec;
  readonly settings: Readonly<Record<string, string>>;
  /** `data` and `prep` name ports, which may stand below them. */
  readonly data: Later[];
  readonly prep: Later[];
}

export function runTop(statements: readonly Statement[], frame: Frame, top: TopLevel): void {
  for (const statement of statements) {
    if (isTooLarge(statement.span, frame)) return;
    const line = frame.world.lineOf(statement.span.start);
    runStatement(
      statement,
      { ...frame, site: { ...frame.site, line, statement: statement.span, what: whatOf(statement) } },
      top,
    );
  }
}

/** What a statement's nodes are part of, for readers. */
function whatOf(statement: Statement): string {
  if (statement.type !== 'command') return statement.type === 'assign' ? statement.name.text : statement.type;
  const value = statement.args[0]?.value;
  return value?.type === 'path' ? (value.parts[0]?.text ?? statement.keyword) : statement.keyword;
}

function runStatement(statement: Statement, frame: Frame, top: TopLevel): void {
  const { spec } = top;
  switch (statement.type) {
    case 'def':
      if (frame.path !== '') misplaced('def', statement.span, frame);
      return;
    case 'hyper':
      declareHyper(statement, top.settings, spec, frame);
      return;
    case 'port':
      declarePort(statement, spec, frame);
      return;
    case 'weight':
      declareWeight(statement, frame);
      return;
    case 'assign':
      if (statement.name.text === 'loss') lossExpression(statement.value, statement.span, spec, frame);
      else assign(statement.name.text, statement.name.span, statement.value, statement.span, frame);
      return;
    case 'state':
    case 'update':
    case 'require':
      frame.world.meaning.run([statement], frame);
      return;
    case 'if': {
      const holds = condition(statement.condition, frame);
      const taken = holds === undefined ? undefined : holds ? statement.then : statement.else;
      if (taken !== undefined) runTop(taken.statements, frame, top);
      return;
    }
    case 'block': {
      const path = join(frame.path, statement.name.text);
      claimScope(path, { source: frame.site.source, span: statement.name.span }, frame);
      const scope = new Scope(frame.scope);
      runTop(statement.body.statements, { ...frame, path, scope, word: path.replaceAll('.', '_') }, top);
      scope.exportTo(frame.scope);
      return;
    }
    case 'repeat':
    case 'scan':
    case 'phase':
    case 'step': {
      const start = statement.span.start;
      reportLater(frame, { start, end: start + statement.type.length }, `\`${statement.type}\``);
      frame.flow.it = error;
      frame.run.broken.add(frame.path);
      breakNames(statement, frame);
      return;
    }
    case 'command':
      runCommand(statement, frame, top);
      return;
  }
}

/** Names that a statement without meaning here would have made. */
function breakNames(statement: Statement, frame: Frame): void {
  if (statement.type === 'scan')
    for (const { name: carried } of statement.carried) frame.scope.declare(carried.text, { datum: error });
}

function runCommand(command: Command, frame: Frame, top: TopLevel): void {
  const { spec } = top;
  const nested = frame.path !== '';
  switch (command.keyword) {
    case 'layer': {
      const output = applyLayer(command, frame);
      frame.flow.it = output;
      if (command.as !== undefined) name(command.as.text, command.as.span, output, frame);
      return;
    }
    case 'loss':
      lossStatement(command, spec, frame);
      return;
    case 'metric':
      metricStatement(command, spec, frame);
      return;
    case 'predict':
      predict(command, spec, frame);
      return;
    case 'penalty':
      spec.penalties.push({ command, frame });
      return;
    case 'optim':
      spec.optimizers.push({ command, frame });
      return;
    case 'schedule':
      if (first(spec, 'schedule', command.span, frame)) spec.schedule = { command, frame };
      return;
    case 'clip':
      clipStatement(command, spec, frame);
      return;
    case 'accumulate':
      accumulateStatement(command, spec, frame);
      return;
    case 'train':
      trainStatement(command, spec, frame);
      return;
    case 'data':
      top.data.push({ command, frame });
      return;
    case 'prep':
      top.prep.push({ command, frame });
      return;
    case 'freeze':
    case 'unfreeze':
      freeze(command, spec, frame);
      return;
    case 'model':
      if (nested) misplaced('model', command.span, frame);
      else if (first(spec, 'model', command.span, frame)) spec.name = modelName(command, frame);
      return;
    case 'nn':
      languageVersion(command, frame);
      return;
    case 'reuse':
      reportLater(frame, command.keywordSpan, '`reuse`');
      frame.flow.it = error;
      if (command.as !== undefined) name(command.as.text, command.as.span, error, frame);
      return;
    case 'import':
    case 'ema':
    case 'load':
    case 'lora':
    case 'augment':
    case 'budget':
    case 'remat':
    case 'cache':
    case 'reparam':
      reportLater(frame, command.keywordSpan, `\`${command.keyword}\``);
      return;
  }
}

function freeze(command: Command, spec: Spec, frame: Frame): void {
  if (command.args.length === 0) {
    frame.world.reporter.report({
      code: 'NN2005',
      site: frame.site,
      span: command.span,
      message: `\`${command.keyword}\` needs a selector`,
      help: `${command.keyword} backbone`,
    });
  }
  for (const arg of command.args) {
    const selector = arg.name === undefined ? asSelector(arg.value) : undefined;
    if (selector !== undefined)
      spec.freezes.push({ selector, frozen: command.keyword === 'freeze', span: command.span });
    else {
      frame.world.reporter.report({
        code: 'NN2007',
        site: frame.site,
        span: arg.span,
        message: `\`${command.keyword}\` takes selectors: paths of layers or weights`,
        help: `${command.keyword} backbone`,
      });
    }
  }
}

/** `predict softmax(it)` · `predict class=argmax(it) p=softmax(it)` · `predict` alone: the current value. */
function predict(command: Command, spec: Spec, frame: Frame): void {
  if (!first(spec, 'predict', command.span, frame)) return;
  spec.predicts = [];
  const written = command.args.map((arg) => ({ name: arg.name?.text ?? 'predict', expression: arg.value }));
  if (written.length === 0) {
    spec.predicts.push({ name: 'predict', datum: frame.flow.it, span: command.span, frame });
    return;
  }
  for (const [at, { name: text, expression }] of written.entries()) {
    if (written.findIndex((other) => other.name === text) < at) {
      frame.world.reporter.report({
        code: 'NN2009',
        site: frame.site,
        span: expression.span,
        message: text === 'predict' ? 'several predictions need names' : `two predictions are called \`${text}\``,
        help: 'predict class=argmax(it) p=softmax(it)',
      });
      continue;
    }
    const datum = frame.world.meaning.evaluate(expression, frame);
    spec.predicts.push({ name: text, datum, span: expression.span, frame });
  }
}

function modelName(command: Command, frame: Frame): string | undefined {
  const [only] = command.args;
  if (only?.value.type === 'string' && only.value.value !== '') return only.value.value;
  const word = plainWord(only, frame);
  if (word !== undefined && command.args.length === 1) return word;
  frame.world.reporter.report({
    code: only === undefined ? 'NN2005' : 'NN2007',
    site: frame.site,
    span: command.span,
    message: '`model` takes one name',
    help: 'model digits',
  });
  return undefined;
}

/** `nn 1`: the version of the language. */
function languageVersion(command: Command, frame: Frame): void {
  const [only] = command.args;
  const datum = only === undefined ? undefined : frame.world.meaning.evaluate(only.value, frame);
  if (datum?.type === 'number' && datum.value === 1) return;
  frame.world.reporter.report({
    code: 'NN2028',
    site: frame.site,
    span: command.span,
    message:
      datum?.type === 'number' && datum.value > 1
        ? `the spec is written in version ${datum.value} of the language, and this compiler knows version 1`
        : `the version of the language is 1, not ${datum === undefined ? 'missing' : describe(datum)}`,
  });
}
