/** Problems as text: the line, the characters that are meant, the message and its help. */
import type { SyntaxProblem } from '../../grammar/syntax-errors.ts';

export const showProblem = (text: string, { code, message, span, help }: SyntaxProblem): string => {
  const before = text.slice(0, span.start).split(/\r\n|\r|\n/);
  const column = before.at(-1)?.length ?? 0;
  const line = text.split(/\r\n|\r|\n/)[before.length - 1] ?? '';
  const marks = '^'.repeat(Math.max(1, Math.min(span.end - span.start, line.length - column)));
  const rows = [
    `${code} at ${before.length}:${column + 1}: ${message}`,
    `  | ${line}`,
    `  | ${' '.repeat(column)}${marks}`,
  ];
  return [...rows, ...(help === undefined ? [] : [`  = ${help}`])].join('\n');
};
