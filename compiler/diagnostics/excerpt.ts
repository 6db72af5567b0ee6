/** The lines of a source that labels speak of, with the labels drawn under them. */
import stringWidth from 'string-width';
import { Lines } from './position.ts';
import type { Label, Source } from './types.ts';

export interface MarkedLabel extends Label {
  readonly primary: boolean;
}

/** A row of an excerpt: a numbered line of the source, or the marks and the text of a label below it. */
export type Row =
  | { readonly type: 'line'; readonly number: number; readonly text: string }
  | {
      readonly type: 'mark';
      readonly indent: number;
      readonly marks: string;
      readonly text: string;
      readonly primary: boolean;
    }
  | { readonly type: 'gap' };

/** Lines wider than this are clipped around what is marked. */
const widest = 110;
/** A label over more lines than this shows the first and the last. */
const tallest = 4;
const tabStop = 4;

/** The text as it is shown: tabs as spaces, control characters as their pictures (a spec may hold escape sequences). */
function shown(text: string, from = 0): string {
  let out = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\t') out += ' '.repeat(tabStop - ((from + stringWidth(out)) % tabStop));
    else if (code < 0x20) out += String.fromCodePoint(0x2400 + code);
    else if (code === 0x7f) out += '␡';
    else if ((code >= 0x80 && code < 0xa0) || /\p{Bidi_Control}/u.test(character)) out += '�';
    else out += character;
  }
  return out;
}

/** One line's part of a label, in UTF-16 units of the line. */
interface Piece {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  /** Whether the label's text stands here: at its last line. */
  readonly last: boolean;
  readonly label: MarkedLabel;
}

function pieces(lines: Lines, label: MarkedLabel): readonly (Piece | { readonly line: number; readonly gap: true })[] {
  let start = Math.min(label.span.start, lines.text.length);
  let firstLine = lines.lineOf(start);
  // The end of a file that ends with a newline is shown behind its last character.
  if (start === lines.text.length && start === lines.start(firstLine) && firstLine > 1) {
    firstLine--;
    start = lines.end(firstLine);
  }
  const end = Math.max(start, Math.min(label.span.end, lines.text.length));
  const lastLine = end > start ? lines.lineOf(end - 1) : firstLine;
  const all = Array.from({ length: Math.min(lastLine - firstLine + 1, tallest + 1) }, (_, i) => firstLine + i);
  const numbers = all.length <= tallest ? all : [firstLine, firstLine + 1, lastLine];
  return numbers.map((line, i) => {
    if (all.length > tallest && i === 1) return { line, gap: true };
    const begin = lines.start(line);
    const length = lines.end(line) - begin;
    const text = lines.text.slice(begin, begin + length);
    const from = line === firstLine ? Math.min(start - begin, length) : text.length - text.trimStart().length;
    const to = line === lastLine ? Math.min(Math.max(end - begin, from), length) : length;
    return { line, from, to, last: line === lastLine, label };
  });
}

/** The part of a long line around a piece, as offsets in the line. */
function clip(text: string, piece: Piece): { readonly from: number; readonly to: number } {
  if (text.length <= widest && stringWidth(text) <= widest) return { from: 0, to: text.length };
  const room = widest - Math.min(piece.to - piece.from, widest);
  const before = Math.min(Math.floor(room / 2), 40);
  const from = Math.max(0, Math.min(piece.from - before, text.length - widest));
  return { from, to: Math.min(text.length, from + widest) };
}

function markRow(text: string, window: { readonly from: number; readonly to: number }, piece: Piece): Row {
  const lead = window.from > 0 ? '…' : '';
  const before = lead + shown(text.slice(window.from, piece.from), lead.length);
  const inside = shown(text.slice(piece.from, Math.min(piece.to, window.to)), stringWidth(before));
  return {
    type: 'mark',
    indent: stringWidth(before),
    marks: (piece.label.primary ? '^' : '-').repeat(Math.max(1, stringWidth(inside))),
    text: piece.last ? shown(piece.label.text) : '',
    primary: piece.label.primary,
  };
}

/** Rows for all labels of one source, from top to bottom. */
export function excerpt(source: Source, labels: readonly MarkedLabel[]): readonly Row[] {
  const lines = new Lines(source);
  const parts = labels.flatMap((label) => pieces(lines, label));
  parts.sort((a, b) => a.line - b.line || ('gap' in a ? 1 : 'gap' in b ? -1 : a.from - b.from));
  const rows: Row[] = [];
  let shownLine: { readonly line: number; readonly from: number; readonly to: number } | undefined;
  for (const part of parts) {
    if ('gap' in part) {
      rows.push({ type: 'gap' });
      continue;
    }
    const text = lines.text.slice(lines.start(part.line), lines.end(part.line));
    const same = shownLine?.line === part.line ? shownLine : undefined;
    const fits = same !== undefined && part.from >= same.from && part.to <= same.to;
    const window = fits ? same : clip(text, part);
    if (!fits) {
      const body = shown(text.slice(window.from, window.to), window.from > 0 ? 1 : 0);
      const line = `${window.from > 0 ? '…' : ''}${body}${window.to < text.length ? '…' : ''}`;
      rows.push({ type: 'line', number: part.line, text: line });
      shownLine = { line: part.line, ...window };
    }
    rows.push(markRow(text, window, part));
  }
  return rows;
}
