/** Merges nodes that compute the same: equal op, equal inputs, equal attributes. */
import { attrsKey } from '../ir/keys.ts';
import { isLoop } from '../ir/loops.ts';
import type { Graph, Node, Value } from '../ir/types.ts';
import { shareParts } from './loops/share.ts';
import { rewrite } from './rewrite.ts';

/**
 * A node equal to an earlier one is replaced by it. Random ops draw by their stream, so that two of one stream and
 * shape are the same numbers, and two streams are never equal. A node that carries a graph stays; a loop takes and gives
 * each value once.
 */
export function mergeDuplicates(graph: Graph): Graph {
  const ids = new Map<Value, number>();
  const id = (value: Value): number => {
    const known = ids.get(value) ?? ids.size;
    ids.set(value, known);
    return known;
  };
  const first = new Map<string, readonly Value[]>();
  return rewrite(graph, (node, r) => {
    if (isLoop(node)) {
      const shared = shareParts(node);
      if (shared !== undefined) r.b.nodes.push(shared.node);
      return shared?.outputs;
    }
    const key = keyOf(node, id);
    if (key === undefined) return undefined;
    const known = first.get(key);
    if (known === undefined) first.set(key, node.outputs);
    return known;
  });
}

function keyOf(node: Node, id: (value: Value) => number): string | undefined {
  if (node.bodies.length > 0) return undefined;
  const types = node.outputs.map(({ type }) => `${type.dtype}[${type.shape.join()}]`);
  // The accumulated gradient and the update run at other times than forward and backward.
  const time = node.section === 'accumulate' || node.section === 'update' ? node.section : '';
  return `${time} ${node.op}(${node.inputs.map(id).join()}) ${attrsKey(node.attrs)} ${types.join()}`;
}
