/** Calls of one function in a row, each over what the one before it has made: rounds of a repeat, one line together. */
import type { Store } from '../../ir/plan.ts';
import { isStore } from '../../ir/plan.ts';
import type { Node, Value } from '../../ir/types.ts';
import { functionOf, passOf } from '../../ops/call_function.ts';
import { isCall } from '../../passes/functions.ts';

/** Neighbouring rounds below one path, in the order in which they run; `carried` is the value that goes along. */
export interface Chain {
  readonly calls: readonly Node[];
  /** The input of each call that the one before it makes. */
  readonly carried: number;
}

export type Step = Node | Store | Chain;

export const isChain = (step: Step): step is Chain => 'calls' in step;

/** `encoder.3` is round 3 of `encoder`. */
export function roundOf({ attrs: { at } }: Node): { readonly repeat: string; readonly round: number } | undefined {
  const [, repeat, round] = typeof at === 'string' ? (/^(.+)\.(\d+)$/.exec(at) ?? []) : [];
  return repeat === undefined ? undefined : { repeat, round: Number(round) };
}

/**
 * The steps of a function with chains in place of the calls that form them, each where its first call stands. Rounds can
 * be one if their tables are elements of an array.
 */
export function withChains(
  steps: readonly (Node | Store)[],
  nodes: readonly Node[],
  isElement: (call: Node) => boolean,
  nameOf: (call: Node) => string,
): readonly Step[] {
  const calls = steps.filter((step): step is Node => !isStore(step) && isCall(step) && isElement(step));
  if (calls.length < 2) return steps;
  const readers = readersOf(nodes);
  const chains = new Map<Node, Chain>();
  const inside = new Set<Node>();
  for (const first of calls) {
    if (inside.has(first)) continue;
    let chain: Chain = { calls: [first], carried: -1 };
    for (let next = follower(chain, calls, readers, nameOf); next !== undefined;) {
      chain = next;
      next = follower(chain, calls, readers, nameOf);
    }
    if (chain.calls.length < 2) continue;
    chains.set(first, chain);
    chain.calls.forEach((call) => inside.add(call));
  }
  return steps.flatMap((step): readonly Step[] => {
    if (isStore(step) || !inside.has(step)) return [step];
    const chain = chains.get(step);
    return chain === undefined ? [] : [chain];
  });
}

function readersOf(nodes: readonly Node[]): ReadonlyMap<Value, readonly Node[]> {
  const readers = new Map<Value, Node[]>();
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  return readers;
}

/** The chain with the call that goes on from its last one, if there is one. */
function follower(
  { calls: chain, carried }: Chain,
  all: readonly Node[],
  readers: ReadonlyMap<Value, readonly Node[]>,
  nameOf: (call: Node) => string,
): Chain | undefined {
  const last = chain.at(-1);
  const place = last === undefined ? undefined : roundOf(last);
  if (last === undefined || place === undefined) return undefined;
  const pass = passOf(last.attrs);
  const next = all.find((call) => {
    const other = roundOf(call);
    return (
      other?.repeat === place.repeat &&
      other.round === place.round + (pass === 'backward' ? -1 : 1) &&
      passOf(call.attrs) === pass &&
      nameOf(call) === nameOf(last)
    );
  });
  if (next === undefined) return undefined;
  const handed = handedOver(last, next);
  if (handed === undefined || (carried >= 0 && handed !== carried)) return undefined;
  const value = next.inputs[handed];
  const isPrivate = (value === undefined ? [] : (readers.get(value) ?? [])).every(
    (reader) => reader === next || passOf(reader.attrs) === 'backward',
  );
  return isPrivate ? { calls: [...chain, next], carried: handed } : undefined;
}

/**
 * The input of the second call that the first one makes, where all others are the same for both: parameters and states
 * of the round's own, and tokens, differ as the rounds do.
 */
function handedOver(first: Node, second: Node): number | undefined {
  const body = functionOf(second.bodies);
  const backward = passOf(second.attrs) === 'backward';
  const made = new Set(first.outputs);
  const found: number[] = [];
  for (const [i, value] of second.inputs.entries()) {
    const role = body.inputs[backward ? i - 1 : i]?.role;
    // What the forward pass was given the backward pass finds among what that has kept.
    if (role === undefined || role === 'parameter' || role === 'state' || (backward && role !== 'grad')) continue;
    if (made.has(value)) found.push(i);
    else if (value !== first.inputs[i]) return undefined;
  }
  return found.length === 1 ? found[0] : undefined;
}
