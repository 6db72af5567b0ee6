/**
 * What parameters add by themselves, as penalties have it: terms of the loss that are made of one parameter each, and
 * gradients that a last kernel makes of what the layers give and of the parameter.
 */
import { isLoop } from './loops.ts';
import { constantOf, isCall } from './traits.ts';
import type { Graph, Node, Value } from './types.ts';
import { definitions, users } from './uses.ts';

/** What one parameter adds to the loss. */
export interface LossTerm {
  readonly path: string;
  readonly parameter: Value;
  readonly value: Value;
  /** What makes it, and nothing else, in order. */
  readonly nodes: readonly Node[];
  /** What adds it to others. */
  readonly sum: Node;
}

/** Those of a training graph, in the order in which they are added up. */
export function lossTerms(graph: Graph): readonly LossTerm[] {
  const around = {
    makers: definitions(graph),
    readers: users(graph),
    paths: new Map(graph.inputs.flatMap(({ role, name, value }) => (role === 'parameter' ? [[value, name]] : []))),
    returned: new Set(graph.outputs.map(({ value }) => value)),
  };
  const sums = graph.nodes.filter(({ op, section }) => op === 'add_all' && section === 'forward');
  return sums.flatMap((sum) =>
    sum.inputs.flatMap((value) => {
      const term = termOf(value, around);
      return term === undefined ? [] : [{ ...term, value, sum }];
    }),
  );
}

interface Around {
  readonly makers: ReadonlyMap<Value, Node>;
  readonly readers: ReadonlyMap<Value, readonly Node[]>;
  readonly paths: ReadonlyMap<Value, string>;
  readonly returned: ReadonlySet<Value>;
}

function termOf(
  value: Value,
  { makers, readers, paths, returned }: Around,
): Omit<LossTerm, 'value' | 'sum'> | undefined {
  const nodes = new Set<Node>();
  const leaves = new Set<Value>();
  const visit = (of: Value): void => {
    const node = makers.get(of);
    if (of.type.dtype === 'f64') return;
    if (node === undefined) leaves.add(of);
    else if (!nodes.has(node)) {
      node.inputs.forEach(visit);
      nodes.add(node);
    }
  };
  visit(value);
  const [parameter, ...more] = leaves;
  const path = parameter === undefined ? undefined : paths.get(parameter);
  if (parameter === undefined || path === undefined || more.length > 0) return undefined;
  const isConstant = (input: Value): boolean => {
    const maker = makers.get(input);
    return maker !== undefined && constantOf(maker) !== undefined;
  };
  /** Read within the term alone, and the term itself once. */
  const isOwn = (made: Value): boolean => {
    const all = readers.get(made) ?? [];
    return made === value ? all.length === 1 : all.every((reader) => nodes.has(reader));
  };
  const isPlain = [...nodes].every(
    (node) =>
      !isLoop(node) &&
      !isCall(node) &&
      node.inputs.every((input) => input.type.dtype !== 'f64' || isConstant(input)) &&
      node.outputs.every((made) => made.type.dtype !== 'f64' && !returned.has(made) && isOwn(made)),
  );
  return isPlain ? { path, parameter, nodes: [...nodes] } : undefined;
}

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
