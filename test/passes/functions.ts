/** Graphs of which parts are functions: the same computation, called. */
import type { Graph, GraphInput, GraphOutput, Node, Value } from '../../compiler/ir/types.ts';

/** The graph with some of its nodes, in a row, as a function that is called in their place. */
export function outlined(graph: Graph, from: number, to: number, name = 'part'): Graph {
  const part = graph.nodes.slice(from, to);
  const [first] = part;
  if (first === undefined) return graph;
  const made = new Set(part.flatMap(({ outputs }) => outputs));
  const outside = [...new Set(part.flatMap(({ inputs }) => inputs))].filter((value) => !made.has(value));
  const roles = new Map(graph.inputs.map((input) => [input.value, input]));
  const fresh = new Map<Value, Value>();
  const copy = (value: Value): Value => {
    const known = fresh.get(value) ?? { ...value };
    fresh.set(value, known);
    return known;
  };
  const inputs = outside.map((value, i): GraphInput => {
    const { role = 'input', name: input = `${i}` } = roles.get(value) ?? {};
    const plain = role === 'host' || role === 'parameter' ? role : value.type.dtype === 'f64' ? 'host' : 'input';
    return { role: plain, name: plain === role ? input : `${i}`, value: copy(value) };
  });
  const read = new Set([
    ...[...graph.nodes.slice(0, from), ...graph.nodes.slice(to)].flatMap(({ inputs: values }) => values),
    ...graph.outputs.map(({ value }) => value),
  ]);
  const results = [...made].filter((value) => read.has(value));
  if (results.length === 0) return graph;
  const body: Graph = {
    inputs,
    nodes: part.map((node) => ({ ...node, inputs: node.inputs.map(copy), outputs: node.outputs.map(copy) })),
    outputs: results.map((value, i): GraphOutput => ({ role: 'value', name: `${i}`, value: copy(value) })),
  };
  const call: Node = {
    op: 'call_function',
    inputs: outside,
    outputs: results,
    attrs: { function: name },
    bodies: [body],
    section: first.section,
    origin: first.origin,
  };
  return { ...graph, nodes: [...graph.nodes.slice(0, from), call, ...graph.nodes.slice(to)] };
}
