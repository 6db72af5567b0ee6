/** Who makes and who reads each value, and which nodes a result needs. */
import type { Graph, Node, Value } from './types.ts';

/** What has nodes, in an order in which every value is made before it is read: a graph, a part of one. */
type Nodes = Pick<Graph, 'nodes'>;

/** The node that makes each value; inputs of the graph have none. */
export function definitions({ nodes }: Nodes): ReadonlyMap<Value, Node> {
  return new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
}

/** The nodes that read each value, once each, in order. */
export function users({ nodes }: Nodes): ReadonlyMap<Value, readonly Node[]> {
  const found = new Map<Value, Node[]>();
  for (const node of nodes) {
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

/** The nodes that these values are made of, in order; what makes those at which the graph is cut is none of them. */
export function neededNodes(
  { nodes }: Nodes,
  values: Iterable<Value>,
  cuts: ReadonlySet<Value> = new Set(),
): readonly Node[] {
  const needed = new Set(values);
  const alive = nodes.toReversed().filter(({ inputs, outputs }) => {
    const isNeeded = outputs.some((output) => needed.has(output) && !cuts.has(output));
    if (isNeeded) for (const input of inputs) needed.add(input);
    return isNeeded;
  });
  return alive.reverse();
}
