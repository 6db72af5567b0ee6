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
  ref: (gradient: Gradient) => string,
): readonly Entry[] {
  const below = countBelow(gradients);
  const counts = countCalls([...given.values()]);
  const returnedBy = countCalls(gradients.flatMap(({ value }) => given.get(value) ?? []));
  const entries: (Entry | Whole)[] = [];
  const done = new Set<Node>();
  for (const gradient of gradients) {
    const { keys, value } = gradient;
    const text = ref(gradient);
    const own = given.get(value);
    const scope = own === undefined ? [] : keys.slice(0, keys.length - own.keys.length);
    const returned = own === undefined ? 0 : returnedBy.get(own.call);
    const isWhole =
      own !== undefined && scope.length > 0 && returned === counts.get(own.call) && below(scope) === returned;
    if (!isWhole) entries.push({ keys, text });
    else if (!done.has(own.call)) entries.push({ keys: scope, text: member(own.local, 'g'), given: own });
    if (isWhole) done.add(own.call);
  }
  return joinedRounds(entries);
}

/**
 * The text of each gradient, by a name of its own: one that several parameters have in common bears that of one of them,
 * and gets a line for each of the others. `line` writes `const <word> = <text>;` and answers with the name.
 */
export function ownNames(
  gradients: readonly Gradient[],
  given: ReadonlyMap<Value, Given>,
  ref: (value: Value) => string,
  line: (word: string, text: string) => string,
): (gradient: Gradient) => string {
  const sharing = new Map<Value, Gradient[]>();
  for (const gradient of gradients) {
    if (given.has(gradient.value)) continue;
    const known = sharing.get(gradient.value);
    if (known === undefined) sharing.set(gradient.value, [gradient]);
    else known.push(gradient);
  }
  const texts = new Map<Gradient, string>();
  for (const [value, alike] of sharing) {
    if (alike.length < 2) continue;
    const text = ref(value);
    // Within a function the first of the keys may be left out.
    const forms = [0, 1].map((from) => alike.map(({ keys }) => `d_${keys.slice(from).join('_')}`));
    const words = forms.find((all) => all.includes(text)) ?? forms[0] ?? [];
    alike.forEach((gradient, i) => {
      const word = words[i] ?? text;
      if (word !== text) texts.set(gradient, line(word, text));
    });
  }
  return (gradient) => texts.get(gradient) ?? ref(gradient.value);
}

/** How many gradients each call gives. */
function countCalls(all: readonly Given[]): ReadonlyMap<Node, number> {
  const counts = new Map<Node, number>();
  for (const { call } of all) counts.set(call, (counts.get(call) ?? 0) + 1);
  return counts;
}

/** How many of these lie below some keys: counted once for all that is asked. */
function countBelow(all: readonly { readonly keys: readonly string[] }[]): (keys: readonly string[]) => number {
  const counts = new Map<string, number>();
  // A key may have a dot: it stands for several names.
  const scopeOf = (keys: readonly string[]): string => keys.join('\n');
  for (const { keys } of all) {
    keys.forEach((_, i) => {
      const scope = scopeOf(keys.slice(0, i + 1));
      counts.set(scope, (counts.get(scope) ?? 0) + 1);
    });
  }
  return (keys) => (keys.length === 0 ? all.length : (counts.get(scopeOf(keys)) ?? 0));
}

/** With the rounds of a repeat as one array, where each of them is there as a whole. */
function joinedRounds(entries: readonly (Entry | Whole)[]): readonly Entry[] {
  const repeats = new Map<string, Whole[]>();
  for (const entry of entries) {
    const repeat = repeatOf(entry);
    if (repeat === undefined || !('given' in entry)) continue;
    const known = repeats.get(repeat);
    if (known === undefined) repeats.set(repeat, [entry]);
    else known.push(entry);
  }
  const below = countBelow(entries);
  const complete = new Set<string>();
  for (const [repeat, rounds] of repeats) {
    const isAlone = below(repeat.split('.')) === rounds.length;
    if (isAlone && rounds.every((entry, i) => entry.keys.at(-1) === String(i))) complete.add(repeat);
  }
  const written = new Set<string>();
  return entries.flatMap((entry): readonly Entry[] => {
    const repeat = repeatOf(entry);
    if (repeat === undefined || !complete.has(repeat)) return [entry];
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
    const round = rounds[i];
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
