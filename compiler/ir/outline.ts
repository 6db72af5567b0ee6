/** A part of a graph as a function: closed, with what it reads from outside as inputs. */
import { isBelow, within } from './paths.ts';
import { isCall } from './traits.ts';
import type { Called } from './called.ts';
import type { Graph, GraphInput, GraphOutput, Node, Value } from './types.ts';
import { neededNodes } from './uses.ts';

/** The input that goes along from one call to the next: the current value of the rounds of a repeat. */
export const CARRIED = 'it';

export interface Surroundings {
  /** The inputs of the graph around it. */
  readonly inputs: ReadonlyMap<Value, GraphInput>;
  readonly maker: (value: Value) => Node | undefined;
  /** The path of what is called, before those of its own parameters, states and random streams: `encoder.3`. */
  readonly at: string;
  /** The value that is the input CARRIED. */
  readonly carried: Value | undefined;
  /** What the function calls a value. */
  readonly called: (value: Value) => Called;
}

export interface Outline {
  readonly body: Graph;
  /** What stands outside for each input of the body. */
  readonly taken: readonly Value[];
}

/**
 * The function that computes the results, which these nodes make. Parameters, states and streams below `at` have their
 * names within it; numbers of the host are made anew inside, down to those that the host is given.
 */
export function outline(nodes: readonly Node[], results: readonly GraphOutput[], around: Surroundings): Outline {
  const values = results.map(({ value }) => value);
  const own = neededNodes({ nodes }, values);
  const inside = [...numbersBehind([...values, ...own.flatMap((node) => node.inputs)], own, around), ...own];
  const made = new Set(inside.flatMap(({ outputs }) => outputs));
  const taken = [...new Set([...inside.flatMap((node) => node.inputs), ...values])].filter((value) => !made.has(value));
  const copies = new Map<Value, Value>();
  const copy = (value: Value): Value => {
    const known = copies.get(value) ?? { type: value.type, ...around.called(value) };
    copies.set(value, known);
    return known;
  };
  const names = new Map<string, number>();
  const inputs = taken.map((value): GraphInput => {
    const { role, name } = roleOf(value, around);
    const key = `${role} ${name}`;
    const uses = names.get(key) ?? 0;
    names.set(key, uses + 1);
    return { role, name: uses === 0 ? name : `${name} ${uses}`, value: copy(value) };
  });
  const body: Graph = {
    inputs,
    nodes: inside.map((node) => ({
      ...placedWithin(node, around.at),
      inputs: node.inputs.map(copy),
      outputs: node.outputs.map(copy),
    })),
    outputs: results.map((output) => ({ ...output, value: copy(output.value) })),
  };
  return { body, taken };
}

/** Whether each random stream that these nodes draw from is that of something below the path. */
export const drawsWithin = (nodes: readonly Node[], at: string): boolean =>
  nodes.every(({ attrs: { stream } }) => typeof stream !== 'string' || isBelow(at, stream));

/** What makes the numbers of the host among these values, but for these nodes. */
function numbersBehind(values: readonly Value[], own: readonly Node[], { maker }: Surroundings): readonly Node[] {
  const known = new Set(own.flatMap(({ outputs }) => outputs));
  const numbers: Node[] = [];
  const reach = (value: Value): void => {
    const node = known.has(value) || value.type.dtype !== 'f64' ? undefined : maker(value);
    if (node === undefined) return;
    node.outputs.forEach((output) => known.add(output));
    node.inputs.forEach(reach);
    numbers.push(node);
  };
  values.forEach(reach);
  return numbers;
}

function roleOf(value: Value, { inputs, at, carried, called }: Surroundings): Pick<GraphInput, 'role' | 'name'> {
  if (value === carried) return { role: 'input', name: CARRIED };
  const input = inputs.get(value);
  if (input?.role === 'host') return input;
  if ((input?.role === 'parameter' || input?.role === 'state') && isBelow(at, input.name))
    return { role: input.role, name: within(at, input.name) };
  // No path has a space.
  return { role: 'input', name: `given ${called(value).word ?? ''}` };
}

/** Streams, scopes, and the paths of what is called, are named from where the function is called. */
function placedWithin(node: Node, path: string): Node {
  const { stream, at } = node.attrs;
  const { scope } = node.origin;
  const moved =
    scope === undefined || !(scope === path || isBelow(path, scope))
      ? node
      : { ...node, origin: { ...node.origin, scope: within(path, scope) } };
  if (typeof stream === 'string') return { ...moved, attrs: { ...node.attrs, stream: within(path, stream) } };
  return isCall(node) && typeof at === 'string' ? { ...moved, attrs: { ...node.attrs, at: within(path, at) } } : moved;
}
