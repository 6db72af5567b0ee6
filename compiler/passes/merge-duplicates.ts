/** Merges nodes that compute the same: equal op, equal inputs, equal attributes. */
import { NodeKeys } from '../ir/keys.ts';
import { isLoop } from '../ir/loops.ts';
import type { Graph, Value } from '../ir/types.ts';
import { shareParts } from './loops/share.ts';
import { rewrite } from './rewrite.ts';
import { timeOf } from './sections.ts';

/**
 * A node equal to an earlier one is replaced by it. Random ops draw by their stream, so that two of one stream and
 * shape are the same numbers, and two streams are never equal. A node that carries a graph stays; a loop takes and gives
 * each value once.
 */
export function mergeDuplicates(graph: Graph): Graph {
  const keys = new NodeKeys();
  const ids = new Map<Value, string>();
  const id = (value: Value): string => {
    const known = ids.get(value) ?? String(ids.size);
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
    if (node.bodies.length > 0) return undefined;
    const key = `${timeOf(node.section)} ${keys.of(node, id)}`;
    const known = first.get(key);
    if (known === undefined) first.set(key, node.outputs);
    return known;
  });
}
