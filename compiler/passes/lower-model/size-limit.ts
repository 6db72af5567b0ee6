/** The size beyond which a model is not compiled: a slip of the hand is told at once, instead of after minutes. */
import type { Span } from '../../../grammar/ast.ts';
import type { Frame } from './context.ts';

/** Values of one graph: some four thousand layers, far more than any model that trains in memory. */
const largest = 15_000;

/** Whether the graph has outgrown the limit; the first time it is reported. */
export function isTooLarge(span: Span, frame: Frame): boolean {
  const { run, world, site } = frame;
  if (run.tooLarge) return true;
  if (run.graph.size <= largest) return false;
  run.tooLarge = true;
  world.reporter.report({
    code: 'NN3015',
    site,
    span,
    message: `the model has more than ${largest} values before this line`,
    help: 'look for a number of rounds, or a generated part, that has gone wrong',
  });
  return true;
}
