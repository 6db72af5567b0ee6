/** The order in which a backward pass is read and run: a layer's own gradients before the cotangent of its input. */
import { lossTerms, ownTerms } from '../../ir/own-terms.ts';
import { isCall } from '../../ir/traits.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { definitions } from '../../ir/uses.ts';
import { functionOf, passOf } from '../../ops/call_function.ts';
import { bySection } from '../sections.ts';

/**
 * The graph with the nodes that make parameters' gradients as soon as all that they read is made, in the order of the
 * outputs: what only gradients read can end there. What adds terms of parameters alone to their gradients comes behind
 * all, so that it is said of all of them at once, and rounds come one after the other. All other nodes keep their order.
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
  const makers = definitions(graph);
  const next = nextCalls(graph, makers);
  const order = new Set<Node>();
  const make = (node: Node): void => {
    order.add(node);
    for (const output of node.outputs) made.add(output);
  };
  const place = (node: Node): void => {
    const row = [node];
    make(node);
    for (let call = next.get(node); call !== undefined && !order.has(call); call = next.get(call)) {
      if (!passedOn(call).every((input) => made.has(input) || input.type.dtype === 'f64')) break;
      make(call);
      row.push(call);
    }
    const reading = row.flatMap(({ outputs }) => outputs).flatMap((output) => readers.get(output) ?? []);
    for (const reader of reading.sort((a, b) => rankOf(a) - rankOf(b))) {
      if (!order.has(reader) && reader.inputs.every((input) => made.has(input))) place(reader);
    }
  };
  for (const node of graph.nodes) if (!order.has(node)) place(node);
  for (const { node } of terms) order.delete(node);
  return { ...graph, nodes: bySection([...order, ...terms.map(({ node }) => node)]) };
}

/** By each call, the one of the same function that goes on from it: rounds of a repeat, which a target writes in one line. */
function nextCalls({ nodes }: Graph, makers: ReadonlyMap<Value, Node>): ReadonlyMap<Node, Node> {
  const next = new Map<Node, Node>();
  for (const call of nodes.filter(isCall)) {
    const before = call.inputs.flatMap((input) => makers.get(input) ?? []).find((maker) => goesOn(maker, call));
    if (before !== undefined && !next.has(before)) next.set(before, call);
  }
  return next;
}

/** What a call is given; what the way forward was given the way back finds among what that has kept. */
function passedOn({ inputs, bodies, attrs }: Node): readonly Value[] {
  if (passOf(attrs) !== 'backward') return inputs;
  const [token, ...given] = inputs;
  const roles = functionOf(bodies).inputs.map(({ role }) => role);
  return [...(token === undefined ? [] : [token]), ...given.filter((_, i) => roles[i] === 'grad')];
}

const goesOn = (before: Node, call: Node): boolean =>
  isCall(before) && before.section === call.section && functionOf(before.bodies) === functionOf(call.bodies);

/**
 * The graph with what makes the terms of a sum in front of it, where a target may write it for all parameters at once:
 * so that what is said of when values live is said of what runs.
 */
export function termsBeforeSums(graph: Graph): Graph {
  const terms = lossTerms(graph);
  if (terms.length === 0) return graph;
  const moved = new Set(terms.flatMap(({ nodes }) => nodes));
  const before = new Map<Node, Node[]>();
  for (const { sum, nodes } of terms) before.set(sum, [...(before.get(sum) ?? []), ...nodes]);
  return {
    ...graph,
    nodes: graph.nodes.flatMap((node) => (moved.has(node) ? [] : [...(before.get(node) ?? []), node])),
  };
}
