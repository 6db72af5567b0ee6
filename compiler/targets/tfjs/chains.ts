/** Calls of one function in a row, each over what the one before it has made: rounds of a repeat, one line together. */
import type { Store } from '../../ir/plan.ts';
import { isStore } from '../../ir/plan.ts';
import { isCall } from '../../ir/traits.ts';
import type { Node, Value } from '../../ir/types.ts';
import { users } from '../../ir/uses.ts';
import { functionOf, passOf } from '../../ops/call_function.ts';

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
  const readers = users({ nodes });
  const byPlace = new Map<string, Node>();
  for (const call of calls) {
    const place = placeOf(call, 0, nameOf);
    if (place !== undefined && !byPlace.has(place)) byPlace.set(place, call);
  }
  const nextOf = (call: Node): Node | undefined => {
    const place = placeOf(call, passOf(call.attrs) === 'backward' ? -1 : 1, nameOf);
    return place === undefined ? undefined : byPlace.get(place);
  };
  const chains = new Map<Node, Chain>();
  const inside = new Set<Node>();
  for (const first of calls) {
    if (inside.has(first)) continue;
    let chain: Chain = { calls: [first], carried: -1 };
    for (let next = follower(chain, nextOf, readers); next !== undefined;) {
      chain = next;
      next = follower(chain, nextOf, readers);
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

/** Which round a call is of which repeat, so many rounds on, and which function it calls in which pass. */
function placeOf(call: Node, further: number, nameOf: (call: Node) => string): string | undefined {
  const place = roundOf(call);
  if (place === undefined) return undefined;
  return `${place.repeat} ${place.round + further} ${passOf(call.attrs)} ${nameOf(call)}`;
}

/** The chain with the call that goes on from its last one, if there is one. */
function follower(
  { calls: chain, carried }: Chain,
  nextOf: (call: Node) => Node | undefined,
  readers: ReadonlyMap<Value, readonly Node[]>,
): Chain | undefined {
  const last = chain.at(-1);
  const next = last === undefined ? undefined : nextOf(last);
  if (last === undefined || next === undefined) return undefined;
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
