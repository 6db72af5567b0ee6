/** Evaluates expressions: numbers and lists while compiling, nodes of the graph where values of the model take part. */
import type { Expression, IndexItem, Item, Span } from '../../../grammar/ast.ts';
import { asNumber, asNumbers, boolean, describe, error, list, none, number, numbers } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Frame } from '../frame/context.ts';
import { indexTensor, placesIn } from '../values/indexing.ts';
import type { IndexStepOrRest } from '../values/indexing.ts';
import { matrixProduct } from '../values/matrix-product.ts';
import { ofHyper, sourceText } from '../values/misfit.ts';
import { evaluatePath, lookup } from './names.ts';
import { isTooLong } from '../frame/size-limit.ts';
import { elementwise } from '../values/operation.ts';
import { opOf, prefixOpOf } from '../../language/operators.ts';
import { say } from '../../diagnostics/say.ts';
import { report, mistake } from '../frame/report.ts';
import { note } from '../../diagnostics/catalog/notes.ts';

export function evaluateExpression(expression: Expression, frame: Frame): Datum {
  switch (expression.type) {
    case 'number':
      return number(expression.value);
    case 'boolean':
      return boolean(expression.value);
    case 'none':
      return none;
    case 'string':
      return { type: 'string', value: expression.value };
    case 'size':
      return numbers(expression.sizes);
    case 'ratio':
      return quotient(expression.parts, frame, expression.span);
    case 'path':
      return evaluatePath(expression, frame);
    case 'list':
      return evaluateList(expression.items, frame);
    case 'call':
      return frame.world.meaning.call(expression, frame);
    case 'index':
      return evaluateIndex(expression.of, expression.items, frame, expression.span);
    case 'unary': {
      const of = { datum: frame.world.meaning.evaluate(expression.of, frame), span: expression.of.span };
      return elementwise(prefixOpOf[expression.operator], [of], frame, expression.span);
    }
    case 'binary':
      return evaluateBinary(expression, frame);
    case 'group':
      return frame.world.meaning.evaluate(expression.of, frame);
  }
}

function quotient(parts: readonly Expression[], frame: Frame, span: Span): Datum {
  const [first, ...rest] = parts.map((part) => ({ datum: frame.world.meaning.evaluate(part, frame), span: part.span }));
  if (first === undefined) return error;
  return rest.reduce((left, right) => elementwise('div', [{ datum: left, span }, right], frame, span), first.datum);
}

function evaluateList(items: readonly Item[], frame: Frame): Datum {
  const data: Datum[] = [];
  for (const item of items) {
    if (item.type !== 'splat') {
      data.push(frame.world.meaning.evaluate(item, frame));
      continue;
    }
    const spread = frame.world.meaning.evaluate(item.of, frame);
    if (spread.type === 'list') {
      if (isTooLong(data.length + spread.items.length, item.span, frame)) return error;
      for (const each of spread.items) data.push(each);
    } else if (spread.type === 'error') return error;
    else {
      const told = say.NN2007.spread({ name: sourceText(frame, item.of.span), given: describe(spread) });
      return mistake(told, item.span, frame);
    }
  }
  return data.some((datum) => datum.type === 'error') ? error : list(data);
}

function evaluateBinary(expression: Extract<Expression, { type: 'binary' }>, frame: Frame): Datum {
  const { operator, span } = expression;
  const { evaluate } = frame.world.meaning;
  if (operator === '==' || operator === '!=') {
    const word = comparedWord(expression, frame);
    if (word !== undefined) return word === 'error' ? error : boolean(word === (operator === '=='));
  }
  const left = { datum: evaluate(expression.left, frame), span: expression.left.span };
  if (operator === 'and' && isKnownFalse(left.datum)) return boolean(false);
  if (operator === 'or' && isKnownTrue(left.datum)) return boolean(true);
  const right = { datum: evaluate(expression.right, frame), span: expression.right.span };
  if (left.datum.type === 'error' || right.datum.type === 'error') return error;
  if (operator === '@') return matrixProduct(left, right, frame, span);
  if (operator === '==' || operator === '!=') {
    const same = identical(left.datum, right.datum);
    if (same !== undefined) return boolean(same === (operator === '=='));
  }
  if (operator === '^' && left.datum.type === 'tensor' && asNumber(right.datum) === 2) {
    return elementwise('square', [left], frame, span);
  }
  return elementwise(opOf[operator], [left, right], frame, span);
}

/** `and` and `or` do not look at the right side when the left decides. */
function isKnownFalse(datum: Datum): boolean {
  return datum.type === 'boolean' && !datum.value;
}

function isKnownTrue(datum: Datum): boolean {
  return datum.type === 'boolean' && datum.value;
}

/** `pad == same`: a word of the parameter's type. Undefined if the comparison is not one with a word. */
function comparedWord(
  expression: Extract<Expression, { type: 'binary' }>,
  frame: Frame,
): boolean | 'error' | undefined {
  const sides = [
    [expression.left, expression.right],
    [expression.right, expression.left],
  ] as const;
  for (const [value, word] of sides) {
    if (value.type !== 'path' || value.parts.length !== 1 || word.type !== 'path' || word.parts.length !== 1) continue;
    const binding = lookup(frame, value.parts[0]?.text ?? '');
    const symbols = binding?.symbols ?? [];
    const name = word.parts[0]?.text ?? '';
    if (binding === undefined || symbols.length === 0) continue;
    if (symbols.includes(name)) {
      if (binding.datum.type === 'error') return 'error';
      return binding.datum.type === 'symbol' && binding.datum.name === name;
    }
    if (lookup(frame, name) !== undefined) continue;
    // Neither a word of the parameter nor a name: the check of the definition has told it.
    return 'error';
  }
  return undefined;
}

/** Equality of what is no number: words, strings, functions, `none`. */
function identical(left: Datum, right: Datum): boolean | undefined {
  if (left.type === 'none' || right.type === 'none') return left.type === right.type;
  if (left.type === 'symbol' && right.type === 'symbol') return left.name === right.name;
  if (left.type === 'string' && right.type === 'string') return left.value === right.value;
  if (left.type === 'symbol' || right.type === 'symbol') return false;
  if (left.type === 'list' && right.type === 'list') {
    const [a, b] = [asNumbers(left), asNumbers(right)];
    if (a !== undefined && b !== undefined) return a.length === b.length && a.every((value, i) => value === b[i]);
  }
  return undefined;
}

function evaluateIndex(of: Expression, items: readonly IndexItem[], frame: Frame, span: Span): Datum {
  const { evaluate } = frame.world.meaning;
  const datum = evaluate(of, frame);
  const part = (written: Expression | undefined, what: string): number | 'wrong' | undefined =>
    written && (wholeNumber(evaluate(written, frame), frame, written.span, what) ?? 'wrong');
  const [rest, again] = items.filter(({ type }) => type === 'rest');
  if (rest !== undefined && again !== undefined)
    return mistake(say.NN2011.rests(), again.span, frame, {
      also: [{ source: frame.site.source, span: rest.span, text: note.first }],
    });
  const steps = items.map((item): IndexStepOrRest | undefined => {
    if (item.type === 'rest') return item;
    if (item.type !== 'slice') {
      const index = part(item, 'an index');
      return typeof index === 'number' ? { type: 'at', index, span: item.span } : undefined;
    }
    const [start, end] = [part(item.start, 'an index'), part(item.end, 'an index')];
    const step = part(item.step, 'a step');
    if (step === 0) report(say.NN2011.step(), item.step?.span ?? item.span, frame);
    if (start === 'wrong' || end === 'wrong' || step === 'wrong' || step === 0) return undefined;
    return { type: 'range', start, end, step, span: item.span };
  });
  const known = steps.filter((step) => step !== undefined);
  if (datum.type === 'error' || known.length !== steps.length) return error;
  if (datum.type === 'list') return indexList(datum.items, known, frame, span);
  return indexTensor({ datum, span: of.span }, known, frame, span);
}

function indexList(items: readonly Datum[], steps: readonly IndexStepOrRest[], frame: Frame, span: Span): Datum {
  const [step, ...rest] = steps;
  if (step === undefined || step.type === 'rest') return list(items);
  if (step.type === 'range') {
    const { first, count, by, isTurned } = placesIn(step, items.length);
    const taken = Array.from({ length: count }, (_, i) => items[first + i * by]).filter((item) => item !== undefined);
    return list(isTurned ? taken.toReversed() : taken);
  }
  const item = items.at(step.index);
  if (item === undefined) return mistake(say.NN2011.item({ index: step.index, length: items.length }), span, frame);
  return rest.length === 0 || item.type !== 'list' ? item : indexList(item.items, rest, frame, span);
}

/** A whole number that is known while compiling, or a diagnostic. */
export function wholeNumber(datum: Datum, frame: Frame, span: Span, what: string): number | undefined {
  if (datum.type === 'error') return undefined;
  const value = asNumber(datum);
  if (value !== undefined && Number.isInteger(value)) return value;
  const facts = { what, name: sourceText(frame, span), given: describe(datum) };
  if (datum.type === 'tensor') report(say.NN2025.whole(facts), span, frame);
  else if (value === undefined) report(say.NN2007.whole(facts), span, frame);
  else report(say.NN2021.whole(facts), span, frame, ofHyper(frame, span));
  return undefined;
}
