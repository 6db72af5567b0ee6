/** Moves out of a loop what need not be computed in it, turn by turn: what no turn changes, and products of sequences. */
import { isLoop } from '../../ir/loops.ts';
import { isView, loweringOf, rowFunction } from '../../ir/traits.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { definitions } from '../../ir/uses.ts';
import type { Builder } from '../../ir/builder.ts';
import { registry } from '../../ops/index.ts';
import { rewrite } from '../rewrite.ts';
import { loopOfParts, partsOf } from './rebuild.ts';
import type { Parts, Port } from './rebuild.ts';
import { canSpread, spread } from './spread.ts';

/**
 * The graph with less in its loops. What depends on neither position nor state is computed before the loop. What depends
 * on positions alone is computed there for all of them at once where it is a product, a gather or the like: x_t W is one
 * product over [steps · B]. What it alone is made of goes along; other elementwise work stays, since a value for each
 * position takes memory.
 */
export function hoist(graph: Graph): Graph {
  return moved(graph, (parts) => [...unchanging(parts), ...heavy(parts)]);
}

/** Numbers of the host alone: they are computed there, and not in a loop of the device. */
export function hoistNumbers(graph: Graph): Graph {
  return moved(graph, (parts) => unchanging(parts).filter(isOfHost));
}

const isOfHost = ({ outputs }: Node): boolean => outputs.every(({ type }) => type.dtype === 'f64');

function moved(graph: Graph, choose: (parts: Parts) => readonly Node[]): Graph {
  if (!graph.nodes.some(isLoop)) return graph;
  return rewrite(graph, (node, r) => {
    if (!isLoop(node)) return undefined;
    const parts = partsOf(node);
    const chosen = new Set(choose(parts));
    if (chosen.size === 0) return undefined;
    r.b.nodes.push(loopOfParts(node, before(r.b, parts, chosen)));
    return node.outputs;
  });
}

/** Appends the chosen nodes; the parts of the loop that reads their results. */
function before(b: Builder, parts: Parts, chosen: ReadonlySet<Node>): Parts {
  const outer = new Map<Value, { readonly value: Value; readonly perPosition: boolean }>();
  for (const port of parts.sequences) outer.set(port.inner, { value: port.outer, perPosition: true });
  for (const port of parts.outside) outer.set(port.inner, { value: port.outer, perPosition: false });
  const makers = definitions(parts);
  /** Constants are written out again. */
  const read = (value: Value): { readonly value: Value; readonly perPosition: boolean } => {
    const known = outer.get(value);
    if (known !== undefined) return known;
    const maker = makers.get(value);
    if (maker !== undefined) write(maker);
    return outer.get(value) ?? { value, perPosition: false };
  };
  const write = (node: Node): void => {
    const inputs = node.inputs.map(read);
    b.origin = node.origin;
    if (inputs.some(({ perPosition }) => perPosition)) {
      for (const output of node.outputs)
        outer.set(output, { value: spread(b, node, inputs, parts.steps), perPosition: true });
      return;
    }
    const made = b.applyAll(
      node.op,
      inputs.map(({ value }) => value),
      node.attrs,
      node.outputs,
      node.bodies,
    );
    node.outputs.forEach((output, i) => outer.set(output, { value: made[i] ?? output, perPosition: false }));
  };
  for (const node of parts.nodes) if (chosen.has(node)) write(node);
  const nodes = parts.nodes.filter((node) => !chosen.has(node));
  const needed = new Set([
    ...nodes.flatMap(({ inputs }) => inputs),
    ...parts.carried.map(({ next }) => next),
    ...parts.stacked.map(({ inner }) => inner),
  ]);
  const ports = (perPosition: boolean): readonly Port[] =>
    [...chosen].flatMap((node) =>
      node.outputs.flatMap((inner) => {
        const found = outer.get(inner);
        return needed.has(inner) && found?.perPosition === perPosition ? [{ outer: found.value, inner }] : [];
      }),
    );
  return {
    ...parts,
    sequences: [...parts.sequences, ...ports(true)],
    outside: [...parts.outside, ...ports(false)],
    nodes,
  };
}

/** Nodes that depend on values from outside alone, and do more than to spread a constant. */
function unchanging({ carried, sequences, nodes }: Parts): readonly Node[] {
  const changing = new Set([...carried, ...sequences].map(({ inner }) => inner));
  const constant = new Set<Value>();
  return nodes.filter((node) => {
    if (node.inputs.some((input) => changing.has(input))) {
      for (const output of node.outputs) changing.add(output);
      return false;
    }
    if (!isWrittenOut(node, constant)) return true;
    for (const output of node.outputs) constant.add(output);
    return false;
  });
}

/** Constants, and what only moves them or brings numbers to the device: kernels hold those as literals. */
function isWrittenOut(node: Node, constant: ReadonlySet<Value>): boolean {
  if (node.inputs.length === 0) return true;
  const op = registry.get(node.op);
  if (op?.moves !== true && op?.lower.as !== 'nothing') return false;
  return node.inputs.every(
    (input) => constant.has(input) || (input.type.dtype === 'f64' && input.type.shape.length === 0),
  );
}

/** Products and the like that depend on positions alone, with what they are made of. */
function heavy(parts: Parts): readonly Node[] {
  const { carried, sequences, nodes } = parts;
  const bound = new Set<Value>(carried.map(({ inner }) => inner));
  const perPosition = new Set<Value>(sequences.map(({ inner }) => inner));
  const makers = definitions(parts);
  const chosen = new Set<Node>();
  /** All that a value is made of in a turn, if all of it can be spread. */
  const madeOf = (value: Value, found: Set<Node>): boolean => {
    const maker = makers.get(value);
    if (maker === undefined || !perPosition.has(value) || found.has(maker)) return true;
    found.add(maker);
    return (
      canSpread(
        maker,
        maker.inputs.map((input) => perPosition.has(input)),
      ) && maker.inputs.every((input) => madeOf(input, found))
    );
  };
  for (const node of nodes) {
    if (node.inputs.some((input) => bound.has(input))) {
      for (const output of node.outputs) bound.add(output);
      continue;
    }
    if (!node.inputs.some((input) => perPosition.has(input))) continue;
    for (const output of node.outputs) perPosition.add(output);
    const found = new Set<Node>();
    if (isHeavy(node) && node.outputs.every((output) => madeOf(output, found)))
      for (const each of found) chosen.add(each);
  }
  return nodes.filter((node) => chosen.has(node));
}

/** A kernel that does more than to move elements or to reduce rows within a map. */
function isHeavy(node: Node): boolean {
  if (loweringOf(node)?.as !== 'kernel' || isView(node) || registry.get(node.op)?.moves === true) return false;
  return rowFunction(node) === undefined;
}
