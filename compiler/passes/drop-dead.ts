/** Drops every node whose results nothing reads, and of loops what leads to none of their results that are read. */
import { isLoop } from '../ir/loops.ts';
import type { Graph, Node, Value } from '../ir/types.ts';
import { narrow } from './loops/narrow.ts';

/** A node is alive if an output of the graph depends on it. Inputs stay: they are the graph's contract. */
export function dropDead(graph: Graph): Graph {
  const needed = new Set<Value>(graph.outputs.map((output) => output.value));
  const alive: Node[] = [];
  for (const whole of graph.nodes.toReversed()) {
    if (!whole.outputs.some((output) => needed.has(output))) continue;
    const node = isLoop(whole) ? narrowed(whole, needed) : whole;
    alive.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  const isWhole = alive.length === graph.nodes.length && alive.every((node, i) => node === graph.nodes.at(-1 - i));
  return isWhole ? graph : { ...graph, nodes: alive.reverse() };
}

function narrowed(loop: Node, needed: ReadonlySet<Value>): Node {
  const node = narrow(loop, (value) => needed.has(value));
  return { ...node, bodies: node.bodies.map(dropDead) };
}
