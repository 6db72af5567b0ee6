/** What a graph costs: floating-point operations by node, and bytes by value. */
import { passOf } from '../ops/call_function.ts';
import { registry } from '../ops/index.ts';
import { loopOf } from '../ops/rules/loop.ts';
import { isLoop } from './loops.ts';
import { isCall, isFused } from './traits.ts';
import type { Graph, Node, Shape, Value } from './types.ts';

export function elements(shape: Shape, batch: number): number {
  return shape.reduce<number>((product, size) => product * (size === 'B' ? batch : size), 1);
}

/** Values on the device have four bytes an element; numbers of the host cost nothing there. */
export function bytes({ type }: Value, batch: number): number {
  return type.dtype === 'f64' ? 0 : 4 * elements(type.shape, batch);
}

/** Floating-point operations of one node on the device. */
export function operations(node: Node, batch: number): number {
  const [output] = node.outputs;
  const op = registry.get(node.op);
  if (op === undefined || output === undefined || output.type.dtype === 'f64') return 0;
  if (isLoop(node)) {
    const { body, steps } = loopOf(node);
    return steps * sum(body.nodes.map((inner) => operations(inner, batch)));
  }
  if (isFused(node)) return sum(node.bodies.flatMap((body) => body.nodes.map((inner) => operations(inner, batch))));
  if (op.cost !== undefined) return op.cost(node, batch);
  if (op.moves === true || op.lower.as === 'nothing') return 0;
  return elements((op.elementwise ? output : (node.inputs[0] ?? output)).type.shape, batch);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** The nodes of a graph and of the functions that it calls, as often as they run. */
export function nodesRun({ nodes }: Graph): readonly Node[] {
  return nodes.flatMap((node) => (isCall(node) ? node.bodies.flatMap((body) => nodesRun(inPass(body, node))) : [node]));
}

function inPass(body: Graph, { attrs }: Node): Graph {
  const pass = passOf(attrs);
  return pass === 'whole' ? body : { ...body, nodes: body.nodes.filter(({ section }) => section === pass) };
}
