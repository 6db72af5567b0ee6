/** Lets a product apply its activation itself. */
import { rowFunction, takesActivation } from '../../ir/traits.ts';
import { definitions, uses } from '../../ir/uses.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { sameShape } from '../../ops/rules/broadcast.ts';

/** A map of one tensor, which a product makes and nothing else reads, becomes the product's last act. */
export function fuseActivation(graph: Graph): Graph {
  const producers = definitions(graph);
  const reads = uses(graph);
  const taken = new Map<Node, Node>();
  for (const map of graph.nodes) {
    const product = activated(map, producers, reads);
    if (product !== undefined) taken.set(product, map);
  }
  const gone = new Set(taken.values());
  const nodes = graph.nodes
    .filter((node) => !gone.has(node))
    .map((node) => {
      const map = taken.get(node);
      return map === undefined ? node : withAct(node, map);
    });
  return { ...graph, nodes };
}

/** The product that a map is the activation of. */
function activated(
  map: Node,
  producers: ReadonlyMap<Value, Node>,
  reads: ReadonlyMap<Value, number>,
): Node | undefined {
  const [x] = map.inputs;
  const [y] = map.outputs;
  const [body] = map.bodies;
  if (map.op !== 'map' || x === undefined || y === undefined || map.inputs.length !== 1 || map.outputs.length !== 1)
    return undefined;
  const product = producers.get(x);
  if (product === undefined || !takesActivation(product) || product.section !== map.section) return undefined;
  if (reads.get(x) !== 1 || !sameShape(x.type.shape, y.type.shape) || body === undefined) return undefined;
  return body.nodes.every((node) => rowFunction(node) === undefined) ? product : undefined;
}

function withAct(product: Node, map: Node): Node {
  return { ...product, outputs: map.outputs, bodies: map.bodies };
}
