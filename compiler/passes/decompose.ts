/** Expands every op that has no kernel of its own into those that have one. */
import { InternalError } from '../diagnostics/types.ts';
import type { Graph, Node } from '../ir/types.ts';
import { wordsOf } from '../ir/words.ts';
import { registry } from '../ops/index.ts';
import { rewrite } from './rewrite.ts';

/** How often an expansion may hold ops that are expanded in their turn. */
const DEEPEST = 8;

/**
 * Runs after `differentiate`: an op's own derivative is better than that of its parts (norm′(0) = 0). What an op gives
 * keeps its word: a mean is no quotient to readers.
 */
export function decompose(graph: Graph): Graph {
  let expanded = graph;
  for (let depth = 0; depth < DEEPEST; depth++) {
    if (!expanded.nodes.some((node) => expansion(node) !== undefined)) return expanded;
    const words = wordsOf(expanded.nodes);
    expanded = rewrite(
      expanded,
      (node, r) => expansion(node)?.(r.b, node.inputs, node.attrs),
      (output) => words.of(output),
    );
  }
  throw new InternalError('an op decomposes into itself');
}

function expansion(node: Node) {
  const lowering = registry.get(node.op)?.lower;
  return lowering?.as === 'decompose' ? lowering.to : undefined;
}
