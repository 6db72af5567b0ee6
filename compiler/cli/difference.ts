/** The difference of two texts, as `diff -u` shows it. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** Beyond this many edits two texts have little in common, and the search for the shortest difference takes long. */
const mostEdits = 4000;

export function difference(name: string, before: string, after: string, what: string): string {
  const patch = createTwoFilesPatch(name, name, before, after, undefined, what, {
    context: 3,
    maxEditLength: mostEdits,
    headerOptions: FILE_HEADERS_ONLY,
  });
  return patch ?? `--- ${name}\n+++ ${name}\t${what}\nnearly every line differs\n`;
}
