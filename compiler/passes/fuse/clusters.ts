/** Gathers nodes into clusters that one map can compute: one index space, and no way out of a cluster and back in. */
import { InternalError } from '../../diagnostics/types.ts';
import { definitions, users } from '../uses.ts';
import type { Graph, Node, Section, Value } from '../../ir/types.ts';
import { oneTime } from '../sections.ts';
import { partOf } from './parts.ts';
import { size } from './volume.ts';
import { flows, joined, spaceOf } from './space.ts';
import type { Space } from './space.ts';

/** Clusters that are looked at to find a path between two. */
const LONGEST_SEARCH = 200;

/** Nodes that stand together; `space` is undefined for a kernel of its own. */
export interface Cluster {
  readonly nodes: readonly Node[];
  readonly space: Space | undefined;
  readonly section: Section;
}

/** The graph as clusters, each node in one of them. */
export function clusters(graph: Graph): readonly Cluster[] {
  const forest = new Forest(graph);
  const joints = graph.nodes
    .filter((node) => partOf(node) !== undefined)
    .flatMap((reader) => reader.inputs.map((value) => ({ value, reader })));
  // The largest first: joining two small values must not come between two large ones.
  const sizes = new Map(joints.map((joint) => [joint, jointSize(joint.value, joint.reader)]));
  for (const { value, reader } of joints.toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0)))
    forest.tryJoin(value, reader);
  forest.joinSiblings();
  return forest.all();
}

/** The larger of a value and what its reader makes of it. */
function jointSize(value: Value, reader: Node): number {
  return Math.max(size(value.type.shape), ...reader.outputs.map((output) => size(output.type.shape)));
}

/** Whether two readers of a tensor are of one update, or of one thing that the user wrote. */
function belongTogether(a: Node, b: Node): boolean {
  return a.section === b.section
    ? a.section === 'update'
    : a.origin.what === b.origin.what && a.origin.line === b.origin.line;
}

/** A node that is a kernel of its own, and more than a number or a repetition of one. */
function isKernel(node: Node): boolean {
  return (
    partOf(node) === undefined &&
    node.op !== 'cast' &&
    node.op !== 'broadcast' &&
    node.outputs.some(({ type }) => type.dtype !== 'f64')
  );
}

interface Group {
  readonly nodes: Node[];
  space: Space | undefined;
  section: Section;
  /** Its place in an order in which every group stands before those that read it. */
  place: number;
}

class Forest {
  readonly #graph: Graph;
  readonly #producers: ReadonlyMap<Value, Node>;
  readonly #readers: ReadonlyMap<Value, readonly Node[]>;
  readonly #groups = new Map<Node, Group>();
  /** The groups by their places; where two were merged, one place stays empty. */
  readonly #order: (Group | undefined)[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#producers = definitions(graph);
    this.#readers = users(graph);
    for (const [place, node] of graph.nodes.entries()) {
      const space = partOf(node) === undefined ? undefined : spaceOf(node);
      const group: Group = { nodes: [node], space, section: node.section, place };
      this.#groups.set(node, group);
      this.#order.push(group);
    }
  }

  /** In the order of their first nodes, each with its nodes in the order of the graph. */
  all(): readonly Cluster[] {
    const nodes = new Map<Group, Node[]>();
    for (const node of this.#graph.nodes) {
      const group = this.#group(node);
      const known = nodes.get(group);
      if (known === undefined) nodes.set(group, [node]);
      else known.push(node);
    }
    return [...nodes].map(([{ space, section }, members]) => ({ nodes: members, space, section }));
  }

  /** Puts the maker of a value and a reader into one cluster, if a map can hold both. */
  tryJoin(value: Value, reader: Node): void {
    const producer = this.#producers.get(value);
    if (producer !== undefined) this.#tryMerge(this.#group(producer), this.#group(reader));
  }

  /**
   * Joins kernels that read one tensor, each element once, and belong together: one parameter's update is one map even
   * if its slots do not read each other, and a loss is computed with its gradient.
   */
  joinSiblings(): void {
    for (const [value, readers] of this.#readers) {
      if (value.type.dtype !== 'f32') continue;
      const whole = readers.filter(
        (reader) => partOf(reader) !== undefined && jointSize(value, reader) === size(value.type.shape),
      );
      for (const [i, reader] of whole.entries()) {
        const other = whole.slice(0, i).find((earlier) => belongTogether(earlier, reader));
        if (other !== undefined) this.#tryMerge(this.#group(other), this.#group(reader));
      }
    }
  }

  #group(node: Node): Group {
    const group = this.#groups.get(node);
    if (group === undefined) throw new InternalError(`${node.op} stands in no cluster`);
    return group;
  }

  #tryMerge(a: Group, b: Group): void {
    if (a === b || a.space === undefined || b.space === undefined || !oneTime(a.section, b.section)) return;
    const space = joined(a.space, b.space);
    if (space === undefined || !this.#flowsBetween(a, b)) return;
    if (a.section !== b.section && !this.#ready(a.section === 'backward' ? a : b)) return;
    const [early, late] = a.place < b.place ? [a, b] : [b, a];
    const between = this.#between(early, late);
    if (between === undefined) return;
    const [into, from] = a.nodes.length >= b.nodes.length ? [a, b] : [b, a];
    into.nodes.push(...from.nodes);
    into.space = space;
    into.section = earlier(a.section, b.section);
    for (const node of from.nodes) this.#groups.set(node, into);
    this.#reorder(early, late, into, between);
  }

  /** The merged group takes a place behind all that it may read, and before all that follows from it. */
  #reorder(early: Group, late: Group, into: Group, between: ReadonlySet<Group>): void {
    const [start, end] = [early.place, late.place];
    const others: Group[] = [];
    for (const group of this.#order.slice(start, end + 1)) {
      if (group !== undefined && group !== early && group !== late) others.push(group);
    }
    const apart = others.filter((group) => !between.has(group));
    const following = others.filter((group) => between.has(group));
    this.#order.fill(undefined, start, end + 1);
    for (const [i, group] of [...apart, into, ...following].entries()) {
      this.#order[start + i] = group;
      group.place = start + i;
    }
  }

  /** Whether every value that one hands to the other keeps its meaning inside one map. */
  #flowsBetween(a: Group, b: Group): boolean {
    const [small, large] = a.nodes.length < b.nodes.length ? [a, b] : [b, a];
    return small.nodes.every((node) => {
      const taken = node.inputs.every((input) => {
        const producer = this.#producers.get(input);
        return producer === undefined || this.#group(producer) !== large || flows(input, node);
      });
      const given = node.outputs.every((output) => {
        return (this.#readers.get(output) ?? []).every(
          (reader) => this.#group(reader) !== large || flows(output, reader),
        );
      });
      return taken && given;
    });
  }

  /**
   * What follows from the earlier of two groups and stands before the later one. Undefined where the later one reads
   * any of it: then a path leads out of the one and into the other, and the two cannot be one kernel. A long search is
   * given up, and the two stay apart.
   */
  #between(early: Group, late: Group): ReadonlySet<Group> | undefined {
    const seen = new Set<Group>();
    const open = this.#successors(early).filter((group) => group.place < late.place);
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      if (seen.has(group)) continue;
      if (seen.size > LONGEST_SEARCH) return undefined;
      seen.add(group);
      for (const next of this.#successors(group)) {
        if (next === late) return undefined;
        if (next.place < late.place) open.push(next);
      }
    }
    return seen;
  }

  /**
   * Whether a backward cluster could as well be computed at the end of the forward pass: it needs no kernel of the
   * backward pass but maps and numbers. So it is with the gradient of a loss, and of nothing before that.
   */
  #ready(backward: Group): boolean {
    const seen = new Set<Group>();
    const open = [backward];
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      if (seen.has(group) || group.section !== 'backward') continue;
      seen.add(group);
      if (group.nodes.some(isKernel)) return false;
      for (const node of group.nodes) {
        for (const input of node.inputs) {
          const producer = this.#producers.get(input);
          if (producer !== undefined) open.push(this.#group(producer));
        }
      }
    }
    return true;
  }

  #successors(group: Group): Group[] {
    const next = new Set<Group>();
    for (const node of group.nodes) {
      for (const output of node.outputs)
        for (const reader of this.#readers.get(output) ?? []) next.add(this.#group(reader));
    }
    next.delete(group);
    return [...next];
  }
}

const earlier = (a: Section, b: Section): Section => (a === 'forward' || b === 'forward' ? 'forward' : a);
