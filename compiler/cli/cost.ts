/** What a graph costs: floating-point operations by node, and bytes by value. */
import { isCall } from '../ir/traits.ts';
import type { Graph, Node, Shape, Value } from '../ir/types.ts';
import { isLoop } from '../ir/loops.ts';
import { passOf } from '../ops/call_function.ts';
import { loopOf } from '../ops/rules/loop.ts';
import { registry } from '../ops/index.ts';

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
    return steps * body.nodes.reduce((sum, inner) => sum + operations(inner, batch), 0);
  }
  if (op.cost !== undefined) return op.cost(node, batch);
  if (op.moves === true || op.lower.as === 'nothing') return 0;
  return elements((op.elementwise ? output : (node.inputs[0] ?? output)).type.shape, batch);
}

/** The nodes of a graph and of the functions that it calls, as often as they run. */
export function nodesRun({ nodes }: Graph): readonly Node[] {
  return nodes.flatMap((node) => (isCall(node) ? node.bodies.flatMap((body) => nodesRun(inPass(body, node))) : [node]));
}

function inPass(body: Graph, { attrs }: Node): Graph {
  const pass = passOf(attrs);
  return pass === 'whole' ? body : { ...body, nodes: body.nodes.filter(({ section }) => section === pass) };
}
