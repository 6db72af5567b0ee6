/** The order in which a backward pass is read and run: a layer's own gradients before the cotangent of its input. */
import { ownTerms } from '../../ir/own-terms.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { bySection } from '../sections.ts';

/**
 * The graph with the nodes that make parameters' gradients as soon as all that they read is made, in the order of the
 * outputs: what only gradients read can end there. What adds terms of parameters alone to their gradients comes behind
 * all, so that it is said of all of them at once. All other nodes keep their order.
 */
export function gradientsFirst(graph: Graph): Graph {
  const terms = ownTerms(graph);
  const parts = new Map(terms.flatMap(({ node, part }) => node.outputs.map((made) => [made, part])));
  const grads = graph.outputs.filter(({ role }) => role === 'grad').map(({ value }) => parts.get(value) ?? value);
  const rank = new Map(grads.map((value, i) => [value, i]));
  const rankOf = ({ outputs }: Node): number => Math.min(...outputs.map((output) => rank.get(output) ?? Infinity));
  const isLast = (node: Node): boolean =>
    node.section === 'backward' && node.outputs.every((output) => rank.has(output));
  const made = new Set<Value>(graph.inputs.map(({ value }) => value));
  const readers = new Map<Value, Node[]>();
  for (const node of graph.nodes.filter(isLast)) {
    for (const input of new Set(node.inputs)) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  const order = new Set<Node>();
  const place = (node: Node): void => {
    order.add(node);
    for (const output of node.outputs) made.add(output);
    const next = node.outputs.flatMap((output) => readers.get(output) ?? []);
    for (const reader of next.sort((a, b) => rankOf(a) - rankOf(b))) {
      if (!order.has(reader) && reader.inputs.every((input) => made.has(input))) place(reader);
    }
  };
  for (const node of graph.nodes) if (!order.has(node)) place(node);
  for (const { node } of terms) order.delete(node);
  return { ...graph, nodes: bySection([...order, ...terms.map(({ node }) => node)]) };
}
