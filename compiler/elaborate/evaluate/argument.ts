/** One argument at the type of its parameter: what a name means there, and what may stand for what. */
import type { Expression, Sort, Span } from '../../../grammar/ast.ts';
import { asNumber, asNumbers, describe, error, exampleShape, list, none, number } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import { describeType } from '../../language/types.ts';
import type { ParameterType } from '../../language/types.ts';
import { isProbability } from '../../ir/ranges.ts';
import { definitions } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { madeLabel, ofHyper, sourceText } from '../values/misfit.ts';
import { callableNames, evaluatePath, functionNamed, lookup, noteRead, readDatum, visibleNames } from './names.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { meantBy } from '../../language/elsewhere.ts';
import { mistake } from '../frame/report.ts';

/** Evaluates what is written for a parameter. `caller` is where it is written, `callee` the body that will see it. */
export function evaluateArgument(
  expression: Expression,
  type: ParameterType,
  entry: Entry,
  caller: Frame,
  callee: Frame,
): Datum {
  const written = expression.type === 'group' ? expression.of : expression;
  if (type.words.has('selector')) return { type: 'selector', expression };
  if (type.words.has('init')) return caller.world.meaning.initialiser(written, caller);
  if (written.type === 'path' && written.parts.length === 1) {
    const name = written.parts[0]?.text ?? '';
    if (type.symbols.includes(name)) return { type: 'symbol', name };
    const found = lookup(caller, name);
    // A value of the name is meant, unless only its namesake among functions or kinds fits.
    if (
      found !== undefined &&
      !(
        type.words.has('fn') &&
        found.datum.type !== 'fn' &&
        found.datum.type !== 'none' &&
        !type.words.has('value') &&
        functionNamed(caller, name) !== undefined
      )
    ) {
      noteRead(name, found.datum, caller);
      return convert(readDatum(found.datum, caller, written.span), type, entry, caller, callee, written.span);
    }
    const meant = namedThing(name, type, entry.sort, caller);
    if (meant !== undefined) return meant;
    if (type.symbols.length > 0 && type.words.size === 0) {
      const facts = { definition: entry.name, parameter: type.name, name, wanted: describeType(type) };
      return wrong(say.NN2007.word({ ...facts, near: nearWords(name, type, caller) }), caller, written.span);
    }
    if (type.words.has('fn') && !type.words.has('value')) {
      const near = meantBy(name, 'fn', definitions(caller), callableNames(caller));
      return wrong(say.NN2010.name({ name, near, sorts: [] }), caller, written.span);
    }
    if (type.words.has('kind')) {
      const near = meantBy(name, entry.sort, definitions(caller), definitions(caller).names(entry.sort));
      return wrong(say.NN2002.word({ noun: entry.sort, name, near }), caller, written.span);
    }
    const callable = functionNamed(caller, name);
    if (callable !== undefined && !type.words.has('value') && !type.anything) {
      return convert({ type: 'fn', callee: callable, bound: new Map() }, type, entry, caller, callee, written.span);
    }
    if (type.symbols.length > 0) {
      const near = nearWords(name, type, caller);
      return wrong(say.NN2007.unknown({ name, near, wanted: describeType(type) }), caller, written.span);
    }
    return evaluatePath(written, caller);
  }
  if (written.type === 'call') {
    const [callee0] = written.callee.parts;
    const name = written.callee.parts.length === 1 ? (callee0?.text ?? '') : '';
    if (type.words.has('kind')) {
      const kind = definitions(caller).find(entry.sort, name);
      if (kind !== undefined) {
        return {
          type: 'kind',
          sort: entry.sort,
          entry: kind,
          bound: caller.world.meaning.partial({ by: 'definition', entry: kind }, written, caller, 0),
        };
      }
    }
    if (type.words.has('fn') && !type.words.has('value')) {
      const fn = functionNamed(caller, name);
      if (fn !== undefined)
        return { type: 'fn', callee: fn, bound: caller.world.meaning.partial(fn, written, caller, 1) };
    }
  }
  const datum = caller.world.meaning.evaluate(expression, caller);
  return convert(datum, type, entry, caller, callee, expression.span);
}

/** A name that is no value: a function, or a kind of the same sort. */
function namedThing(name: string, type: ParameterType, sort: Sort, caller: Frame): Datum | undefined {
  if (type.words.has('fn') || type.anything) {
    const callee = functionNamed(caller, name);
    if (callee !== undefined) return { type: 'fn', callee, bound: new Map() };
  }
  if (type.words.has('kind')) {
    const entry = definitions(caller).find(sort, name);
    if (entry !== undefined) return { type: 'kind', sort, entry, bound: new Map() };
  }
  return undefined;
}

const nearWords = (name: string, type: ParameterType, frame: Frame): readonly string[] =>
  nearest(name, [...type.symbols, ...visibleNames(frame)]);

const wrong = (told: Told, frame: Frame, span: Span): Datum => mistake(told, span, frame, { fault: 'definition' });

/** What may stand for what: a number for a value, a value without axes for a number, one number for a size. */
export function convert(
  datum: Datum,
  type: ParameterType,
  entry: Entry,
  caller: Frame,
  callee: Frame,
  span: Span,
): Datum {
  if (datum.type === 'error') return error;
  if (datum.type === 'none') {
    if (
      type.none ||
      type.anything ||
      ['fn', 'size', 'value', 'list'].some((word) => [...type.words].some((each) => each === word))
    )
      return none;
    return mismatch(datum, type, entry, caller, span);
  }
  if (type.anything) return datum;
  if (datum.type === 'symbol' && type.symbols.includes(datum.name)) return datum;
  if (datum.type === 'fn' && type.words.has('fn')) return datum;
  if (datum.type === 'kind' && type.words.has('kind')) return datum;
  if (datum.type === 'string' && type.words.has('string')) return datum;
  if (datum.type === 'boolean' && type.words.has('bool')) return datum;
  const known = asNumber(datum);
  if (known !== undefined) {
    if (type.words.has('int')) return wholeArgument(known, type, entry, caller, span);
    if (type.words.has('size')) return asSize([known], type, entry, caller, callee, span);
    if (type.words.has('number')) return number(known);
    if (type.words.has('value') || type.words.has('logits')) return datum;
    // One item needs no brackets.
    if (type.words.has('list')) return list([datum]);
  }
  if (datum.type === 'list') {
    const sizes = asNumbers(datum);
    // A list of other things may stand where a size or a list may.
    if (type.words.has('size') && sizes !== undefined) return asSize(sizes, type, entry, caller, callee, span);
    if (type.words.has('list')) return datum;
    if (type.words.has('value')) return datum;
  }
  if (datum.type === 'tensor') {
    if (type.words.has('logits')) return checkedLogits(datum, entry, caller, span);
    if (type.words.has('value')) return datum;
    if (type.words.has('number') && exampleShape(datum).length === 0) return datum;
    if (type.words.has('int') || type.words.has('size') || type.words.has('bool')) {
      const [facts, given] = [{ definition: entry.name, parameter: type.name }, describe(datum)];
      const told = say.NN2025.argument({ ...facts, name: sourceText(caller, span), given });
      return mistake(told, span, caller, { also: madeLabel(datum, caller) });
    }
  }
  return mismatch(datum, type, entry, caller, span);
}

function mismatch(datum: Datum, type: ParameterType, entry: Entry, caller: Frame, span: Span): Datum {
  const order = entry.parameters.map((each) => each.name);
  const facts = { definition: entry.name, parameter: type.name, wanted: describeType(type), order };
  return mistake(say.NN2007.argument({ ...facts, given: describe(datum) }), span, caller);
}

function wholeArgument(value: number, type: ParameterType, entry: Entry, caller: Frame, span: Span): Datum {
  if (Number.isInteger(value)) return number(value);
  const facts = { definition: entry.name, parameter: type.name, name: sourceText(caller, span), value };
  return mistake(say.NN2021.argument(facts), span, caller, ofHyper(caller, span));
}

/** One number for each axis but the last of `it`, of a function's first value; a single number serves them all. */
function asSize(
  sizes: readonly number[],
  type: ParameterType,
  entry: Entry,
  caller: Frame,
  callee: Frame,
  span: Span,
): Datum {
  const fractional = sizes.find((size) => !Number.isInteger(size));
  if (fractional !== undefined) return wholeArgument(fractional, type, entry, caller, span);
  const [first] = entry.parameters;
  const it = entry.sort === 'fn' && first !== undefined ? callee.scope.own(first.name)?.datum : callee.flow.it;
  const isApplied = entry.sort === 'layer' || entry.sort === 'augment' || entry.sort === 'fn';
  if (it?.type !== 'tensor' || !isApplied) return list(sizes.map(number));
  const axes = Math.max(0, exampleShape(it).length - 1);
  if (sizes.length === axes) return list(sizes.map(number));
  if (sizes.length === 1) return list(Array.from({ length: axes }, () => number(sizes[0] ?? 1)));
  const told = say.NN2011.sizes({ definition: entry.name, parameter: type.name, given: sizes.length, axes });
  return mistake(told, span, caller, { also: madeLabel(it, caller) });
}

/** A parameter of type `logits` does not take what is known to be probabilities. */
function checkedLogits(datum: Extract<Datum, { type: 'tensor' }>, entry: Entry, caller: Frame, span: Span): Datum {
  const maker = caller.run.graph.nodeOf(datum.value);
  // Of raw data no one asks whether they are logits.
  if (maker === undefined || !isProbability(caller.run.graph.range(datum.value))) {
    caller.run.logits.add(datum.value);
    return datum;
  }
  // Ops are the meaning of whatever definition made the value.
  const by = maker.op === 'sigmoid' ? 'sigmoid' : 'softmax';
  return mistake(say.NN2013.logits({ definition: entry.name, by }), span, caller, {
    also: madeLabel(datum, caller).map((label) => ({ ...label, text: note.probabilities })),
  });
}
