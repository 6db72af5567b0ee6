/** The difference of two texts, as `diff -u` shows it. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** Beyond this many edits two texts have little in common, and the search for the shortest difference takes long. */
const mostEdits = 4000;

export function difference(name: string, before: string, after: string, what: string): string {
  // A carriage return shows nothing: lines that differ in it alone would look equal.
  const lines = withoutReturns(before);
  if (lines === before || withoutReturns(after) !== after) return patchOf(name, before, after, what);
  const rest = lines === after ? '' : patchOf(name, lines, after, what);
  return `${name}: lines end in CR LF, and in LF ${what}\n${rest}`;
}

const withoutReturns = (text: string): string => text.replaceAll('\r\n', '\n');

function patchOf(name: string, before: string, after: string, what: string): string {
  const patch = createTwoFilesPatch(name, name, before, after, undefined, what, {
    context: 3,
    maxEditLength: mostEdits,
    headerOptions: FILE_HEADERS_ONLY,
  });
  return patch ?? `--- ${name}\n+++ ${name}\t${what}\nnearly every line differs\n`;
}
