/** One small change of a source, made by a rule and not by hand. */

/** What is broken: each kind has its share of a sample. */
export type Kind = 'derivative' | 'pass' | 'recorder' | 'kernel' | 'default' | 'body';

export interface Mutation {
  readonly kind: Kind;
  readonly file: string;
  /** The text that is replaced, as offsets in the file. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** What was done, where the replacement does not say it. */
  readonly how?: string;
}

/** A change of a text whose file and kind are known elsewhere. */
export type Edit = Omit<Mutation, 'kind' | 'file'>;

export const mutated = (text: string, { start, end, replacement }: Edit): string =>
  text.slice(0, start) + replacement + text.slice(end);

/** On one line, and short. */
const brief = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 28)} … ${line.slice(-28)}` : line;
};

/** `compiler/ops/cos.ts:11 derivative: sin(x) → cos(x)`. */
export function nameOf({ kind, file, start, end, replacement, how }: Mutation, text: string): string {
  const line = text.slice(0, start).split('\n').length;
  const what = how ?? `${brief(text.slice(start, end))} → ${brief(replacement)}`;
  return `${file}:${line} ${kind}: ${what}`;
}

/** The line that a mutation begins in, and what becomes of it: what it is known by when other lines have moved. */
export function lineOf({ start, end, replacement, how }: Edit, text: string): { line: string; change: string } {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', start);
  return {
    line: text.slice(from, to < 0 ? undefined : to).trim(),
    change: how ?? `${brief(text.slice(start, end))} → ${brief(replacement)}`,
  };
}
