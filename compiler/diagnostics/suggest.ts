/** The nearest names to one that is unknown. */
import { distance } from 'fastest-levenshtein';
import { nameElsewhere } from './elsewhere.ts';

/** Edits that still look like a slip: one in a short word, a third of a longer one. */
function tolerance(word: string): number {
  return Math.max(1, Math.floor(word.length / 3));
}

/** Names longer than this are not compared letter by letter: that takes the product of their lengths. */
const LONGEST = 200;

/** A transposition (`dnese`) is one slip for the hand, but two edits. */
function slips(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > LONGEST || Math.min(a.length, b.length) > LONGEST) return Infinity;
  const edits = distance(a, b);
  if (edits !== 2 || a.length !== b.length) return edits;
  const at = [...a].findIndex((character, i) => character !== b[i]);
  return a[at] === b[at + 1] && a[at + 1] === b[at] ? 1 : 2;
}

/** Up to `limit` candidates that the writer may have meant, the nearest first. */
export function nearest(word: string, candidates: Iterable<string>, limit = 3): readonly string[] {
  const lower = word.toLowerCase();
  const all = new Set(candidates);
  // A word that means the thing itself leaves nothing to guess.
  const elsewhere = nameElsewhere(word, all);
  if (elsewhere !== undefined) return [elsewhere];
  const scored: { readonly name: string; readonly score: number }[] = [];
  for (const name of all) {
    const other = name.toLowerCase();
    const edits = slips(lower, other);
    if (edits <= Math.min(tolerance(word), Math.max(word.length, name.length) - 1)) scored.push({ name, score: edits });
    // A word cut short (`conv_tr`), or written longer than it is (`activation` is too far from `act` by letters).
    else if (lower.length >= 3 && other.startsWith(lower)) scored.push({ name, score: tolerance(word) + 1 });
    else if (other.length >= 3 && lower.startsWith(other)) scored.push({ name, score: tolerance(word) + 2 });
  }
  scored.sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return scored.slice(0, limit).map(({ name }) => name);
}
