/** What the way forward keeps for the way back, where the rest is computed again. */
import { bytes, operations } from '../../ir/cost.ts';
import { isLoop } from '../../ir/loops.ts';
import { isCall } from '../../ir/traits.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { Network } from './least-cut.ts';

/**
 * What may be computed again: maps, movements and whatever else costs little for each element; or anything, once. With a
 * number, anything, from what is alive at the ends of so many parts of the way forward.
 */
export type Again = 'cheap' | 'all' | number;

/** More operations than that for an element that is made are those of a product or of a loop. */
const cheapest = 64;

/** Those values of the way forward that are kept, by what may be computed again over a batch of so many rows. */
export function keptValues(graph: Graph, again: Again, rows: number): ReadonlySet<Value> {
  return typeof again === 'number' ? keptBetween(graph, again, rows) : leastKept(graph, again, rows);
}

const isForward = ({ section }: Node): boolean => section === 'forward';

const onDevice = ({ type }: Value): boolean => type.dtype !== 'f64';

/** What the way back reads of the way forward. */
function readBack({ nodes }: Graph): ReadonlySet<Value> {
  const made = new Set(nodes.filter(isForward).flatMap((node) => node.outputs.filter(onDevice)));
  const read = nodes.filter(({ section }) => section === 'backward').flatMap(({ inputs }) => inputs);
  return new Set(read.filter((value) => made.has(value)));
}

/** What stays what it is: gradients, and what sections behind the way back read. */
function handedOver({ nodes, outputs }: Graph): ReadonlySet<Value> {
  const made = new Set(nodes.filter(isForward).flatMap((node) => node.outputs.filter(onDevice)));
  const behind = nodes.filter(({ section }) => section === 'accumulate' || section === 'update');
  const grads = outputs.filter(({ role }) => role === 'grad').map(({ value }) => value);
  return new Set([...behind.flatMap(({ inputs }) => inputs), ...grads].filter((value) => made.has(value)));
}

const isCheap =
  (rows: number) =>
  (node: Node): boolean => {
    const made = node.outputs.reduce((sum, output) => sum + bytes(output, rows) / 4, 0);
    return !isLoop(node) && operations(node, rows) <= cheapest * made;
  };

/** The fewest bytes from which all that is read on the way back can be made (a least cut), computing as little again. */
function leastKept(graph: Graph, again: 'cheap' | 'all', rows: number): ReadonlySet<Value> {
  const isLight = isCheap(rows);
  // A call keeps for itself. A state is replaced when it has been read for the last time, whichever way that is on.
  const may = (node: Node): boolean => !isCall(node) && (again === 'all' || isLight(node));
  const network = new Network();
  const places = new Map<Value, { readonly in: number; readonly out: number }>();
  const place = (value: Value): void => {
    const own = { in: network.node(), out: network.node() };
    places.set(value, own);
    network.edge(own.in, own.out, bytes(value, rows));
  };
  // What a function is given is kept for it alone; the batch and what lasts are there anyway.
  const isFunction = graph.inputs.some(({ role }) => role === 'grad');
  for (const { role, value } of graph.inputs) {
    if (!isFunction || role !== 'input' || !onDevice(value)) continue;
    place(value);
    network.edge(0, places.get(value)?.in ?? 0, Infinity);
  }
  for (const node of graph.nodes.filter(isForward)) {
    for (const output of node.outputs.filter(onDevice)) {
      place(output);
      const to = places.get(output)?.in ?? 0;
      if (!may(node)) network.edge(0, to, Infinity);
      for (const input of node.inputs) {
        const from = places.get(input)?.out;
        if (from !== undefined && may(node)) network.edge(from, to, Infinity);
      }
    }
  }
  for (const value of readBack(graph)) network.edge(places.get(value)?.out ?? 0, 1, Infinity);
  for (const value of handedOver(graph)) network.edge(0, places.get(value)?.in ?? 0, Infinity);
  const behind = network.behindCut();
  return new Set([...places].flatMap(([value, at]) => (behind.has(at.out) && !behind.has(at.in) ? [value] : [])));
}

/** What is alive between parts of the way forward that hold as much for the way back, cut where least is alive. */
function keptBetween(graph: Graph, parts: number, rows: number): ReadonlySet<Value> {
  const nodes = graph.nodes.filter(isForward);
  const read = readBack(graph);
  const lastRead = new Map<Value, number>();
  nodes.forEach(({ inputs }, at) => inputs.forEach((input) => lastRead.set(input, at)));
  const held: number[] = [];
  const alive: Value[][] = [];
  let sum = 0;
  let now: Value[] = [];
  for (const [at, { outputs }] of nodes.entries()) {
    const made = outputs.filter(onDevice);
    for (const value of made) if (read.has(value)) sum += bytes(value, rows);
    now = [...now, ...made].filter((value) => (lastRead.get(value) ?? -1) > at);
    held.push(sum);
    alive.push(now);
  }
  const size = (at: number): number => (alive[at] ?? []).reduce((total, value) => total + bytes(value, rows), 0);
  const kept = new Set<Value>();
  for (let part = 1; part < parts; part++) {
    const [from, to] = [part - 0.5, part + 0.5].map((middle) => (sum * middle) / parts);
    const near = held.flatMap((bytesHeld, at) => (bytesHeld >= (from ?? 0) && bytesHeld < (to ?? 0) ? [at] : []));
    const [first] = near;
    if (first === undefined) continue;
    const best = near.reduce((least, at) => (size(at) < size(least) ? at : least), first);
    for (const value of alive[best] ?? []) kept.add(value);
  }
  const fixed = nodes.filter(isCall).flatMap(({ outputs }) => outputs);
  return new Set([...kept, ...fixed, ...handedOver(graph)]);
}
