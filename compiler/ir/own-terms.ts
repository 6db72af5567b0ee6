/** Gradients that a last kernel makes of what the layers give and of the parameter itself: a penalty's share is added. */
import type { Graph, Node, Value } from './types.ts';
import { users } from './uses.ts';

/** A gradient, and what its last kernel reads. */
export interface OwnTerm {
  /** The path of the parameter. */
  readonly path: string;
  readonly node: Node;
  readonly parameter: Value;
  /** The gradient without the term, which nothing else reads. */
  readonly part: Value;
}

/** Those of a training graph whose last kernel can wait until all gradients are made, in the order of the gradients. */
export function ownTerms(graph: Graph): readonly OwnTerm[] {
  const readers = users(graph);
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const parameters = new Map(
    graph.inputs.flatMap(({ role, name, value }) => (role === 'parameter' ? [[name, value]] : [])),
  );
  const returned = new Map<Value, number>();
  for (const { value } of graph.outputs) returned.set(value, (returned.get(value) ?? 0) + 1);
  return graph.outputs.flatMap(({ role, name, value }): readonly OwnTerm[] => {
    const [node, parameter] = [makers.get(value), parameters.get(name)];
    if (role !== 'grad' || node === undefined || parameter === undefined) return [];
    if (node.section !== 'backward' || node.outputs.length !== 1 || returned.get(value) !== 1) return [];
    const read = new Set(node.inputs.filter(({ type }) => type.dtype !== 'f64'));
    const [part, ...more] = [...read].filter((input) => input !== parameter);
    if (!read.has(parameter) || part === undefined || more.length > 0) return [];
    const isOwn = readers.get(part)?.length === 1 && !returned.has(part) && makers.get(part)?.section === 'backward';
    const isLast = (readers.get(value) ?? []).every(({ section }) => section !== 'backward');
    return isOwn && isLast && sameShape(part, value) ? [{ path: name, node, parameter, part }] : [];
  });
}

const sameShape = ({ type: { shape: a } }: Value, { type: { shape: b } }: Value): boolean => a.join() === b.join();
