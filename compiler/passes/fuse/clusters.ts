/** Gathers nodes into clusters that one map can compute: one index space, and no way out of a cluster and back in. */
import { InternalError } from '../../diagnostics/types.ts';
import { definitions, users } from '../../ir/uses.ts';
import type { Graph, Node, Section, Value } from '../../ir/types.ts';
import { oneTime } from '../sections.ts';
import { partOf } from './parts.ts';
import { size } from './volume.ts';
import { flows, joined, spaceOf } from './space.ts';
import type { Space } from './space.ts';

/** Clusters that may follow from one and stand before another when the two are joined. */
const MOST_BETWEEN = 200;

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

/** Readers of one tensor, found by what they belong to: one update, or one thing that the user wrote. */
class Siblings {
  /** For each thing that the user wrote, its first reader of each section. */
  readonly #written = new Map<string, Node[]>();
  #update: Node | undefined;

  /** The first reader before this one that belongs together with it. */
  firstOf(reader: Node): Node | undefined {
    const { section, origin } = reader;
    const key = `${origin.line} ${origin.what}`;
    const alike = this.#written.get(key) ?? [];
    this.#written.set(key, alike);
    const written = alike.find((earlier) => earlier.section !== section);
    if (!alike.some((earlier) => earlier.section === section)) alike.push(reader);
    if (section !== 'update') return written;
    // What is in no update stands before all that is.
    const first = written ?? this.#update;
    this.#update ??= reader;
    return first;
  }
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
  /** Its place in an order in which every group stands before those that read it, and its neighbours there. */
  place: number;
  before: Group | undefined;
  after: Group | undefined;
  /** Whether a kernel of the backward pass is in it, or stands before it there; or a cotangent that a function is given. */
  behindKernel: boolean;
}

class Forest {
  readonly #graph: Graph;
  readonly #producers: ReadonlyMap<Value, Node>;
  /** The nodes that make what a node reads: they stay, where groups grow. */
  readonly #makers: ReadonlyMap<Node, readonly Node[]>;
  readonly #readers: ReadonlyMap<Value, readonly Node[]>;
  readonly #groups = new Map<Node, Group>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#producers = definitions(graph);
    this.#makers = new Map(
      graph.nodes.map((node) => [node, node.inputs.flatMap((input) => this.#producers.get(input) ?? [])]),
    );
    this.#readers = users(graph);
    const cotangents = new Set(graph.inputs.filter(({ role }) => role === 'grad').map(({ value }) => value));
    let before: Group | undefined;
    for (const [place, node] of graph.nodes.entries()) {
      const space = partOf(node) === undefined ? undefined : spaceOf(node);
      const behindKernel =
        node.section === 'backward' &&
        (isKernel(node) ||
          node.inputs.some((input) => cotangents.has(input)) ||
          this.#readsFrom(node, (source) => source.behindKernel));
      const { section } = node;
      const group: Group = { nodes: [node], space, section, place, before, after: undefined, behindKernel };
      this.#groups.set(node, group);
      link(before, group);
      before = group;
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
      const siblings = new Siblings();
      for (const reader of whole) {
        const other = siblings.firstOf(reader);
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
    // A backward cluster could as well be computed at the end of the forward pass if it needs no kernel of the backward
    // pass but maps and numbers. So it is with the gradient of a loss, and of nothing before that.
    if (a.section !== b.section && (a.behindKernel || b.behindKernel)) return;
    const [early, late] = a.place < b.place ? [a, b] : [b, a];
    const between = this.#between(early, late);
    if (between === undefined) return;
    if (a.behindKernel !== b.behindKernel) this.#putBehindKernel(a.behindKernel ? b : a);
    const [into, from] = a.nodes.length >= b.nodes.length ? [a, b] : [b, a];
    into.nodes.push(...from.nodes);
    into.space = space;
    into.section = earlier(a.section, b.section);
    for (const node of from.nodes) this.#groups.set(node, into);
    this.#reorder(early, late, into, between);
  }

  /** The merged group takes a place behind all that it may read, and before all that follows from it. */
  #reorder(early: Group, late: Group, into: Group, between: ReadonlySet<Group>): void {
    const others: Group[] = [];
    for (let group = early.after; group !== undefined && group !== late; group = group.after) others.push(group);
    const apart = others.filter((group) => !between.has(group));
    const following = others.filter((group) => between.has(group));
    const [start, end] = [early.place, late.after];
    let before = early.before;
    for (const [i, group] of [...apart, into, ...following].entries()) {
      group.place = start + i;
      link(before, group);
      before = group;
    }
    link(before, end);
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
   * any of it: then a path leads out of the one and into the other, and the two cannot be one kernel. Where it is too
   * much, the two stay apart as well.
   */
  #between(early: Group, late: Group): ReadonlySet<Group> | undefined {
    const found = new Set<Group>();
    const follows = (group: Group, from: (source: Group) => boolean): boolean =>
      group.nodes.some((node) => this.#readsFrom(node, from));
    for (let group = early.after; group !== undefined && group !== late; group = group.after) {
      if (!follows(group, (source) => source === early || found.has(source))) continue;
      if (found.size > MOST_BETWEEN) return undefined;
      found.add(group);
    }
    return found.size > 0 && follows(late, (source) => found.has(source)) ? undefined : found;
  }

  /** The group is behind a kernel of the backward pass from now on, and so is what follows from it there. */
  #putBehindKernel(first: Group): void {
    first.behindKernel = true;
    const open = [first];
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      for (const next of this.#successors(group)) {
        if (next.section !== 'backward' || next.behindKernel) continue;
        next.behindKernel = true;
        open.push(next);
      }
    }
  }

  /** Whether one of the groups that make what a node reads is such. */
  #readsFrom(node: Node, is: (source: Group) => boolean): boolean {
    return (this.#makers.get(node) ?? []).some((maker) => is(this.#group(maker)));
  }

  #successors(group: Group): ReadonlySet<Group> {
    const readers = group.nodes.flatMap((node) => node.outputs.flatMap((output) => this.#readers.get(output) ?? []));
    return new Set(readers.map((reader) => this.#group(reader)));
  }
}

function link(before: Group | undefined, after: Group | undefined): void {
  if (before !== undefined) before.after = after;
  if (after !== undefined) after.before = before;
}

const earlier = (a: Section, b: Section): Section => (a === 'forward' || b === 'forward' ? 'forward' : a);
