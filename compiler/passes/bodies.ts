/** The graphs that nodes hold, changed. */
import type { Graph, Node } from '../ir/types.ts';

/** The graph with what `change` makes of the bodies of some of its nodes; what was left as it was is the same. */
export function changedBodies(graph: Graph, which: (node: Node) => boolean, change: (body: Graph) => Graph): Graph {
  const nodes = graph.nodes.map((node) => {
    if (!which(node)) return node;
    const bodies = node.bodies.map(change);
    return bodies.every((body, i) => body === node.bodies[i]) ? node : { ...node, bodies };
  });
  return nodes.every((node, i) => node === graph.nodes[i]) ? graph : { ...graph, nodes };
}
