/** Copies of parameters that are gradients as they stand: updates replace them one after the other. */
import { altered } from '../../ir/called.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { bySection } from '../sections.ts';
import { owners } from './owners.ts';

/** The graph in which each gradient that is a parameter, as it stands or as a view, is a copy of it. */
export function copyGradients(graph: Graph): Graph {
  const ownerOf = owners(graph.nodes);
  const trained = new Set(graph.outputs.flatMap(({ role, name }) => (role === 'grad' ? [name] : [])));
  const parameters = new Set(
    graph.inputs.flatMap(({ role, name, value }) => (role === 'parameter' && trained.has(name) ? [value] : [])),
  );
  const copies = new Map<Value, Node>();
  const [first] = graph.nodes;
  for (const { role, value } of graph.outputs) {
    if (role !== 'grad' || !parameters.has(ownerOf(value)) || copies.has(value) || first === undefined) continue;
    const { origin } = graph.nodes.find(({ outputs }) => outputs.includes(value)) ?? first;
    copies.set(value, {
      op: 'broadcast',
      inputs: [value],
      outputs: [{ type: value.type, word: altered(value.word, (own) => `${own}_now`) }],
      attrs: { shape: value.type.shape },
      bodies: [],
      section: 'backward',
      origin,
    });
  }
  if (copies.size === 0) return graph;
  const instead = (value: Value): Value => copies.get(value)?.outputs[0] ?? value;
  // An update has its parameter at hand as what it is; everything else that is read there was handed over as a gradient.
  const nodes = graph.nodes.map((node) => {
    if (node.section === 'accumulate') return { ...node, inputs: node.inputs.map(instead) };
    if (node.section !== 'update') return node;
    return { ...node, inputs: node.inputs.map((value) => (parameters.has(value) ? value : instead(value))) };
  });
  return {
    ...graph,
    nodes: bySection([...nodes, ...copies.values()]),
    outputs: graph.outputs.map((output) =>
      output.role === 'grad' ? { ...output, value: instead(output.value) } : output,
    ),
  };
}
