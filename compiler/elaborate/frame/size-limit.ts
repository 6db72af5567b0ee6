/** The size beyond which a model is not compiled: a slip of the hand is told at once, instead of after minutes. */
import type { Span } from '../../../grammar/ast.ts';
import type { Frame } from './context.ts';

/** Values of one graph: some four thousand layers, far more than any model that trains in memory. */
const mostValues = 15_000;

/** Lines of bodies and uses of definitions, for rounds that build nothing. */
const mostSteps = 100_000;

/** Items of one list. */
const mostItems = 100_000;

/** Elements of one value: what an index of 32 bits reaches. */
export const mostElements = 2 ** 31 - 1;

/** Counts one step of the evaluation. Whether it has outgrown the limits; the first time it is reported. */
export function isTooLarge(span: Span, frame: Frame): boolean {
  const { run } = frame;
  run.limit.steps += 1;
  if (run.limit.reached) return true;
  if (run.graph.size <= mostValues && run.limit.steps <= mostSteps) return false;
  const what =
    run.graph.size > mostValues
      ? `the model has more than ${mostValues} values`
      : `the model takes more than ${mostSteps} steps to write out`;
  return report(`${what} before this place`, span, frame);
}

/** Likewise for a list that is about to have so many items. */
export function isTooLong(items: number, span: Span, frame: Frame): boolean {
  return items > mostItems && report(`a list has more than ${mostItems} items`, span, frame);
}

function report(message: string, span: Span, frame: Frame): true {
  frame.run.limit.reached = true;
  frame.world.reporter.report({
    code: 'NN3015',
    site: frame.site,
    span,
    message,
    help: 'look for a number of rounds, or a generated part, that has gone wrong',
  });
  return true;
}

/** Whether a value of this shape can be held at all; if not, it is reported. */
export function fitsMemory(shape: readonly number[], span: Span, frame: Frame): boolean {
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements <= mostElements) return true;
  frame.world.reporter.report({
    code: 'NN2021',
    site: frame.site,
    span,
    message: `a value of ${elements} elements is more than can be held`,
  });
  return false;
}
