/** Gathers elementwise work into maps, and gives matrix products their bias and activation. */
import { definitions, users } from '../ir/uses.ts';
import type { Graph, Node, Value } from '../ir/types.ts';
import { dropDead } from './drop-dead.ts';
import { fuseActivation } from './fuse/activation.ts';
import { fuseBias } from './fuse/bias.ts';
import { clusters } from './fuse/clusters.ts';
import type { Cluster } from './fuse/clusters.ts';
import { copyCheap } from './fuse/copy-cheap.ts';
import { mapOf } from './fuse/map-body.ts';
import { Roles } from './fuse/order.ts';
import { partOf } from './fuse/parts.ts';
import { recompute } from './fuse/recompute.ts';
import { schedule } from './fuse/schedule.ts';
import { splitSums } from './fuse/split-sums.ts';

/**
 * After this pass every elementwise op on tensors is in a map: a loss with its gradient, a layer's activation, a
 * parameter's whole update. A map is one kernel that reads and writes each tensor once.
 */
export function fuse(graph: Graph): Graph {
  const prepared = dropDead(copyCheap(splitSums(fuseBias(graph))));
  const parts = recompute(prepared, clusters(prepared));
  return fuseActivation(dropDead(withMaps(prepared, schedule(prepared, parts))));
}

function withMaps(graph: Graph, parts: readonly Cluster[]): Graph {
  const all = { ...graph, nodes: parts.flatMap((cluster) => cluster.nodes) };
  const readers = users(all);
  const producers = definitions(all);
  const roles = new Roles(graph);
  const outputs = new Set<Value>(graph.outputs.map((output) => output.value));
  const nodes = parts.flatMap((cluster): readonly Node[] => {
    const inside = new Set(cluster.nodes);
    const moved = cluster.nodes.map((node) =>
      node.section === cluster.section ? node : { ...node, section: cluster.section },
    );
    if (cluster.space === undefined || !cluster.nodes.some((node) => partOf(node) === 'elementwise')) return moved;
    const readOutside = (value: Value): boolean =>
      outputs.has(value) || (readers.get(value) ?? []).some((reader) => !inside.has(reader));
    return mapOf(cluster, cluster.space, { producers, roles, readOutside });
  });
  return { ...graph, nodes };
}
