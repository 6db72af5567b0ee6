/** Computes values of the forward pass again on the way back, instead of keeping them. */
import { altered } from '../ir/called.ts';
import { isFused } from '../ir/traits.ts';
import type { Graph, Node, Value } from '../ir/types.ts';
import { definitions } from '../ir/uses.ts';
import { broadcastShapes, sameShape } from '../ops/rules/broadcast.ts';
import { dropDead } from './drop-dead.ts';
import { bySection } from './sections.ts';

/**
 * The graph in which the way back reads of the way forward what is kept, and makes the rest again, each value once, just
 * before it is first read. It is the same kernel over the same values, so that no bit changes; random numbers come from
 * their streams a second time. Kernels are what they will be: a map that makes several values makes those again that are
 * read.
 */
export function rematerialize(graph: Graph, isKept: (value: Value) => boolean): Graph {
  const makers = definitions(graph);
  const again = new Map<Value, Value>();
  const nodes: Node[] = [];
  const now = (value: Value): Value => {
    const maker = makers.get(value);
    if (maker?.section !== 'forward' || value.type.dtype === 'f64' || isKept(value)) return value;
    const known = again.get(value);
    if (known !== undefined) return known;
    const inputs = maker.inputs.map(now);
    const outputs = maker.outputs.map((output): Value => ({ ...output, word: altered(output.word, named) }));
    maker.outputs.forEach((output, i) => again.set(output, outputs[i] ?? output));
    nodes.push({ ...maker, inputs, outputs, section: 'backward' });
    return again.get(value) ?? value;
  };
  for (const node of graph.nodes) {
    const isBack = node.section === 'backward';
    const inputs = isBack ? node.inputs.map(now) : node.inputs;
    nodes.push(inputs.every((input, i) => input === node.inputs[i]) ? node : { ...node, inputs });
  }
  return dropDead(narrowMaps({ ...graph, nodes: bySection(nodes) }));
}

const named = (own: string): string => `${own}_again`;

/** The graph whose maps make what is read. */
function narrowMaps(graph: Graph): Graph {
  const read = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)]);
  return { ...graph, nodes: graph.nodes.map((node) => (isFused(node) ? narrowMap(node, read) : node)) };
}

function narrowMap(node: Node, read: ReadonlySet<Value>): Node {
  const [whole] = node.bodies;
  const wanted = node.outputs.map((output) => read.has(output));
  if (whole === undefined || wanted.every(Boolean) || !wanted.some(Boolean)) return node;
  const body = dropDead({ ...whole, outputs: whole.outputs.filter((_, i) => wanted[i]) });
  const used = new Set([...body.nodes.flatMap(({ inputs }) => inputs), ...body.outputs.map(({ value }) => value)]);
  const isUsed = body.inputs.map(({ value }) => used.has(value));
  const types = node.inputs.map(({ type }) => type);
  const [before, after] = [broadcastShapes(types), broadcastShapes(types.filter((_, i) => isUsed[i]))];
  // The inputs say how far the map goes.
  const isAsFar = !('misfit' in before) && !('misfit' in after) && sameShape(before, after);
  const stays = (_: unknown, i: number): boolean => !isAsFar || isUsed[i] === true;
  return {
    ...node,
    inputs: node.inputs.filter(stays),
    outputs: node.outputs.filter((_, i) => wanted[i]),
    bodies: [{ ...body, inputs: body.inputs.filter(stays) }],
  };
}
