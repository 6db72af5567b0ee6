/** Stores of new values: each after the last step that reads the old one. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Plan, Store } from '../../ir/plan.ts';
import type { Graph, GraphOutput, Node, Section, Value } from '../../ir/types.ts';
import { sections } from '../sections.ts';
import { owners } from './owners.ts';

/** The first section that has at hand what an output of this role replaces. */
const earliest: Partial<Readonly<Record<GraphOutput['role'], Section>>> = {
  state: 'forward',
  accumulator: 'accumulate',
  parameter: 'update',
  slot: 'update',
};

interface Placed extends Store {
  /** The index of the node that it follows; it stands before its section if that node is of another. */
  readonly after: number;
}

/** The plan of a graph whose nodes are in the order of their sections. */
export function withStores(graph: Graph): Plan {
  const { nodes } = graph;
  const following = new Map<Node | Section, Store[]>();
  for (const { after, section, target, value } of placedStores(graph)) {
    const node = nodes[after];
    const place = node?.section === section ? node : section;
    const known = following.get(place);
    if (known === undefined) following.set(place, [{ section, target, value }]);
    else known.push({ section, target, value });
  }
  const withItsStores = (node: Node): Plan['steps'] => [node, ...(following.get(node) ?? [])];
  const steps = sections.flatMap((section) => {
    const own = nodes.filter((node) => node.section === section);
    return [...(following.get(section) ?? []), ...own.flatMap(withItsStores)];
  });
  return { ...graph, steps };
}

/** The stores in their order: an old value that is also the new one of another is stored there before it is replaced. */
function placedStores({ inputs, nodes, outputs }: Graph): readonly Placed[] {
  const ownerOf = owners(nodes);
  const lastRead = new Map<Value, number>();
  const made = new Map<Value, number>();
  for (const [at, node] of nodes.entries()) {
    for (const value of node.inputs) lastRead.set(ownerOf(value), at);
    for (const value of node.outputs) made.set(value, at);
  }
  const places = new Map(inputs.map((input) => [`${input.role} ${input.name}`, input]));
  const wanted = outputs.flatMap(({ role, name, value }): readonly Placed[] => {
    const target = places.get(`${role} ${name}`);
    const first = earliest[role];
    if (first === undefined || target === undefined || target.value === value) return [];
    const after = Math.max(lastRead.get(target.value) ?? -1, made.get(value) ?? -1);
    return [{ section: later(first, nodes[after]?.section ?? first), target, value, after }];
  });
  const handing = new Map<Value, Placed[]>();
  for (const store of wanted) {
    const old = ownerOf(store.value);
    const known = handing.get(old);
    if (known === undefined) handing.set(old, [store]);
    else known.push(store);
  }
  const order: Placed[] = [];
  const visited = new Map<Placed, Placed | undefined>();
  const visit = (store: Placed): Placed => {
    const seen = visited.get(store);
    if (seen !== undefined) return seen;
    if (visited.has(store)) throw new InternalError(`${store.target.name} is replaced before it is handed on`);
    visited.set(store, undefined);
    const readers = (handing.get(store.target.value) ?? []).filter((reader) => reader !== store).map(visit);
    const placed = readers.reduce(after, store);
    visited.set(store, placed);
    order.push(placed);
    return placed;
  };
  wanted.forEach(visit);
  return order;
}

/** The first store where the second one has been done. */
const after = (store: Placed, other: Placed): Placed => ({
  ...store,
  section: later(store.section, other.section),
  after: Math.max(store.after, other.after),
});

const later = (a: Section, b: Section): Section => (sections.indexOf(a) > sections.indexOf(b) ? a : b);
