/** Texts as words and as characters. */

/** Lower case; runs of letters and digits, with apostrophes inside. What stands between words is left out. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/gu) ?? []
  );
}

/** Code points of the composed form, as they stand. */
export const charactersOf = (text: string): readonly string[] => Array.from(text.normalize('NFC'));

/** The most frequent ones; of equally frequent ones, those that come first in sorted order. */
export function mostFrequent(all: Iterable<readonly string[]>, most: number): string[] {
  const counts = new Map<string, number>();
  for (const words of all) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([word]) => word);
}
