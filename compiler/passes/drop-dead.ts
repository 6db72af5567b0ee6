/** Drops every node whose results nothing reads. */
import type { Graph, Node, Value } from '../ir/types.ts';

/** A node is alive if an output of the graph depends on it. Inputs stay: they are the graph's contract. */
export function dropDead(graph: Graph): Graph {
  const needed = new Set<Value>(graph.outputs.map((output) => output.value));
  const alive: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    alive.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  return { ...graph, nodes: alive.reverse() };
}
