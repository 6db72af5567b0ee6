/** Gives each reader its own copy of what is cheap to compute from less than it is: a mask, a one-hot row. */
import type { Graph, Node, Value } from '../../ir/types.ts';
import { oneTime } from '../sections.ts';
import { isCheap, partOf } from './parts.ts';
import { size } from './volume.ts';

/** Scalar operations that a copy may cost. */
const MOST = 4;

/**
 * A value that is spread from smaller ones is never worth its memory: reading it costs more than computing it. Apart,
 * its readers can also be fused with what they belong to, where a shared value would tie them together. A reader in
 * another function is given the value, and has not what it is made of.
 */
export function copyCheap(graph: Graph): Graph {
  const costs = copyingCosts(graph.nodes);
  const kept = new Set(graph.outputs.map((output) => output.value));
  const inputs = new Map<Node, Value[]>(graph.nodes.map((node) => [node, [...node.inputs]]));
  const readers = new Map<Value, Set<Node>>();
  const nodes: Node[] = [];
  const read = (value: Value, node: Node): void => void readers.set(value, (readers.get(value) ?? new Set()).add(node));
  for (const node of graph.nodes.toReversed()) {
    const [output] = node.outputs;
    const copied =
      output === undefined || !costs.has(output)
        ? []
        : [...(readers.get(output) ?? [])].filter(
            (reader) => partOf(reader) !== undefined && oneTime(node.section, reader.section),
          );
    const all = output === undefined ? 0 : (readers.get(output)?.size ?? 0);
    const original = output !== undefined && (kept.has(output) || all > copied.length);
    for (const reader of original ? copied : copied.slice(0, -1)) {
      if (output === undefined) continue;
      const copy = { ...node, outputs: [{ ...output }], section: reader.section };
      const [value] = copy.outputs;
      const taken = inputs.get(reader);
      if (value === undefined || taken === undefined) continue;
      inputs.set(
        reader,
        taken.map((input) => (input === output ? value : input)),
      );
      inputs.set(copy, [...node.inputs]);
      for (const input of new Set(node.inputs)) read(input, copy);
      nodes.push(copy);
    }
    nodes.push(node);
    for (const input of new Set(node.inputs)) read(input, node);
  }
  const reading = (node: Node): Node => {
    const now = inputs.get(node) ?? node.inputs;
    return now.every((input, i) => input === node.inputs[i]) ? node : { ...node, inputs: now };
  };
  return { ...graph, nodes: nodes.reverse().map(reading) };
}

/** The values worth copying, with the number of operations that a copy takes. A view costs nothing. */
function copyingCosts(nodes: readonly Node[]): ReadonlyMap<Value, number> {
  const costs = new Map<Value, number>();
  const free = new Set<Value>();
  /** Nothing where an input is smaller and stands in memory, its own cost where it is copied too. */
  const costOf = (input: Value, output: Value): number => {
    const smaller = size(input.type.shape) < size(output.type.shape);
    const own = free.has(input) ? undefined : costs.get(input);
    return own ?? (smaller ? 0 : Infinity);
  };
  for (const node of nodes) {
    const [output] = node.outputs;
    const [input] = node.inputs;
    const part = partOf(node);
    if (output === undefined || input === undefined) continue;
    if (part === 'view') {
      const cost = free.has(input) ? undefined : costs.get(input);
      costs.set(output, cost ?? 0);
      if (cost === undefined) free.add(output);
    } else if (part === 'elementwise' && isCheap(node)) {
      const cost = node.inputs.reduce((sum, x) => sum + costOf(x, output), 1);
      if (cost <= MOST) costs.set(output, cost);
    }
  }
  return costs;
}
