/** Calls functions: defs are inlined, ops become nodes, the language's own look at shapes and at the batch. */
import type { Argument, Expression, Span } from '../../../grammar/ast.ts';
import { error, none } from '../../language/datum.ts';
import type { Callee, Datum, Fn } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import { Scope } from '../../language/scope.ts';
import { batchFunctions } from '../../language/language-functions.ts';
import { evaluateArgument } from './argument.ts';
import { batchFunction } from '../values/batch.ts';
import { einsum } from '../values/einsum.ts';
import { gradient } from '../values/gradient.ts';
import { callOp } from './call-op.ts';
import { definitions } from '../frame/context.ts';
import { wordIn } from '../frame/context.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { result } from './inline.ts';
import { enterUse } from './use.ts';
import { callableNames, functionNamed, lookup } from './names.ts';
import { compileTimeFunction } from './shapes.ts';
import { say } from '../../diagnostics/say.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { meantBy } from '../../language/elsewhere.ts';
import { report, mistake } from '../frame/report.ts';

type CallExpression = Extract<Expression, { type: 'call' }>;

export function call(expression: CallExpression, frame: Frame): Datum {
  const { callee: path, args, span } = expression;
  const [first] = path.parts;
  if (first === undefined) return error;
  if (path.parts.length > 1) return unknown(path.parts.map((part) => part.text).join('.'), path.span, frame);
  const name = first.text;
  const bound = lookup(frame, name)?.datum;
  if (bound?.type === 'error') return error;
  if (bound?.type === 'none') return identity(args, frame, span);
  if (bound?.type === 'fn') return callFn(bound, args, [], frame, span);
  const callee = functionNamed(frame, name) ?? numberOf(name, frame);
  if (callee !== undefined) return callFn({ type: 'fn', callee, bound: new Map() }, args, [], frame, span);
  if (bound !== undefined) return mistake(say.NN2010.value({ name }), path.span, frame, { fault: 'definition' });
  return unknown(name, path.span, frame);
}

/** A loss or a schedule called in an expression gives its number. */
function numberOf(name: string, frame: Frame): Callee | undefined {
  const library = definitions(frame);
  const entry =
    frame.body === 'metric'
      ? (library.find('metric', name) ?? library.find('loss', name))
      : (library.find('loss', name) ?? library.find('schedule', name) ?? library.find('metric', name));
  return entry === undefined ? undefined : { by: 'definition', entry };
}

function unknown(name: string, span: Span, frame: Frame): Datum {
  const library = definitions(frame);
  const near = meantBy(name, 'fn', library, callableNames(frame));
  const told = say.NN2010.name({ name, near, sorts: library.sortsOf(name) });
  return mistake(told, span, frame, { fault: 'definition' });
}

/** A function that is `none` gives back what it is given. */
function identity(args: readonly Argument[], frame: Frame, span: Span): Datum {
  const [only, ...more] = args;
  if (only === undefined || more.length > 0) return mistake(say.NN2026.identity({ given: args.length }), span, frame);
  return frame.world.meaning.evaluate(only.value, frame);
}

/** Calls a function with written arguments after values that are there already. */
export function callFn(fn: Fn, args: readonly Argument[], values: readonly Operand[], frame: Frame, span: Span): Datum {
  const { callee } = fn;
  switch (callee.by) {
    case 'definition':
      return callDefinition(callee.entry, fn.bound, args, values, frame, span);
    case 'language': {
      const operands = [...values, ...evaluateAll(args, frame)];
      const misnamed = args.find((arg) => arg.name !== undefined);
      if (misnamed?.name !== undefined) {
        const told = say.NN2003.bound({ definition: callee.name, name: misnamed.name.text, near: [] });
        return mistake(told, misnamed.name.span, frame, { fault: 'definition' });
      }
      if (callee.name === 'grad') return gradient(operands, frame, span);
      if (callee.name === 'einsum') return einsum(operands, frame, span);
      return batchFunctions.has(callee.name)
        ? batchFunction(callee.name, operands, frame, span)
        : compileTimeFunction(callee.name, operands, frame, span);
    }
    case 'op': {
      const named = new Map<string, Operand>();
      for (const [name, datum] of fn.bound) named.set(name, { datum, span });
      for (const arg of args) {
        if (arg.name === undefined) continue;
        named.set(arg.name.text, { datum: frame.world.meaning.evaluate(arg.value, frame), span: arg.span });
      }
      const positional = args.filter((arg) => arg.name === undefined);
      return callOp(callee.op, [...values, ...evaluateAll(positional, frame)], named, frame, span);
    }
  }
}

function evaluateAll(args: readonly Argument[], frame: Frame): readonly Operand[] {
  return args.map((arg) => ({ datum: frame.world.meaning.evaluate(arg.value, frame), span: arg.value.span }));
}

function callDefinition(
  entry: Entry,
  bound: ReadonlyMap<string, Datum>,
  args: readonly Argument[],
  values: readonly Operand[],
  frame: Frame,
  span: Span,
): Datum {
  const callee = enterUse({
    entry,
    args,
    bound,
    caller: frame,
    span,
    path: frame.path,
    word: frame.word,
    specials: entry.sort === 'fn' ? undefined : frame.specials,
    inputs: values,
  });
  if (callee === undefined) return error;
  const { graph } = frame.run;
  const { size } = graph;
  const datum = result(entry, callee);
  if (datum.type === 'tensor' && graph.madeSince(datum.value, size) && !graph.isNamed(datum.value))
    graph.name(datum.value, wordIn(frame, entry.name));
  return datum;
}

/** Binds some arguments now, the rest at the call. */
export function bindPartially(
  callee: Callee,
  expression: CallExpression,
  frame: Frame,
  skip: number,
): ReadonlyMap<string, Datum> {
  const bound = new Map<string, Datum>();
  if (callee.by !== 'definition') {
    for (const arg of expression.args) {
      if (arg.name !== undefined) bound.set(arg.name.text, frame.world.meaning.evaluate(arg.value, frame));
      else unnamed(arg, frame);
    }
    return bound;
  }
  const { entry } = callee;
  // What defaults would see is not known yet, and is not needed: only written arguments are evaluated.
  const inside = { ...frame, scope: new Scope() };
  const open = entry.parameters.slice(skip);
  for (const arg of expression.args) {
    const type = arg.name === undefined ? open.shift() : entry.parameters.find((each) => each.name === arg.name?.text);
    if (type === undefined) {
      const names = entry.parameters.map((each) => each.name);
      const told =
        arg.name === undefined
          ? say.NN2006.bound({ definition: entry.name })
          : say.NN2003.bound({ definition: entry.name, name: arg.name.text, near: nearest(arg.name.text, names) });
      report(told, arg.name?.span ?? arg.span, frame, { fault: 'definition' });
      continue;
    }
    bound.set(type.name, evaluateArgument(arg.value, type, entry, frame, inside));
  }
  return bound;
}

function unnamed(arg: Argument, frame: Frame): void {
  report(say.NN2006.unnamed(), arg.span, frame);
}

/** The function of one value that a datum is, or undefined. `none` is the identity. */
export function applyFunction(datum: Datum, value: Operand, frame: Frame, span: Span): Datum {
  if (datum.type === 'none') return value.datum;
  return datum.type === 'fn' ? callFn(datum, [], [value], frame, span) : none;
}
