/** Conditions that are decided while compiling: of `if`, and of `require` with what it tells when it fails. */
import type { Expression, Span } from '../../../grammar/ast.ts';
import { asNumber, asNumbers, describe, error, exampleShape } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Frame } from '../frame/context.ts';
import { madeLabel, sourceText } from '../values/misfit.ts';
import { formatShape, formatNumber } from '../../diagnostics/words.ts';
import { say } from '../../diagnostics/say.ts';
import { report } from '../frame/report.ts';
import type { Side } from '../../diagnostics/catalog/values.ts';

/** A condition that is decided while compiling; undefined after a mistake. */
export function condition(expression: Expression, frame: Frame): boolean | undefined {
  const datum = frame.world.meaning.evaluate(expression, frame);
  const known = asNumber(datum);
  if (known !== undefined) return known !== 0;
  if (datum.type === 'error') return undefined;
  const told =
    datum.type === 'tensor'
      ? say.NN2025.condition({ name: sourceText(frame, expression.span) })
      : say.NN2007.condition({ given: describe(datum) });
  report(told, expression.span, frame, { fault: 'definition' });
  return undefined;
}

export function requireCondition(expression: Expression, message: string, span: Span, frame: Frame): void {
  const holds = condition(expression, frame);
  if (holds !== false) return;
  const values = parameterValues(frame);
  const facts = { requirement: message, sides: sides(expression, frame) };
  const told = namesClasses(expression)
    ? say.NN2012.required({ ...facts, classes: classesOf(values) })
    : say.NN2015.required({ ...facts, outputs: outputsOf(values) });
  report(told, span, frame, {
    also: values.flatMap((datum) => (datum.type === 'tensor' ? madeLabel(datum, frame) : [])),
  });
  frame.flow.it = error;
  if (frame.body !== 'top') frame.flow.halted = true;
}

/** A requirement on `classes(…)` is that of a class target. */
function namesClasses(expression: Expression): boolean {
  if (expression.type !== 'binary') return false;
  return [expression.left, expression.right].some(
    (side) => side.type === 'call' && side.callee.parts.length === 1 && side.callee.parts[0]?.text === 'classes',
  );
}

function classesOf(values: readonly Datum[]): number | undefined {
  return values
    .map((datum) => (datum.type === 'tensor' ? datum.classes : undefined))
    .find((each) => each !== undefined);
}

/** How many outputs there should be, where a value and what it is compared with differ in their last axis alone. */
function outputsOf(values: readonly Datum[]): number | undefined {
  const [value, other, ...more] = values.filter((datum) => datum.type === 'tensor').map(exampleShape);
  if (value === undefined || other === undefined || more.length > 0) return undefined;
  const isAlike = value.length === other.length && value.slice(0, -1).every((size, axis) => size === other[axis]);
  const wanted = other.at(-1);
  return isAlike && value.at(-1) !== wanted && wanted !== 'B' ? wanted : undefined;
}

/** Both sides of each comparison with their values: `in is 10, groups is 3`. */
function sides(expression: Expression, frame: Frame): readonly Side[] {
  if (expression.type === 'group' || expression.type === 'unary') return sides(expression.of, frame);
  if (expression.type === 'call') return expression.args.flatMap((arg) => shapeOf(arg.value, frame));
  if (expression.type !== 'binary') return [];
  const { left, right, operator } = expression;
  if (operator === 'and' || operator === 'or') return [...sides(left, frame), ...sides(right, frame)];
  return [left, right].flatMap((side): readonly Side[] => {
    if (side.type === 'number' || side.type === 'boolean') return [];
    const is = valueText(frame.world.meaning.evaluate(side, frame));
    return is === undefined ? [] : [{ name: written(side, frame), is }];
  });
}

/** What a test by a function was given: `z has shape [2]`. */
function shapeOf(expression: Expression, frame: Frame): readonly Side[] {
  const datum = frame.world.meaning.evaluate(expression, frame);
  return datum.type === 'tensor' ? [{ name: written(expression, frame), is: exampleShape(datum) }] : [];
}

const written = ({ span }: Expression, frame: Frame): string =>
  `\`${frame.site.source.text.slice(span.start, span.end)}\``;

function valueText(datum: Datum): string | undefined {
  const value = asNumber(datum);
  if (value !== undefined) return datum.type === 'boolean' ? String(datum.value) : formatNumber(value);
  const values = asNumbers(datum);
  return values === undefined ? undefined : formatShape(values);
}

/** The values that the definition was given. */
function parameterValues(frame: Frame): readonly Datum[] {
  const entry = frame.stack.at(-1);
  const given = entry?.parameters.map((type) => frame.scope.parent?.lookup(type.name)?.datum ?? error) ?? [];
  const it = frame.body === 'layer' ? [frame.flow.it] : [];
  return [...given, ...it];
}
