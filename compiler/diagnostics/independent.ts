/** Leaves out the mistakes that may only follow from what could not be read: a statement, or a file that is imported. */
import type { Code } from './catalog.ts';
import { Lines } from './position.ts';
import type { Diagnostic, Source } from './types.ts';

/** Something was not found: an unread statement may have made it. */
const unknown: readonly Code[] = ['NN2001', 'NN2002', 'NN2008', 'NN2010', 'NN2020'];

/** From these on nothing is certain: what follows was read as a part of something else. */
const open: readonly Code[] = ['NN1009', 'NN1012', 'NN1015'];

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** `found` without what may be a consequence of `syntax`, the mistakes of syntax in the same text. */
export function independent(
  source: Source,
  syntax: readonly Diagnostic[],
  found: readonly Diagnostic[],
): readonly Diagnostic[] {
  const isLost = found.some(({ code, primary }) => {
    return code === 'NN2033' || (primary.source !== source && code.startsWith('NN1'));
  });
  // What an unread file defines is not known, nor then what the spec misses.
  const known = isLost
    ? found.filter(({ code, primary }) => primary.source !== source || !unknown.includes(code))
    : found;
  if (syntax.length === 0) return known;
  const lines = new Lines(source);
  const unread = syntax.map(({ code, primary: { span } }): Stretch => {
    const line = lines.lineOf(span.start);
    const end = open.includes(code) ? source.text.length : lines.end(lines.lineOf(Math.max(span.start, span.end - 1)));
    return { start: lines.start(line), end };
  });
  return known.filter(({ code, severity, facts, primary }) => {
    if (primary.source !== source) return true;
    const { span } = primary;
    if (severity === 'warning' || code === 'NN2023' || code.startsWith('NN3')) return false;
    if (unread.some(({ start, end }) => span.start <= end && span.end >= start)) return false;
    if (!unknown.includes(code) || typeof facts?.['name'] !== 'string') return true;
    const word = facts['name'].replaceAll('`', '');
    return !unread.some(({ start, end }) => source.text.slice(start, end).includes(word));
  });
}
