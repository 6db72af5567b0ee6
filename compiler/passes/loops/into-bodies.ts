/** Takes a pass into the bodies of loops. */
import { isLoop } from '../../ir/loops.ts';
import type { Graph } from '../../ir/types.ts';

type Pass = (graph: Graph) => Graph;

/** The pass over the bodies of a graph's loops, the innermost first, and then over the graph itself. */
export function intoBodies(pass: Pass): Pass {
  return function whole(graph): Graph {
    if (!graph.nodes.some(isLoop)) return pass(graph);
    const nodes = graph.nodes.map((node) => (isLoop(node) ? { ...node, bodies: node.bodies.map(whole) } : node));
    return pass({ ...graph, nodes });
  };
}
