/** Loops among the nodes of a graph: which nodes are loops, and what of their inputs a result depends on. */
import { registry } from '../ops/index.ts';
import { inputsBehind, kindOf, loopOf } from '../ops/rules/loop.ts';
import type { Node, Value } from './types.ts';

export const isLoop = (node: Node): boolean => registry.get(node.op)?.bodies === 'loop';

/** The nodes, each loop followed by those of its body. */
export function withBodies(nodes: readonly Node[]): readonly Node[] {
  if (!nodes.some(isLoop)) return nodes;
  return nodes.flatMap((node) => (isLoop(node) ? [node, ...withBodies(loopOf(node).body.nodes)] : [node]));
}

/** What stands outside for what the bodies of loops read from there, all the way out. */
export function outsideOf(nodes: readonly Node[]): (value: Value) => Value {
  const outside = new Map<Value, Value>();
  for (const node of withBodies(nodes)) {
    if (!isLoop(node)) continue;
    const loop = loopOf(node);
    for (const [i, { value }] of loop.body.inputs.entries()) {
      const outer = node.inputs[i];
      if (outer !== undefined && kindOf(loop, i) === 'outside') outside.set(value, outside.get(outer) ?? outer);
    }
  }
  return (value) => outside.get(value) ?? value;
}

/**
 * The inputs of a node on which one of its results depends: all, but where it is a loop those that lead there in its
 * body. Nodes that `follows` leaves out depend on nothing.
 */
export function sourcesOf(node: Node, output: Value, follows: (node: Node) => boolean): readonly Value[] {
  if (!follows(node)) return [];
  if (!isLoop(node)) return node.inputs;
  const behind = inputsBehind(loopOf(node), [node.outputs.indexOf(output)], (inner, of) =>
    sourcesOf(inner, of, follows),
  );
  return node.inputs.filter((_, i) => behind.has(i));
}
