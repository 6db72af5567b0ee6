/** Shapes and sizes as they are written, and values for places of a fixed shape. */
import type { Expression, Item, Span } from '../../../grammar/ast.ts';
import { asNumber, describe, exampleShape, formatShape } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Frame } from '../frame/context.ts';
import { wholeNumber } from './expression.ts';
import { sourceText } from '../values/misfit.ts';
import { readDatum } from './names.ts';
import { fitsMemory } from '../frame/size-limit.ts';

/** The value of a shape written in brackets: whole sizes. Undefined after a mistake. */
export function shapeOf(
  expression: Extract<Expression, { type: 'list' }>,
  frame: Frame,
): readonly number[] | undefined {
  const batch = expression.items.find(isBatchPlace);
  if (batch !== undefined) {
    const rest = expression.items.filter((item) => item !== batch).map((item) => textOf(item, frame));
    frame.world.reporter.report({
      code: 'NN2021',
      site: frame.site,
      span: batch.span,
      message: `a shape is that of one example: ${sourceText(frame, batch.span)} stands for the batch, which is never written`,
      help: `write: [${rest.join(', ')}]`,
    });
    return undefined;
  }
  const datum = frame.world.meaning.evaluate(expression, frame);
  if (datum.type !== 'list') return undefined;
  const sizes: number[] = [];
  for (const [i, item] of datum.items.entries()) {
    const at = expression.items[i];
    const span = at === undefined || expression.items.length !== datum.items.length ? expression.span : at.span;
    const size = wholeNumber(readDatum(item, frame, span), frame, span, 'a size');
    if (size === undefined) return undefined;
    if (size < 1) {
      frame.world.reporter.report({
        code: 'NN2021',
        site: frame.site,
        span,
        message: `a size is at least 1, and ${sourceText(frame, span)} is ${size}`,
      });
      return undefined;
    }
    sizes.push(size);
  }
  return fitsMemory(sizes, expression.span, frame) ? sizes : undefined;
}

/** What other frameworks write for an unknown batch size. */
function isBatchPlace(item: Item): boolean {
  return item.type === 'path' && item.parts.length === 1 && /^(None|null|nil)$/.test(item.parts[0]?.text ?? '');
}

const textOf = ({ span }: Item, frame: Frame): string => frame.site.source.text.slice(span.start, span.end);

/** A value for a place of a fixed shape. */
export function fitsShape(datum: Datum, shape: readonly number[], what: string, frame: Frame, span: Span): boolean {
  if (asNumber(datum) !== undefined) return true;
  if (datum.type !== 'tensor') {
    if (datum.type !== 'error') {
      const message = `${what} takes a value, and ${sourceText(frame, span)} is ${describe(datum)}`;
      frame.world.reporter.report({ code: 'NN2007', site: frame.site, span, message });
    }
    return false;
  }
  const from = exampleShape(datum);
  const lead = shape.length - from.length;
  const fits = lead >= 0 && from.every((size, axis) => size === 1 || size === shape[lead + axis]);
  if (fits && !datum.perExample) return true;
  frame.world.reporter.report({
    code: datum.perExample ? 'NN2007' : 'NN2011',
    site: frame.site,
    span,
    message: datum.perExample
      ? `${what} is shared by all examples, and ${sourceText(frame, span)} has a value for each`
      : `${what} has shape ${formatShape(shape)}, and ${sourceText(frame, span)} has ${formatShape(from)}`,
    help: datum.perExample ? 'take its mean over the batch: batch_mean(…)' : undefined,
  });
  return false;
}
