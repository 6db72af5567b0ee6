/** What `backward` returns: the gradient of each parameter where that lies; those that a function gives, all at once. */
import type { Node, Value } from '../../ir/types.ts';
import { member } from './names.ts';

export interface Gradient {
  readonly keys: readonly string[];
  readonly value: Value;
}

/** A gradient that a function gives, in `<local>.g`, or in that of a round of a chain. */
export interface Given {
  readonly call: Node;
  /** The local that holds what the call gave. */
  readonly local: string;
  /** Where it lies in `g`. */
  readonly keys: readonly string[];
  /** The chain that the call is a round of. */
  readonly chain: { readonly local: string; readonly rounds: number } | undefined;
}

/** An entry of the table that is returned. */
interface Entry {
  readonly keys: readonly string[];
  readonly text: string;
}

/** All gradients of one call: what lies below some keys, and nothing else does. */
interface Whole extends Entry {
  readonly given: Given;
}

/** The gradients as entries of a table; `ref` is the text of one that stands alone. */
export function gradientEntries(
  gradients: readonly Gradient[],
  given: ReadonlyMap<Value, Given>,
  ref: (value: Value) => string,
): readonly Entry[] {
  const below = (keys: readonly string[]): number =>
    gradients.filter((each) => keys.every((key, i) => each.keys[i] === key)).length;
  const counts = new Map<Node, number>();
  for (const { call } of given.values()) counts.set(call, (counts.get(call) ?? 0) + 1);
  const entries: (Entry | Whole)[] = [];
  const done = new Set<Node>();
  for (const { keys, value } of gradients) {
    const text = ref(value);
    const own = given.get(value);
    const scope = own === undefined ? [] : keys.slice(0, keys.length - own.keys.length);
    const returned =
      own === undefined ? 0 : gradients.filter((each) => given.get(each.value)?.call === own.call).length;
    const isWhole =
      own !== undefined && scope.length > 0 && returned === counts.get(own.call) && below(scope) === returned;
    if (!isWhole) entries.push({ keys, text });
    else if (!done.has(own.call)) entries.push({ keys: scope, text: member(own.local, 'g'), given: own });
    if (isWhole) done.add(own.call);
  }
  return joinedRounds(entries);
}

/** With the rounds of a repeat as one array, where each of them is there as a whole. */
function joinedRounds(entries: readonly (Entry | Whole)[]): readonly Entry[] {
  const repeats = new Map<string, Whole[]>();
  for (const entry of entries) {
    const repeat = repeatOf(entry);
    if (repeat !== undefined && 'given' in entry) repeats.set(repeat, [...(repeats.get(repeat) ?? []), entry]);
  }
  const isComplete = (repeat: string): boolean => {
    const rounds = repeats.get(repeat) ?? [];
    const keys = repeat.split('.');
    const others = entries.filter((entry) => keys.every((key, i) => entry.keys[i] === key));
    return others.length === rounds.length && rounds.every((entry, i) => entry.keys.at(-1) === String(i));
  };
  const written = new Set<string>();
  return entries.flatMap((entry): readonly Entry[] => {
    const repeat = repeatOf(entry);
    if (repeat === undefined || !isComplete(repeat)) return [entry];
    if (written.has(repeat)) return [];
    written.add(repeat);
    return [{ keys: entry.keys.slice(0, -1), text: roundsText(repeats.get(repeat) ?? []) }];
  });
}

const repeatOf = (entry: Entry | Whole): string | undefined =>
  'given' in entry && /^\d+$/.test(entry.keys.at(-1) ?? '') ? entry.keys.slice(0, -1).join('.') : undefined;

/** `d_encoder_rounds.g`, or `[d_encoder_0.g, ...d_encoder_rounds.g]`. */
function roundsText(rounds: readonly Whole[]): string {
  const pieces: string[] = [];
  for (let i = 0; i < rounds.length;) {
    const [round] = rounds.slice(i);
    const chain = round?.given.chain;
    if (chain === undefined) {
      pieces.push(round?.text ?? '');
      i++;
    } else {
      pieces.push(`...${member(chain.local, 'g')}`);
      i += chain.rounds;
    }
  }
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only.replace(/^\.\.\./, '') : `[${pieces.join(', ')}]`;
}
