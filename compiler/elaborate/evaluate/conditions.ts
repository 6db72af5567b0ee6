/** Conditions that are decided while compiling: of `if`, and of `require` with what it tells when it fails. */
import type { Expression, Span } from '../../../grammar/ast.ts';
import { asNumber, asNumbers, describe, error, exampleShape, formatNumber, formatShape } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Frame } from '../frame/context.ts';
import { madeLabel, sourceText } from '../values/misfit.ts';

/** A condition that is decided while compiling; undefined after a mistake. */
export function condition(expression: Expression, frame: Frame): boolean | undefined {
  const datum = frame.world.meaning.evaluate(expression, frame);
  const known = asNumber(datum);
  if (known !== undefined) return known !== 0;
  if (datum.type === 'error') return undefined;
  frame.world.reporter.report({
    code: datum.type === 'tensor' ? 'NN2025' : 'NN2007',
    site: frame.site,
    span: expression.span,
    message:
      datum.type === 'tensor'
        ? `a condition is decided when the spec is compiled, and ${sourceText(frame, expression.span)} depends on values`
        : `a condition is true or false, not ${describe(datum)}`,
    help: datum.type === 'tensor' ? 'choose between two values with where(condition, a, b)' : undefined,
    fault: 'definition',
  });
  return undefined;
}

export function requireCondition(expression: Expression, message: string, span: Span, frame: Frame): void {
  const holds = condition(expression, frame);
  if (holds !== false) return;
  const values = parameterValues(frame);
  const told = [...new Set(sides(expression, frame))];
  frame.world.reporter.report({
    code: namesClasses(expression) ? 'NN2012' : 'NN2015',
    site: frame.site,
    span,
    message: told.length === 0 ? message : `${message}: ${told.join(', ')}`,
    label: 'required here',
    also: values.flatMap((datum) => (datum.type === 'tensor' ? madeLabel(datum, frame) : [])),
    help: namesClasses(expression) ? classHelp(values) : outputsHelp(values),
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

function classHelp(values: readonly Datum[]): string | undefined {
  const classes = values
    .map((datum) => (datum.type === 'tensor' ? datum.classes : undefined))
    .find((each) => each !== undefined);
  return classes === undefined ? undefined : `give the last layer ${classes} outputs: layer dense ${classes}`;
}

/** Where a value and what it is compared with differ in their last axis alone. */
function outputsHelp(values: readonly Datum[]): string | undefined {
  const [value, other, ...more] = values.filter((datum) => datum.type === 'tensor').map(exampleShape);
  const wanted = other?.at(-1);
  if (value === undefined || other === undefined || wanted === undefined || more.length > 0) return undefined;
  const isAlike = value.length === other.length && value.slice(0, -1).every((size, axis) => size === other[axis]);
  if (!isAlike || value.at(-1) === wanted) return undefined;
  return `give the last layer ${wanted} ${wanted === 1 ? 'output' : 'outputs'}: layer dense ${wanted}`;
}

/** Both sides of each comparison with their values: `in is 10, groups is 3`. */
function sides(expression: Expression, frame: Frame): readonly string[] {
  if (expression.type === 'group' || expression.type === 'unary') return sides(expression.of, frame);
  if (expression.type === 'call') return expression.args.flatMap((arg) => shapeText(arg.value, frame));
  if (expression.type !== 'binary') return [];
  const { left, right, operator } = expression;
  if (operator === 'and' || operator === 'or') return [...sides(left, frame), ...sides(right, frame)];
  return [left, right].flatMap((side): readonly string[] => {
    if (side.type === 'number' || side.type === 'boolean') return [];
    const value = valueText(frame.world.meaning.evaluate(side, frame));
    return value === undefined
      ? []
      : [`\`${frame.site.source.text.slice(side.span.start, side.span.end)}\` is ${value}`];
  });
}

/** What a test by a function was given: `z has shape [2]`. */
function shapeText(expression: Expression, frame: Frame): readonly string[] {
  const datum = frame.world.meaning.evaluate(expression, frame);
  if (datum.type !== 'tensor') return [];
  const text = frame.site.source.text.slice(expression.span.start, expression.span.end);
  return [`\`${text}\` has shape ${formatShape(exampleShape(datum))}`];
}

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
