/** Diagnostics as a person reads them: the message, the user's own lines with what is marked in them, and a next step. */
import { excerpt } from './excerpt.ts';
import type { MarkedLabel, Row } from './excerpt.ts';
import { Lines } from './position.ts';
import type { Diagnostic, Source } from './types.ts';

/** How parts are coloured: each adds what a terminal needs, or nothing. */
export interface Paint {
  error(text: string): string;
  warning(text: string): string;
  /** Secondary labels and help. */
  note(text: string): string;
  /** Frames and line numbers. */
  frame(text: string): string;
  strong(text: string): string;
}

const same = (text: string): string => text;
export const plain: Paint = { error: same, warning: same, note: same, frame: same, strong: same };

function marked(diagnostic: Diagnostic): readonly MarkedLabel[] {
  return [
    { ...diagnostic.primary, primary: true },
    ...diagnostic.secondary.map((label) => ({ ...label, primary: false })),
  ];
}

/** The labels by source: that of the primary label first, then in the order in which they come. */
function bySource(labels: readonly MarkedLabel[]): readonly (readonly [Source, readonly MarkedLabel[]])[] {
  const groups = new Map<string, { readonly source: Source; readonly labels: MarkedLabel[] }>();
  for (const label of labels) {
    const group = groups.get(label.source.file);
    if (group === undefined) groups.set(label.source.file, { source: label.source, labels: [label] });
    else group.labels.push(label);
  }
  return [...groups.values()].map(({ source, labels }) => [source, labels]);
}

/** One diagnostic as text of several lines, without a last line end. */
export function render(diagnostic: Diagnostic, paint: Paint = plain): string {
  const loud = diagnostic.severity === 'error' ? paint.error : paint.warning;
  const blocks = bySource(marked(diagnostic)).map(([source, labels]) => ({
    source,
    at: new Lines(source).position((labels.find((label) => label.primary) ?? labels[0])?.span.start ?? 0),
    rows: excerpt(source, labels),
  }));
  const numbers = blocks.flatMap(({ rows }) => rows.map((row) => (row.type === 'line' ? row.number : 0)));
  const width = String(Math.max(1, ...numbers)).length;
  const out = [`${loud(`${diagnostic.severity}[${diagnostic.code}]`)}${paint.strong(`: ${diagnostic.message}`)}`];
  for (const { source, at, rows } of blocks) {
    out.push(`${' '.repeat(width + 1)}${paint.frame('┌─')} ${source.file}:${at.line}:${at.column}`);
    out.push(...rows.map((row) => renderRow(row, width, loud, paint)));
  }
  for (const [i, line] of (diagnostic.help?.split('\n') ?? []).entries()) {
    out.push(`${' '.repeat(width + 1)}${i === 0 ? paint.frame('= ') + paint.note('help:') : '       '} ${line}`);
  }
  return out.join('\n');
}

function renderRow(row: Row, width: number, loud: (text: string) => string, paint: Paint): string {
  switch (row.type) {
    case 'line':
      return `${paint.frame(`${String(row.number).padStart(width)} │`)}   ${row.text}`.trimEnd();
    case 'gap':
      return `${' '.repeat(width)} ${paint.frame('·')}`;
    case 'mark': {
      const ink = row.primary ? loud : paint.note;
      const text = row.text === '' ? '' : ` ${ink(row.text)}`;
      return `${' '.repeat(width)} ${paint.frame('│')}   ${' '.repeat(row.indent)}${ink(row.marks)}${text}`;
    }
  }
}

/** Diagnostics in the order of their files and places; errors and warnings stand where they belong. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.map((diagnostic) => diagnostic.primary.source.file))];
  return [...diagnostics].sort(
    (a, b) =>
      files.indexOf(a.primary.source.file) - files.indexOf(b.primary.source.file) ||
      a.primary.span.start - b.primary.span.start,
  );
}
