/** Takes a pass into the bodies of loops. */
import { isLoop } from '../../ir/loops.ts';
import type { Graph } from '../../ir/types.ts';

type Pass = (graph: Graph) => Graph;

/** The pass over the bodies of a graph's loops, the innermost first, and then over the graph itself. */
export function intoBodies(pass: Pass): Pass {
  const whole: Pass = (graph) => pass(withBodies(graph, whole));
  return whole;
}

/** The graph with what a pass makes of the bodies of its loops. */
export function withBodies(graph: Graph, pass: Pass): Graph {
  if (!graph.nodes.some(isLoop)) return graph;
  const nodes = graph.nodes.map((node) => (isLoop(node) ? { ...node, bodies: node.bodies.map(pass) } : node));
  return { ...graph, nodes };
}
