/** Puts clusters in an order in which each finds what it reads, as near to the order of the graph as that allows. */
import type { Graph, Section, Value } from '../../ir/types.ts';
import { sections } from '../sections.ts';
import type { Cluster } from './clusters.ts';

/**
 * A map that holds nodes of forward and backward (a loss with its gradient) stands in forward, and so does all that it
 * reads. Within a section a cluster stands where its last node of that section stood, what it needs before it.
 */
export function schedule(graph: Graph, parts: readonly Cluster[]): readonly Cluster[] {
  const home = new Map<Value, Cluster>();
  for (const cluster of parts)
    for (const node of cluster.nodes) for (const output of node.outputs) home.set(output, cluster);
  const needs = new Map(parts.map((cluster) => [cluster, needed(cluster, home)]));
  const section = hoisted(parts, needs);
  const position = new Map(graph.nodes.flatMap((node, i) => node.outputs.map((output) => [output, i] as const)));
  const place = (cluster: Cluster): number => {
    const own = cluster.nodes.filter((node) => node.section === cluster.section).flatMap((node) => node.outputs);
    return own.reduce((last, output) => Math.max(last, position.get(output) ?? -1), -1);
  };
  const places = new Map(parts.map((cluster) => [cluster, place(cluster)]));
  const order = sections.flatMap((name) => {
    return parts
      .filter((cluster) => section.get(cluster) === name)
      .sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  });
  return inOrder(order, needs).map((cluster) => ({ ...cluster, section: section.get(cluster) ?? cluster.section }));
}

function needed(cluster: Cluster, home: ReadonlyMap<Value, Cluster>): readonly Cluster[] {
  const others = new Set<Cluster>();
  for (const node of cluster.nodes) {
    for (const input of node.inputs) {
      const other = home.get(input);
      if (other !== undefined && other !== cluster) others.add(other);
    }
  }
  return [...others];
}

/** The section of each cluster: its own, or that of an earlier one that reads it. */
function hoisted(
  parts: readonly Cluster[],
  needs: ReadonlyMap<Cluster, readonly Cluster[]>,
): ReadonlyMap<Cluster, Section> {
  const found = new Map<Cluster, Section>(parts.map((cluster) => [cluster, cluster.section]));
  for (const section of sections) {
    const open = parts.filter((cluster) => found.get(cluster) === section);
    for (let cluster = open.pop(); cluster !== undefined; cluster = open.pop()) {
      for (const other of needs.get(cluster) ?? []) {
        if (sections.indexOf(found.get(other) ?? section) <= sections.indexOf(section)) continue;
        found.set(other, section);
        open.push(other);
      }
    }
  }
  return found;
}

/** Depth first, what is needed before what needs it. */
function inOrder(wanted: readonly Cluster[], needs: ReadonlyMap<Cluster, readonly Cluster[]>): readonly Cluster[] {
  const rank = new Map(wanted.map((cluster, i) => [cluster, i]));
  const sorted = new Map(
    [...needs].map(([cluster, others]) => [
      cluster,
      [...others].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)),
    ]),
  );
  const placed = new Set<Cluster>();
  const order: Cluster[] = [];
  for (const root of wanted) {
    const stack = [{ cluster: root, next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const need = sorted.get(top.cluster)?.[top.next];
      if (placed.has(top.cluster)) stack.pop();
      else if (need === undefined) {
        placed.add(top.cluster);
        order.push(top.cluster);
        stack.pop();
      } else {
        top.next++;
        if (!placed.has(need)) stack.push({ cluster: need, next: 0 });
      }
    }
  }
  return order;
}
