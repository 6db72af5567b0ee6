/** Copies of states that a step hands on as they were: the state itself is replaced before they are read. */
import { altered } from '../../ir/called.ts';
import { isView } from '../../ir/traits.ts';
import type { Graph, GraphOutput, Node, Value } from '../../ir/types.ts';
import { owners } from './owners.ts';

/** Outputs that are read, or written to another place, when `forward` has replaced the states. */
const later: readonly GraphOutput['role'][] = ['loss', 'part', 'grad', 'state'];

/**
 * The graph with a copy of each state that changes and is also a loss, a gradient or another state's new value, as it
 * stands or as a view. The copy takes its place in those, and in the sections that run after `forward` and `backward`.
 */
export function copyStates(graph: Graph): Graph {
  const newValue = new Map(graph.outputs.flatMap(({ role, name, value }) => (role === 'state' ? [[name, value]] : [])));
  if (newValue.size === 0) return graph;
  const ownerOf = owners(graph.nodes);
  const handedOn = new Set(graph.outputs.filter(({ role }) => later.includes(role)).map(({ value }) => ownerOf(value)));
  const states = graph.inputs.filter(
    ({ role, name, value }) => role === 'state' && (newValue.get(name) ?? value) !== value && handedOn.has(value),
  );
  const [first] = graph.nodes;
  if (states.length === 0 || first === undefined) return graph;
  const copies = new Map(
    states.map(({ value }) => [value, { type: value.type, word: altered(value.word, (own) => `${own}_before`) }]),
  );
  const copied = [...copies].map(([state, copy]): Node => ({
    op: 'broadcast',
    inputs: [state],
    outputs: [copy],
    attrs: { shape: state.type.shape },
    bodies: [],
    section: 'forward',
    origin: first.origin,
  }));
  const instead = (value: Value): Value => copies.get(value) ?? value;
  const nodes = graph.nodes.map((node) => {
    const reads = isView(node) || node.section === 'accumulate' || node.section === 'update';
    return reads ? { ...node, inputs: node.inputs.map(instead) } : node;
  });
  const outputs = graph.outputs.map((output) =>
    later.includes(output.role) ? { ...output, value: instead(output.value) } : output,
  );
  return { ...graph, nodes: [...copied, ...nodes], outputs };
}
