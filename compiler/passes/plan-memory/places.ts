/** Places for what a graph writes: its inputs, and what it replaces without having read it. */
import { altered } from '../../ir/called.ts';
import type { Graph, GraphInput, GraphOutput } from '../../ir/types.ts';

const written: readonly GraphOutput['role'][] = ['parameter', 'slot', 'state', 'accumulator'];

/** The graph with an input for every parameter, slot, state and accumulator that it gives a new value. */
export function withPlaces(graph: Graph): Graph {
  const known = new Set(graph.inputs.map(({ role, name }) => `${role} ${name}`));
  const unread = graph.outputs.flatMap(({ role, name, value }): readonly GraphInput[] => {
    if (!isWritten(role) || known.has(`${role} ${name}`)) return [];
    return [{ role, name, value: { type: value.type, word: altered(value.word, (own) => `${own}_before`) } }];
  });
  return unread.length === 0 ? graph : { ...graph, inputs: [...graph.inputs, ...unread] };
}

function isWritten(role: GraphOutput['role']): role is GraphOutput['role'] & GraphInput['role'] {
  return written.includes(role);
}
