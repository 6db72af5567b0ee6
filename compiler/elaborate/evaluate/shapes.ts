/** The functions that look at shapes while compiling: shape, rank, size, axes, is_class, classes, product. */
import type { Span } from '../../../grammar/ast.ts';
import { asNumber, asNumbers, boolean, describe, error, exampleShape, number, numbers } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { sourceText } from '../values/misfit.ts';

export function compileTimeFunction(name: string, operands: readonly Operand[], frame: Frame, span: Span): Datum {
  const wanted = name === 'size' ? 2 : 1;
  if (operands.length !== wanted) {
    frame.world.reporter.report({
      code: 'NN2026',
      site: frame.site,
      span,
      message: `${name} takes ${wanted === 2 ? 'a value and an axis' : 'one argument'}, and here are ${operands.length}`,
      fault: 'definition',
    });
    return error;
  }
  const [of, by] = operands;
  if (of === undefined || of.datum.type === 'error' || by?.datum.type === 'error') return error;
  if (name === 'product') return product(of, frame);
  if (name === 'is_class') return boolean(of.datum.type === 'tensor' && of.datum.classes !== undefined);
  if (name === 'classes') {
    if (of.datum.type === 'tensor' && of.datum.classes !== undefined) return number(of.datum.classes);
    return wrong(`${sourceText(frame, of.span)} is no class target`, frame, of.span);
  }
  const shape = shapeOf(of, frame);
  if (shape === undefined) return error;
  switch (name) {
    case 'shape':
      return numbers(shape);
    case 'rank':
      return number(shape.length);
    case 'axes':
      return numbers([...shape.keys()]);
    default:
      return by === undefined ? error : sizeOf(shape, by, frame);
  }
}

function sizeOf(shape: readonly number[], by: Operand, frame: Frame): Datum {
  const axis = asNumber(by.datum);
  const size = axis === undefined ? undefined : shape.at(axis);
  if (size !== undefined && axis !== undefined && Number.isInteger(axis) && axis >= -shape.length) return number(size);
  frame.world.reporter.report({
    code: 'NN2011',
    site: frame.site,
    span: by.span,
    message: `there is no axis ${sourceText(frame, by.span)} in a value of shape [${shape.join(', ')}]`,
  });
  return error;
}

function shapeOf({ datum, span }: Operand, frame: Frame): readonly number[] | undefined {
  if (datum.type === 'tensor') return exampleShape(datum);
  if (asNumber(datum) !== undefined) return [];
  if (datum.type === 'list') return [datum.items.length];
  wrong(`a value has a shape, and ${sourceText(frame, span)} is ${describe(datum)}`, frame, span);
  return undefined;
}

function product(of: Operand, frame: Frame): Datum {
  const factors = asNumbers(of.datum);
  if (factors !== undefined) return number(factors.reduce((all, each) => all * each, 1));
  return wrong(
    `product takes a list of numbers, and ${sourceText(frame, of.span)} is ${describe(of.datum)}`,
    frame,
    of.span,
  );
}

function wrong(message: string, frame: Frame, span: Span): Datum {
  frame.world.reporter.report({ code: 'NN2007', site: frame.site, span, message });
  return error;
}
