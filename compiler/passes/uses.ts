/** Who makes and who reads each value of a graph. */
import type { Graph, Node, Value } from '../ir/types.ts';

/** The node that makes each value; inputs of the graph have none. */
export function definitions(graph: Graph): ReadonlyMap<Value, Node> {
  return new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
}

/** The nodes that read each value, once each, in order. */
export function users(graph: Graph): ReadonlyMap<Value, readonly Node[]> {
  const found = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) {
      const known = found.get(input);
      if (known === undefined) found.set(input, [node]);
      else known.push(node);
    }
  }
  return found;
}

/** How often each value is read, as an input of a node or an output of the graph. */
export function uses(graph: Graph): ReadonlyMap<Value, number> {
  const counts = new Map<Value, number>();
  const count = (value: Value): void => void counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(count);
  for (const output of graph.outputs) count(output.value);
  return counts;
}
