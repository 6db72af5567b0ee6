/** The functions that look at shapes while compiling: shape, rank, size, axes, is_class, classes, product. */
import type { Span } from '../../../grammar/ast.ts';
import { asNumber, asNumbers, boolean, describe, error, exampleShape, number, numbers } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Shape } from '../../ir/types.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { sourceText } from '../values/misfit.ts';
import { say } from '../../diagnostics/say.ts';
import { report, mistake } from '../frame/report.ts';

export function compileTimeFunction(name: string, operands: readonly Operand[], frame: Frame, span: Span): Datum {
  const wanted = name === 'size' ? 2 : 1;
  if (operands.length !== wanted) {
    const given = operands.length;
    const told = wanted === 2 ? say.NN2026.size({ given }) : say.NN2026.one({ name, given });
    return mistake(told, span, frame, { fault: 'definition' });
  }
  const [of, by] = operands;
  if (of === undefined || of.datum.type === 'error' || by?.datum.type === 'error') return error;
  if (name === 'product') return product(of, frame);
  if (name === 'is_class') return boolean(of.datum.type === 'tensor' && of.datum.classes !== undefined);
  if (name === 'classes') {
    if (of.datum.type === 'tensor' && of.datum.classes !== undefined) return number(of.datum.classes);
    return mistake(say.NN2007.classes({ name: sourceText(frame, of.span) }), of.span, frame);
  }
  const shape = shapeOf(of, frame);
  if (shape === undefined) return error;
  switch (name) {
    case 'shape':
      return isKnown(shape) ? numbers(shape) : unknownSize(of, shape, frame);
    case 'rank':
      return number(shape.length);
    case 'axes':
      return numbers([...shape.keys()]);
    default:
      return by === undefined ? error : sizeOf(shape, of, by, frame);
  }
}

function sizeOf(shape: Shape, of: Operand, by: Operand, frame: Frame): Datum {
  const axis = asNumber(by.datum);
  const size = axis === undefined ? undefined : shape.at(axis);
  if (size !== undefined && axis !== undefined && Number.isInteger(axis) && axis >= -shape.length)
    return size === 'B' ? unknownSize(of, shape, frame) : number(size);
  return mistake(say.NN2011.axis({ name: sourceText(frame, by.span), shape }), by.span, frame);
}

const isKnown = (shape: Shape): shape is readonly number[] => !shape.includes('B');

const unknownSize = ({ span }: Operand, shape: Shape, frame: Frame): Datum =>
  mistake(say.NN2025.batchAxis({ name: sourceText(frame, span), shape }), span, frame);

function shapeOf({ datum, span }: Operand, frame: Frame): Shape | undefined {
  if (datum.type === 'tensor') return exampleShape(datum);
  if (asNumber(datum) !== undefined) return [];
  if (datum.type === 'list') {
    const [first] = datum.items;
    const isNested = first?.type === 'list' || first?.type === 'tensor';
    const inner = isNested ? shapeOf({ datum: first, span }, frame) : [];
    return inner && [datum.items.length, ...inner];
  }
  report(say.NN2007.shape({ name: sourceText(frame, span), given: describe(datum) }), span, frame);
  return undefined;
}

function product(of: Operand, frame: Frame): Datum {
  const factors = asNumbers(of.datum);
  if (factors !== undefined) return number(factors.reduce((all, each) => all * each, 1));
  const told = say.NN2007.product({ name: sourceText(frame, of.span), given: describe(of.datum) });
  return mistake(told, of.span, frame);
}
