/** The size beyond which a model is not compiled: a slip of the hand is told at once, instead of after minutes. */
import type { Span } from '../../../grammar/ast.ts';
import type { Frame } from './context.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { report } from './report.ts';

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
  return isTold(
    run.graph.size > mostValues ? say.NN3015.values({ most: mostValues }) : say.NN3015.steps({ most: mostSteps }),
    span,
    frame,
  );
}

/** Likewise for a list that is about to have so many items. */
export function isTooLong(items: number, span: Span, frame: Frame): boolean {
  return items > mostItems && isTold(say.NN3015.items({ most: mostItems }), span, frame);
}

function isTold(told: Told, span: Span, frame: Frame): true {
  frame.run.limit.reached = true;
  report(told, span, frame);
  return true;
}

/** Whether a value of this shape can be held at all; if not, it is reported. */
export function fitsMemory(shape: readonly number[], span: Span, frame: Frame): boolean {
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements <= mostElements) return true;
  report(say.NN2021.elements({ elements }), span, frame);
  return false;
}
