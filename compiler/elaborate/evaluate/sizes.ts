/** Shapes and sizes as they are written, and values for places of a fixed shape. */
import type { Expression, Item, Span } from '../../../grammar/ast.ts';
import { asNumber, describe, exampleShape } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Frame } from '../frame/context.ts';
import { wholeNumber } from './expression.ts';
import { sourceText } from '../values/misfit.ts';
import { readDatum } from './names.ts';
import { fitsMemory } from '../frame/size-limit.ts';
import { say } from '../../diagnostics/say.ts';
import { report } from '../frame/report.ts';

/** The value of a shape written in brackets: whole sizes. Undefined after a mistake. */
export function shapeOf(
  expression: Extract<Expression, { type: 'list' }>,
  frame: Frame,
): readonly number[] | undefined {
  const batch = expression.items.find(isBatchPlace);
  if (batch !== undefined) {
    const rest = expression.items.filter((item) => item !== batch).map((item) => textOf(item, frame));
    report(say.NN2021.batch({ name: sourceText(frame, batch.span), sizes: rest }), batch.span, frame);
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
      reportSize(size, span, frame);
      return undefined;
    }
    sizes.push(size);
  }
  return fitsMemory(sizes, expression.span, frame) ? sizes : undefined;
}

/** A size below 1. What a definition makes of the sizes that it is given is one mistake, however many of its lines have it. */
export function reportSize(size: number, span: Span, frame: Frame): void {
  const [use] = frame.site.calls;
  const topic = use === undefined ? undefined : { sizes: `${use.source.file} ${use.span.start} ${use.span.end}` };
  report(say.NN2021.size({ name: sourceText(frame, span), size }), span, frame, topic === undefined ? {} : { topic });
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
    if (datum.type !== 'error')
      report(say.NN2007.stored({ what, name: sourceText(frame, span), given: describe(datum) }), span, frame);
    return false;
  }
  const from = exampleShape(datum);
  const lead = shape.length - from.length;
  const fits = lead >= 0 && from.every((size, axis) => size === 1 || size === shape[lead + axis]);
  if (fits && !datum.perExample) return true;
  const name = sourceText(frame, span);
  const told = datum.perExample
    ? say.NN2007.shared({ what, name })
    : say.NN2011.stored({ what, wanted: shape, value: { name, shape: from } });
  report(told, span, frame);
  return false;
}
